// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import io.heddle.participant.Replicas.Urgency;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each replica does next, and what is reported. */
final class ReplicasTest {
  private static final String BUCKET = "3-0";
  private static final ResourceKey RESOURCE = new ResourceKey(ResourceId.of("documents"), 7);

  private boolean resettable;
  private boolean dropsFromError;
  private int slots = 8;
  private Replicas replicas = newReplicas();
  private final TreeMap<Integer, Target> targets = new TreeMap<>();
  private final List<Action.Start> running = new ArrayList<>();
  private String stateModel = "MasterSlave";

  private Replicas newReplicas() {
    return new Replicas(
        (resource, model) -> Optional.ofNullable(StateModels.BUILT_IN.get(model))
            .map(m -> new Handling(m, resettable, dropsFromError)),
        slots);
  }

  /** Changes one target, and tells of all. */
  private String assign(long q, int partition, String state, long token) {
    targets.put(partition, new Target(state, q, token, false));
    return tell(q);
  }

  private String tell(long q) {
    AssignmentBucket.Group group =
        new AssignmentBucket.Group(stateModel, ImmutableSortedMap.copyOf(targets));
    replicas.assigned(
        BUCKET,
        new AssignmentBucket(
            1,
            1,
            q,
            0,
            targets.isEmpty() ? ImmutableSortedMap.of() : ImmutableSortedMap.of(RESOURCE, group)));
    return actions();
  }

  /** What is to be done, in short. */
  private String actions() {
    return replicas.takeActions().stream().map(this::describe).collect(Collectors.joining(", "));
  }

  private String describe(Action action) {
    if (action instanceof Action.Start start) {
      running.add(start);
      return action.key().partition()
          + (start.call() == Action.Call.RESET ? " reset " : " ")
          + start.from() + ">" + start.to()
          + (start.token() == Token.NONE ? "" : "#" + start.token());
    }
    return action.key().partition() + (action instanceof Action.Cancel ? " cancel" : " forget");
  }

  /** The oldest callback returns. */
  private String returns() {
    replicas.returned(running.remove(0).key(), new CallbackResult.Done());
    return actions();
  }

  private String fails(String cause) {
    replicas.returned(running.remove(0).key(), new CallbackResult.Failed(cause));
    return actions();
  }

  private String fence() {
    replicas.fence();
    return actions();
  }

  private String unfence() {
    replicas.unfence();
    return actions();
  }

  private String end() {
    replicas.end();
    return actions();
  }

  /** {@code state#token>inFlight#token!error}, or nothing. */
  private String reported(int partition) {
    return replicas
        .report(BUCKET, 1, 1, Replicas.MAX_ERROR)
        .replica(RESOURCE, partition)
        .map(ReplicasTest::describe)
        .orElse("");
  }

  private static String describe(ReplicaState state) {
    return state.state()
        + (state.token() == Token.NONE ? "" : "#" + state.token())
        + state
            .inFlight()
            .map(f -> ">" + f.to() + (f.token() == Token.NONE ? "" : "#" + f.token()))
            .orElse("")
        + (state.error().isEmpty() ? "" : "!" + state.error());
  }

  private Urgency mark() {
    return replicas.takeMarks().getOrDefault(BUCKET, Urgency.SOON);
  }

  private boolean isMarked() {
    return !replicas.takeMarks().isEmpty();
  }

  private void bringTo(int partition, String state, long q, long token) {
    assign(q, partition, state, token);
    while (!running.isEmpty()) {
      returns();
    }
    boolean unused = isMarked();
  }

  @Test
  void beginsAgainWhatCameToBeWantedWhileItsDropRan() {
    bringTo(0, "SLAVE", 5, 0);
    assign(6, 0, "DROPPED", 0);
    assertThat(returns()).isEqualTo("0 OFFLINE>DROPPED");

    assertThat(assign(7, 0, "SLAVE", 0)).isEmpty();

    assertThat(returns()).contains("0 OFFLINE>SLAVE");
    assertThat(reported(0)).isEqualTo("OFFLINE>SLAVE");
  }

  @Test
  void walksTheShortestPathOneTransitionAtATime() {
    assertThat(assign(5, 0, "MASTER", 90)).isEqualTo("0 OFFLINE>SLAVE");
    assertThat(reported(0)).isEqualTo("OFFLINE>SLAVE");
    assertThat(returns()).isEqualTo("0 SLAVE>MASTER#90");
    assertThat(reported(0)).isEqualTo("SLAVE>MASTER#90");
    assertThat(returns()).isEmpty();
    assertThat(reported(0)).isEqualTo("MASTER#90");
  }

