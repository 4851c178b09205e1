// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResetRequest;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.model.TransitionRetries;
import io.heddle.model.TransitionRules;
import io.heddle.model.TransitionTimeouts;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is awaited has a time; what failed is told, tried again, or reset. */
class WaitingTest {
  private static final InstanceId A = InstanceId.of("a");
  private static final InstanceId B = InstanceId.of("b");

  private final World world = new World();

  private static ResourceSpec.Builder resource() {
    return ResourceSpec.builder("db")
        .replicas(2)
        .stateModel(StateModels.MASTER_SLAVE)
        .mode(new RebalanceMode.SemiAuto(ImmutableSortedMap.of(0, ImmutableList.of(A, B))));
  }

  private ResourceKey placed(ResourceSpec spec) {
    world.start("a");
    world.start("b");
    ResourceKey key = world.add(spec);
    world.pass();
    return key;
  }

  private List<Reason> reasons(Reason.Code code) {
    return world.plan().reasons().stream()
        .filter(reason -> reason.code() == code)
        .toList();
  }

  private long targetQ(InstanceId instance) {
    return Objects.requireNonNull(world.assignments.get(instance))
        .groups()
        .values()
        .iterator()
        .next()
        .targets()
        .values()
        .iterator()
        .next()
        .q();
  }

  @Test
  void tellsOfARunningTransitionFromWhomItIsAwaitedAndUntilWhen() {
    placed(resource()
        .transitions(TransitionRules.DEFAULT.with(TransitionTimeouts.of(Duration.ofSeconds(20))))
        .build());
    world.takeUp(A);
    world.report(A);
    world.pass();

    world.pass(Duration.ofSeconds(3));

    assertThat(reasons(Reason.Code.TRANSITION_IN_FLIGHT))
        .containsExactly(new Reason(
            Reason.Code.TRANSITION_IN_FLIGHT,
            "db/0@a",
            "OFFLINE>SLAVE runs; 3000 of the 25000 ms within which it is expected"));
    assertThat(world.plan().wakeAtNanos()).hasValue(Duration.ofSeconds(10).toNanos());
  }

  @Test
  void callsATransitionOverdueThatNobodyReportsAsTimedOut() {
    placed(resource().build());
    world.takeUp(A);
    world.report(A);
    world.pass();

    world.pass(WaitCheck.WITHOUT_LIMIT);

    assertThat(reasons(Reason.Code.TRANSITION_OVERDUE))
        .extracting(Reason::entity)
        .contains("db/0@a");
  }

  @Test
  void callsAnAnswerOverdueThatDoesNotCome() {
    placed(resource().build());
    world.pass();

    world.pass(WaitCheck.ANSWER);

    assertThat(reasons(Reason.Code.TRANSITION_OVERDUE))
        .contains(new Reason(
            Reason.Code.TRANSITION_OVERDUE,
            "db/0@a",
            "told MASTER, and has not answered; 10000 of the 10000 ms within which it is"
                + " expected"));
  }

  @Test
  void saysNothingOfWhatIsAtRestAndWakesForNothing() {
    placed(resource().build());
    world.settle();
    world.pass(Duration.ofHours(1));

    assertThat(world.plan().reasons()).isEmpty();
    assertThat(world.plan().wakeAtNanos()).isEmpty();
    assertThat(world.plan().waits().size()).isZero();
  }

  @Test
  void promotesNobodyWhileATimedOutCallbackMayStillPromote() {
    ResourceKey key = placed(resource().build());
    world.takeUp(A);
    World.Replica a = world.inFlight(A).get(0);
    world.finish(A, a);
    world.takeUp(B);
    world.finish(B, world.inFlight(B).get(0));
    world.report(A);
    world.report(B);
    world.pass();
    world.takeUp(A);
    a.late = "db/0 SLAVE>MASTER: timed out after 5000 ms; its callback has not returned";
    world.report(A);

    world.update(resource()
        .mode(new RebalanceMode.SemiAuto(ImmutableSortedMap.of(0, ImmutableList.of(B, A))))
        .build());
    for (int i = 0; i < 5; i++) {
      world.pass();
      world.takeUp(A);
      world.report(A);
      world.takeUp(B);
      world.report(B);
    }

    assertThat(reasons(Reason.Code.TRANSITION_TIMED_OUT))
        .containsExactly(new Reason(Reason.Code.TRANSITION_TIMED_OUT, "db/0@a", a.late));
    assertThat(world.inFlight(B)).isEmpty();
    world.fail(a);
    world.report(A);
    world.settle();
    assertThat(world.states(key, 0)).containsEntry("b", "MASTER").containsEntry("a", "ERROR");
  }

