// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static io.heddle.participant.Rig.BUCKET;
import static io.heddle.participant.Rig.DB1;
import static io.heddle.participant.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.heddle.model.Token;
import io.heddle.participant.ParticipantStatus.Phase;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class TransitionsTest {
  private final Rig rig = new Rig();
  private final Rig.Member process = rig.started();

  private long writesOf(Runnable action) {
    long before = rig.store.operations().writes();
    action.run();
    rig.pass(Duration.ofSeconds(30));
    return rig.store.operations().writes() - before;
  }

  @Test
  void walksToTheTargetAndReports() {
    long q = rig.assign(0, "MASTER", 90);

    assertThat(process.calls).containsExactly("0 OFFLINE>SLAVE", "0 SLAVE>MASTER");
    assertThat(rig.reported(0)).isEqualTo("MASTER#90");
    assertThat(rig.report().s()).isEqualTo(q);
    assertThat(rig.report().incarnation()).isEqualTo(1);
    assertThat(Token.epoch(rig.report().q())).isEqualTo(1);
  }

  @Test
  void tellsTheCallbackItsTransition() {
    rig.assign(3, "SLAVE", 0);

    TransitionContext context = process.lastContext();
    assertThat(context.partition()).hasToString("documents/3");
    assertThat(context.instance()).isEqualTo(DB1);
    assertThat(context.from()).isEqualTo("OFFLINE");
    assertThat(context.to()).isEqualTo("SLAVE");
    assertThatIllegalStateException()
        .isThrownBy(context::fencingToken)
        .withMessageContaining("OFFLINE>SLAVE of documents/3 does not lead to a top state");
  }

  @Test
  void forgetsADroppedReplica() {
    rig.assign(0, "SLAVE", 0);
    long q = rig.assign(0, "DROPPED", 0);

    assertThat(process.calls).endsWith("0 SLAVE>OFFLINE", "0 OFFLINE>DROPPED");
    assertThat(rig.report().groups()).isEmpty();
    assertThat(rig.report().s()).isEqualTo(q);
  }

  @Test
  void startsItsReportsVersionAgainBeforeItRunsOut() {
    rig.assign(0, "SLAVE", 0);
    String path = rig.paths.report(DB1, BUCKET);
    io.heddle.store.Stat before = Objects.requireNonNull(rig.node(path)).stat();
    long q = rig.report().q();
    rig.store.age(path, (1 << 30) + 1);
    rig.settle();

    rig.assign(1, "SLAVE", 0);
    rig.assign(0, "MASTER", 90);

    io.heddle.store.Stat after = Objects.requireNonNull(rig.node(path)).stat();
    assertThat(after.czxid()).isGreaterThan(before.czxid());
    assertThat(after.version()).isLessThan(10);
    assertThat(rig.reported(0)).isEqualTo("MASTER#90");
    assertThat(rig.reported(1)).isEqualTo("SLAVE");
    assertThat(rig.report().q()).isGreaterThan(q);
    assertThat(rig.report().incarnation()).isEqualTo(1);
  }

  @Test
  void takesAnAssignmentThatIsCreatedAgainForTheSame() {
    rig.assign(0, "MASTER", 90);
    int calls = process.calls.size();
    String path = rig.paths.assignment(DB1, BUCKET);
    byte[] data = Objects.requireNonNull(rig.node(path)).data();

    assertThat(rig.commit(
            new Op.Delete(path, Op.ANY_VERSION),
            new Op.Create(path, data, Op.CreateMode.PERSISTENT, List.of())))
        .isInstanceOf(Commit.Applied.class);
    rig.pass(Duration.ofSeconds(5));

    assertThat(process.calls).hasSize(calls);
    assertThat(rig.reported(0)).isEqualTo("MASTER#90");
    rig.assign(0, "SLAVE", 0);
    assertThat(rig.reported(0)).isEqualTo("SLAVE");
  }

  @Test
  void ignoresWhatIsForAnotherIncarnation() {
    rig.assign(2, 0, "MASTER", 90);

    assertThat(process.calls).isEmpty();
    assertThat(rig.node(rig.paths.report(DB1, BUCKET))).isNull();
  }

  @Test
  void costsOneWriteForATransitionAndNoneForIdling() {
    assertThat(writesOf(() -> rig.assign(0, "MASTER", 90))).isEqualTo(2);
    assertThat(writesOf(() -> rig.assign(0, "SLAVE", 0))).isEqualTo(2);
    assertThat(writesOf(() -> rig.pass(Duration.ofHours(1)))).isZero();
  }

  @Test
  void putsManyTransitionsIntoFewWrites() {
    long writes = writesOf(() -> {
      process.holding = true;
      for (int partition = 0; partition < 8; partition++) {
        rig.assign(partition, "SLAVE", 0);
      }
      process.release();
    });

    assertThat(process.calls).hasSize(8);
    assertThat(writes).isEqualTo(8 + 1);
  }

  @Test
  void reportsATransitionThatTakesItsTime() {
    process.holding = true;
    long q = rig.assign(0, "SLAVE", 0);
    assertThat(rig.node(rig.paths.report(DB1, BUCKET))).isNull();

    rig.pass(Duration.ofSeconds(2));

    assertThat(rig.reported(0)).isEqualTo("OFFLINE>SLAVE");
    assertThat(rig.report().s()).isEqualTo(q);
    process.release();
    assertThat(rig.reported(0)).isEqualTo("SLAVE");
  }

  @Test
  void acknowledgesATurnAtOnceWithTheTransitionThatRuns() {
    rig.assign(0, "SLAVE", 0);
    process.holding = true;
    rig.assign(0, "MASTER", 90);

    long q = rig.assign(0, "OFFLINE", 0);

    assertThat(rig.report().s()).isEqualTo(q);
    assertThat(rig.reported(0)).isEqualTo("SLAVE>MASTER");
  }

  @Test
  void goesToErrorWhenTheCallbackThrows() {
    process.failure = new IllegalArgumentException("no such shard");

    rig.assign(0, "SLAVE", 0);
    rig.assign(1, "OFFLINE", 0);

    assertThat(rig.reported(0))
        .isEqualTo("ERROR!OFFLINE>SLAVE: java.lang.IllegalArgumentException: no such shard");
    assertThat(rig.reported(1)).isEqualTo("OFFLINE");
    process.failure = null;
    rig.assign(0, "OFFLINE", 0);
    rig.assign(0, "SLAVE", 0);
    assertThat(rig.reported(0)).isEqualTo("SLAVE");
  }

  @Test
  void writesAgainWhatWasLostWithTheConnection() {
    for (int reply = 1; reply <= 6; reply++) {
      Rig each = new Rig();
      Rig.Member other = each.started();
      other.network.loseReply(reply);

      long q = each.assign(0, "MASTER", 90);
      each.pass(TIMEOUT);

      assertThat(each.reported(0)).as("reply %s lost", reply).isEqualTo("MASTER#90");
      assertThat(each.report().s()).as("reply %s lost", reply).isEqualTo(q);
      assertThat(each.n()).as("reply %s lost", reply).isEqualTo(1);
    }
  }

  @Test
  void writesAgainAfterAConflict() {
    rig.assign(0, "SLAVE", 0);
    rig.commit(new Op.Delete(rig.paths.report(DB1, BUCKET), Op.ANY_VERSION));

    rig.assign(0, "MASTER", 90);

    assertThat(rig.reported(0)).isEqualTo("MASTER#90");
  }

  @Test
  void catchesUpOnWhatItMissedWhileCutOff() {
    rig.assign(0, "SLAVE", 0);
    process.network.cut();
    rig.settle();
    rig.assign(0, "OFFLINE", 0);

    process.network.heal();
    rig.pass(Duration.ofSeconds(3));

    assertThat(rig.reported(0)).isEqualTo("OFFLINE");
  }

  // The end.

  @Test
  void stopsWhenEverythingIsHandedOver() {
    rig.assign(0, "MASTER", 90);

    CompletionStage<Void> stopped = process.participant.stop(Duration.ofMinutes(1));
    rig.settle();

    assertThat(rig.live()).hasValueSatisfying(live -> assertThat(live.leaving()).isTrue());
    assertThat(process.phase()).isEqualTo(Phase.LEAVING);
    assertThat(stopped.toCompletableFuture()).isNotDone();
    rig.assign(0, "SLAVE", 0);
    assertThat(rig.live()).isPresent();
    rig.assign(0, "DROPPED", 0);
    Void unused = rig.done(stopped);
    assertThat(rig.report().groups()).isEmpty();
    assertThat(rig.live()).isEmpty();
    assertThat(process.phase()).isEqualTo(Phase.CLOSED);
  }

  @Test
  void stopsAtTheBoundWithoutAController() {
    rig.assign(0, "MASTER", 90);
    Lease lease = process.lastContext().lease();

    CompletionStage<Void> stopped = process.participant.stop(Duration.ofSeconds(5));
    rig.pass(Duration.ofSeconds(4));
    assertThat(stopped.toCompletableFuture()).isNotDone();
    assertThat(lease.isValid()).isTrue();
    rig.pass(Duration.ofSeconds(2));

    assertThat(stopped.toCompletableFuture()).isCompleted();
    assertThat(lease.isValid()).isFalse();
    assertThat(rig.live()).isEmpty();
    assertThat(process.calls).endsWith("0 OFFLINE>DROPPED");
  }

  @Test
  void closesAtOnceAndResets() {
    rig.assign(0, "MASTER", 90);

    process.participant.close();
    rig.settle();

    assertThat(rig.live()).isEmpty();
    assertThat(process.calls).endsWith("0 MASTER>SLAVE", "0 SLAVE>OFFLINE", "0 OFFLINE>DROPPED");
    assertThat(process.phase()).isEqualTo(Phase.CLOSED);
  }
}