  @ParameterizedTest
  @CsvSource({
    "SLAVE,   SLAVE,   ''",
    "SLAVE,   OFFLINE, 0 SLAVE>OFFLINE",
    "SLAVE,   MASTER,  0 SLAVE>MASTER#91",
    "SLAVE,   DROPPED, 0 SLAVE>OFFLINE",
    "OFFLINE, SLAVE,   0 OFFLINE>SLAVE",
    "OFFLINE, MASTER,  0 OFFLINE>SLAVE",
    "OFFLINE, DROPPED, 0 OFFLINE>DROPPED",
    "MASTER,  SLAVE,   0 MASTER>SLAVE",
    "MASTER,  OFFLINE, 0 MASTER>SLAVE",
    "MASTER,  DROPPED, 0 MASTER>SLAVE",
    "MASTER,  MASTER,  0 MASTER>SLAVE"
  })
  void takesTheFirstStepFromEachStateToEachOther(String from, String to, String step) {
    bringTo(0, from, 5, from.equals("MASTER") ? 90 : Token.NONE);

    assertThat(assign(6, 0, to, to.equals("MASTER") ? 91 : Token.NONE)).isEqualTo(step);
  }

  @Test
  void entersTheTopStateAnewUnderANewToken() {
    bringTo(0, "MASTER", 5, 90);

    assertThat(assign(6, 0, "MASTER", 91)).isEqualTo("0 MASTER>SLAVE");
    assertThat(returns()).isEqualTo("0 SLAVE>MASTER#91");
  }

  @Test
  void finishesWhatRunsBeforeItTurns() {
    assign(5, 0, "SLAVE", 0);

    assertThat(assign(6, 0, "DROPPED", 0)).isEmpty();
    assertThat(returns()).isEqualTo("0 SLAVE>OFFLINE");
    assertThat(returns()).isEqualTo("0 OFFLINE>DROPPED");
    assertThat(returns()).isEqualTo("0 forget");
    assertThat(reported(0)).isEmpty();
    assertThat(replicas.isDrained()).isTrue();
  }

  @Test
  void tellsAPromotionThatIsTakenBack() {
    bringTo(0, "SLAVE", 5, 0);
    assign(6, 0, "MASTER", 90);

    assertThat(assign(7, 0, "SLAVE", 0)).isEqualTo("0 cancel");
    assertThat(reported(0)).isEqualTo("SLAVE>MASTER#90");
    assertThat(returns()).isEqualTo("0 MASTER>SLAVE");
  }

  @Test
  void acknowledgesATurnWhileTheOldTransitionRuns() {
    assign(5, 0, "SLAVE", 0);
    assertThat(mark()).isEqualTo(Urgency.SOON);

    assign(6, 0, "OFFLINE", 0);

    assertThat(mark()).isEqualTo(Urgency.NOW);
    assertThat(replicas.report(BUCKET, 1, 1, 200).s()).isEqualTo(6);
    assertThat(reported(0)).isEqualTo("OFFLINE>SLAVE");
  }

  @Test
  void reportsAPlainTransitionOnlyWhenItIsDone() {
    assign(5, 0, "MASTER", 90);
    assertThat(mark()).isEqualTo(Urgency.SOON);
    returns();
    assertThat(mark()).isEqualTo(Urgency.SOON);
    returns();
    assertThat(mark()).isEqualTo(Urgency.NOW);
  }

  @Test
  void reportsAtOnceThatTheTopStateIsLeft() {
    bringTo(0, "MASTER", 5, 90);
    assign(6, 0, "DROPPED", 0);
    assertThat(mark()).isEqualTo(Urgency.SOON);

    returns();

    assertThat(mark()).isEqualTo(Urgency.NOW);
    assertThat(reported(0)).isEqualTo("SLAVE>OFFLINE");
  }

  @Test
  void acknowledgesWhatNeedsNoStep() {
    assign(5, 0, "OFFLINE", 0);
    assertThat(mark()).isEqualTo(Urgency.NOW);

    assign(6, 1, "DROPPED", 0);
    assertThat(mark()).isEqualTo(Urgency.NOW);
  }

  @Test
  void saysNothingWhenOnlyWhatWasDroppedIsForgotten() {
    bringTo(0, "SLAVE", 5, 0);
    bringTo(0, "DROPPED", 6, 0);

    targets.clear();
    tell(7);

    assertThat(isMarked()).isFalse();
    assertThat(replicas.report(BUCKET, 1, 1, 200).s()).isEqualTo(7);
  }