  @Test
  void tellsRunningParticipantsOfNewTimeoutsAndNobodyElse() {
    placed(resource().build());
    world.settle();
    world.spec = ClusterSpec.DEFAULT.with(
        TransitionRules.DEFAULT.with(TransitionTimeouts.of(Duration.ofSeconds(9))));

    assertThat(world.pass()).isEqualTo(2);

    world.settle();
    assertThat(world.plan().decisions()).isEmpty();
    assertThat(Objects.requireNonNull(world.assignments.get(A)).groups().values())
        .allMatch(group -> group.timeouts().any().isPresent());
  }

  @Test
  void resetsWhatAnAdministratorWantsResetOnceAndForgetsTheRequest() {
    ResourceKey key = placed(resource().build());
    world.takeUp(B);
    world.fail(world.inFlight(B).get(0));
    world.report(B);
    assertThat(reasons(Reason.Code.REPLICA_IN_ERROR)).isNotEmpty();
    assertThat(world.pass()).isZero();
    long n = Objects.requireNonNull(world.nodes.get(B)).incarnation;

    world.resets.add(new ResetRequest(B, n, key, 0, targetQ(B)));
    world.pass();
    world.takeUp(B);
    world.report(B);
    world.pass();

    assertThat(world.resets).isEmpty();
    world.takeUp(B);
    assertThat(world.states(key, 0)).containsEntry("b", "OFFLINE");
    world.fail(world.inFlight(B).get(0));
    world.report(B);
    world.pass();
    world.takeUp(B);
    assertThat(world.states(key, 0)).containsEntry("b", "ERROR");
  }

  @Test
  void forgetsARequestWhoseFailureIsOver() {
    ResourceKey key = placed(resource().build());
    world.settle();
    world.resets.add(new ResetRequest(B, 99, key, 0, 1));

    world.pass();

    assertThat(world.resets).isEmpty();
  }

  @Test
  void triesAgainAsOftenAsTheRetriesSayAndLaterEachTime() {
    world.spec = ClusterSpec.DEFAULT.with(
        TransitionRules.DEFAULT.with(new TransitionRetries(2, Duration.ofSeconds(10))));
    placed(resource().build());

    assertThat(failAndWait(Duration.ofSeconds(9))).isEqualTo("ERROR");
    assertThat(world.plan().wakeAtNanos())
        .as("the retry")
        .hasValue(world.nowNanos + Duration.ofSeconds(1).toNanos());
    world.pass(Duration.ofSeconds(1));
    assertThat(act()).isEqualTo("OFFLINE");
    assertThat(failAndWait(Duration.ofSeconds(19))).isEqualTo("ERROR");
    world.pass(Duration.ofSeconds(1));
    assertThat(act()).isEqualTo("OFFLINE");
    assertThat(failAndWait(Duration.ofHours(1))).isEqualTo("ERROR");
    assertThat(reasons(Reason.Code.REPLICA_IN_ERROR))
        .extracting(Reason::detail)
        .containsExactly("failed on purpose; failed 3 times in a row");
  }

  /** A's replica fails; what it is in a while later. */
  private String failAndWait(Duration duration) {
    world.pass();
    world.takeUp(A);
    world.fail(world.inFlight(A).get(0));
    world.report(A);
    world.pass();
    world.pass(duration);
    return act();
  }

  private String act() {
    world.pass();
    world.takeUp(A);
    String state =
        Objects.requireNonNull(world.nodes.get(A)).replicas.values().iterator().next().state;
    world.report(A);
    return state;
  }
}