  @Test
  void ignoresABucketThatIsNotNewer() {
    bringTo(0, "SLAVE", 5, 0);

    assertThat(assign(5, 0, "MASTER", 90)).isEmpty();
    assertThat(assign(4, 0, "MASTER", 90)).isEmpty();
    assertThat(replicas.report(BUCKET, 1, 1, 200).s()).isEqualTo(5);
  }

  @Test
  void dropsWhatIsNoLongerListed() {
    bringTo(0, "OFFLINE", 5, 0);
    targets.clear();

    assertThat(tell(6)).isEqualTo("0 OFFLINE>DROPPED");
  }

  @Test
  void startsNoMoreThanThereAreThreadsAndGoesDownFirst() {
    slots = 1;
    replicas = newReplicas();
    bringTo(2, "MASTER", 3, 89);
    targets.put(0, new Target("SLAVE", 5, 0, false));
    targets.put(1, new Target("SLAVE", 5, 0, false));
    targets.put(2, new Target("SLAVE", 5, 0, false));

    assertThat(tell(5)).isEqualTo("2 MASTER>SLAVE");
    assertThat(returns()).isEqualTo("0 OFFLINE>SLAVE");
    assertThat(returns()).isEqualTo("1 OFFLINE>SLAVE");
  }

  @Test
  void listsAStepThatWaitsForAThreadAsInFlight() {
    slots = 1;
    replicas = newReplicas();
    assign(5, 0, "SLAVE", 0);

    assertThat(assign(6, 1, "SLAVE", 0)).isEmpty();

    assertThat(reported(1)).isEqualTo("OFFLINE>SLAVE");
  }

  @Test
  void goesToErrorWithItsCause() {
    assign(5, 0, "SLAVE", 0);

    assertThat(fails("java.io.IOException: disk on fire")).isEmpty();

    assertThat(reported(0)).isEqualTo("ERROR!OFFLINE>SLAVE: java.io.IOException: disk on fire");
    assertThat(mark()).isEqualTo(Urgency.NOW);
  }

  @Test
  void cutsALongCauseAndControlCharacters() {
    assign(5, 0, "SLAVE", 0);

    fails("\u001b[31m" + "x".repeat(1_000));

    assertThat(reported(0)).startsWith("ERROR!OFFLINE>SLAVE: ?[31mxxx").hasSize(6 + 200);
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, SLAVE,   ''",
    "false, false, MASTER,  ''",
    "false, false, OFFLINE, 0 forget",
    "true,  false, OFFLINE, 0 reset ERROR>OFFLINE",
    "false, false, DROPPED, 0 forget",
    "true,  false, DROPPED, 0 reset ERROR>DROPPED",
    "true,  true,  DROPPED, 0 ERROR>DROPPED",
    "false, true,  DROPPED, 0 ERROR>DROPPED"
  })
  void leavesErrorOnlyToBeResetOrDropped(
      boolean reset, boolean drops, String target, String expected) {
    resettable = reset;
    dropsFromError = drops;
    replicas = newReplicas();
    assign(5, 0, "SLAVE", 0);
    fails("boom");

    assertThat(assign(6, 0, target, 90)).isEqualTo(expected);
  }

  @Test
  void isNotResetByTheTargetUnderWhichItFailed() {
    bringTo(0, "SLAVE", 5, 0);
    assign(6, 0, "OFFLINE", 0);

    assertThat(fails("boom")).isEmpty();

    assertThat(reported(0)).startsWith("ERROR");
    assertThat(assign(7, 0, "OFFLINE", 0)).isEqualTo("0 forget");
    assertThat(reported(0)).isEqualTo("OFFLINE");
  }

  @Test
  void walksAgainAfterAReset() {
    assign(5, 0, "SLAVE", 0);
    fails("boom");
    assign(6, 0, "OFFLINE", 0);

    assertThat(assign(7, 0, "SLAVE", 0)).isEqualTo("0 OFFLINE>SLAVE");
  }

  @Test
  void reportsAModelThatNobodyHandles() {
    stateModel = "Exotic";

    assertThat(assign(5, 0, "HOT", 0)).isEmpty();

    assertThat(reported(0)).isEqualTo("ERROR!no state model factory for Exotic is registered");
    assertThat(assign(6, 0, "DROPPED", 0)).isEqualTo("0 forget");
  }

  @Test
  void reportsATargetThatTheModelDoesNotHave() {
    assertThat(assign(5, 0, "LEADER", 90)).isEmpty();

    assertThat(reported(0)).isEqualTo("ERROR!state model MasterSlave has no state 'LEADER'");
  }

  // Fencing.

  @Test
  void leavesTopStatesWithoutALeaseAndStartsNothingElse() {
    bringTo(0, "MASTER", 5, 90);
    bringTo(1, "SLAVE", 6, 0);

    assertThat(fence()).isEqualTo("0 MASTER>SLAVE");
    assertThat(assign(7, 1, "MASTER", 91)).isEmpty();
    assertThat(returns()).isEmpty();
    assertThat(reported(0)).isEqualTo("SLAVE");
  }

  @Test
  void doesNotReenterTheTopStateUnderTheSameToken() {
    bringTo(0, "MASTER", 5, 90);
    fence();
    returns();

    assertThat(unfence()).isEmpty();
    assertThat(reported(0)).isEqualTo("SLAVE");
    assertThat(assign(6, 0, "MASTER", 91)).isEqualTo("0 SLAVE>MASTER#91");
  }

  @Test
  void stepsDownWhenAPromotionReturnsAfterTheLeaseWasLost() {
    bringTo(0, "SLAVE", 5, 0);
    assign(6, 0, "MASTER", 90);

    assertThat(fence()).isEqualTo("0 cancel");
    assertThat(returns()).isEqualTo("0 MASTER>SLAVE");
  }

  @Test
  void stepsDownEvenIfTheLeaseIsBackBeforeThePromotionReturns() {
    bringTo(0, "SLAVE", 5, 0);
    assign(6, 0, "MASTER", 90);
    fence();

    assertThat(unfence()).isEmpty();
    assertThat(returns()).isEqualTo("0 MASTER>SLAVE");
    assertThat(returns()).isEmpty();
    assertThat(reported(0)).isEqualTo("SLAVE");
  }

  @Test
  void takesUpAGrantedTokenThatItHasNotUsedWhenTheLeaseIsBack() {
    bringTo(0, "SLAVE", 5, 0);
    fence();
    assign(6, 0, "MASTER", 90);

    assertThat(unfence()).isEqualTo("0 SLAVE>MASTER#90");
  }

  @Test
  void stepsDownAlthoughAllThreadsAreBusy() {
    slots = 1;
    replicas = newReplicas();
    bringTo(0, "MASTER", 5, 90);
    assign(6, 1, "SLAVE", 0);

    assertThat(fence()).isEqualTo("0 MASTER>SLAVE");
  }

  // The end of an incarnation.

  @Test
  void takesEveryReplicaDownAtTheEnd() {
    bringTo(0, "MASTER", 5, 90);

    assertThat(end()).isEqualTo("0 MASTER>SLAVE");
    assertThat(returns()).isEqualTo("0 SLAVE>OFFLINE");
    assertThat(replicas.isEmpty()).isFalse();
    assertThat(returns()).isEqualTo("0 OFFLINE>DROPPED");
    assertThat(returns()).isEqualTo("0 forget");
    assertThat(replicas.isEmpty()).isTrue();
  }

  @Test
  void resetsAtTheEndWhatCanBeReset() {
    resettable = true;
    replicas = newReplicas();
    bringTo(0, "MASTER", 5, 90);

    assertThat(end()).isEqualTo("0 reset MASTER>DROPPED");
    assertThat(fails("boom")).isEqualTo("0 forget");
    assertThat(replicas.isEmpty()).isTrue();
  }

  @Test
  void waitsAtTheEndForWhatRuns() {
    assign(5, 0, "SLAVE", 0);

    assertThat(end()).isEqualTo("0 cancel");
    assertThat(replicas.isEmpty()).isFalse();
    assertThat(returns()).isEqualTo("0 SLAVE>OFFLINE");
  }

  @Test
  void givesUpAtTheEndWhatFails() {
    bringTo(0, "SLAVE", 5, 0);
    end();

    assertThat(fails("boom")).isEqualTo("0 forget");
    assertThat(replicas.isEmpty()).isTrue();
  }

  @Test
  void isDrainedOnlyWhenNothingIsWanted() {
    assertThat(replicas.isDrained()).isTrue();
    bringTo(0, "OFFLINE", 5, 0);
    assertThat(replicas.isDrained()).isFalse();
    bringTo(0, StateModel.DROPPED, 6, 0);
    assertThat(replicas.isDrained()).isTrue();
  }
}
