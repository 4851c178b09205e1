// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static io.heddle.participant.Rig.DB1;
import static io.heddle.participant.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.participant.ParticipantStatus.Phase;
import io.heddle.schema.Json;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

final class RegistrationTest {
  private final Rig rig = new Rig();

  @Test
  void saysWhoItIs() {
    ContainerStart start = new ContainerStart(ContainerId.of("C-1"), "s1");

    Rig.Member process = rig.started(builder -> builder.container(start).capacity("memory", 512));

    assertThat(rig.live()).hasValueSatisfying(live -> {
      assertThat(live.id()).isEqualTo(DB1);
      assertThat(live.incarnation()).isEqualTo(1);
      assertThat(live.session())
          .isEqualTo(
              Objects.requireNonNull(rig.node(rig.paths.live(DB1))).stat().ephemeralOwner());
      assertThat(live.host()).isEqualTo("host-1");
      assertThat(live.process()).isEqualTo(4711);
      assertThat(live.container()).contains(start);
      assertThat(live.capacity()).containsEntry("memory", 512L);
      assertThat(live.leaving()).isFalse();
    });
    assertThat(process.phase()).isEqualTo(Phase.SERVING);
  }

  @Test
  void failsWhenTheInstanceIsNotConfigured() {
    HeddleParticipant participant = HeddleParticipant.builder(rig.store, "orders", "DB-9")
        .loops(name -> rig.time.newLoop())
        .build();

    CompletionStage<Void> started = participant.start();

    assertThatThrownBy(() -> rig.done(started))
        .isInstanceOf(RegistrationException.class)
        .hasMessageContaining("instance DB-9 is not configured in cluster orders")
        .hasMessageContaining("addInstance");
    assertThat(rig.done(participant.status()).phase()).isEqualTo(Phase.FAILED);
  }

  @Test
  void leavesAClusterOfANewerFormatAlone() {
    Specs.Meta newer = new Specs.Meta(Json.FORMAT + 1, Json.FORMAT, Json.FORMAT + 1, "3f5c");
    rig.commit(new Op.Set(rig.paths.meta(), Specs.META.encode(newer), Op.ANY_VERSION));
    Rig.Member process = rig.process();

    CompletionStage<Void> started = process.participant.start();

    assertThatThrownBy(() -> rig.done(started))
        .isInstanceOf(RegistrationException.class)
        .hasMessageContaining("cluster orders may only be changed by versions that know format 2")
        .hasMessageContaining("newer version");
    assertThat(rig.live()).isEmpty();
  }

  @Test
  void saysThatTheClusterDoesNotExist() {
    HeddleParticipant participant = HeddleParticipant.builder(rig.store, "nowhere", "DB-1")
        .loops(name -> rig.time.newLoop())
        .build();

    CompletionStage<Void> started = participant.start();

    assertThatThrownBy(() -> rig.done(started))
        .isInstanceOf(RegistrationException.class)
        .hasMessageContaining("cluster nowhere does not exist");
  }

  @Test
  void waitsForTheEndOfAnotherProcessUnderItsName() {
    Rig.Member first = rig.started();
    Rig.Member second = rig.process();
    CompletionStage<Void> started = second.participant.start();
    rig.settle();

    assertThat(started.toCompletableFuture()).isNotDone();
    assertThat(second.phase()).isEqualTo(Phase.WAITING_FOR_NAME);
    assertThat(rig.n()).isEqualTo(1);
    first.participant.close();
    Void unused = rig.done(started);

    assertThat(rig.n()).isEqualTo(2);
    assertThat(second.phase()).isEqualTo(Phase.SERVING);
  }

  @Test
  void onlyOneOfTwoThatStartAtOnceRegisters() {
    Rig.Member first = rig.process();
    Rig.Member second = rig.process();

    CompletionStage<Void> one = first.participant.start();
    CompletionStage<Void> other = second.participant.start();
    rig.pass(Duration.ofSeconds(5));

    assertThat(one.toCompletableFuture().isDone()).isTrue();
    assertThat(other.toCompletableFuture().isDone()).isFalse();
    assertThat(second.phase()).isEqualTo(Phase.WAITING_FOR_NAME);
    assertThat(rig.n()).isEqualTo(1);
  }

  @Test
  void recognizesItsOwnRegistrationWhenTheAnswerWasLost() {
    for (int reply = 1; reply <= 14; reply++) {
      Rig each = new Rig();
      Rig.Member process = each.process();
      CompletionStage<Void> started = process.participant.start();
      each.pass(Duration.ZERO);
      process.network.loseReply(reply);

      each.pass(TIMEOUT);

      assertThat(started.toCompletableFuture()).as("reply %s lost", reply).isDone();
      assertThat(each.n()).as("reply %s lost", reply).isEqualTo(1);
      each.assign(0, "MASTER", 90);
      each.pass(Duration.ofSeconds(4));
      assertThat(each.reported(0)).as("reply %s lost", reply).isEqualTo("MASTER#90");
    }
  }

  @Test
  void resetsAndRegistersAnewAfterItsSessionExpired() {
    Rig.Member process = rig.started();
    rig.assign(0, "MASTER", 90);

    rig.store.expireSessionsOf(loop -> loop == process.loop);
    rig.pass(Duration.ofSeconds(1));

    assertThat(process.calls)
        .containsExactly(
            "0 OFFLINE>SLAVE",
            "0 SLAVE>MASTER",
            "0 MASTER>SLAVE",
            "0 SLAVE>OFFLINE",
            "0 OFFLINE>DROPPED");
    assertThat(rig.n()).isEqualTo(2);
    // The old report is emptied, the old assignment is left alone.
    assertThat(rig.report().incarnation()).isEqualTo(2);
    assertThat(rig.report().groups()).isEmpty();
    rig.assign(0, "SLAVE", 0);
    assertThat(rig.reported(0)).isEqualTo("SLAVE");
  }

  @Test
  void registersOnlyWhenTheLastCallbackHasReturned() {
    int[] blocked = {0};
    Rig.Member process = rig.started(
        builder -> builder.onReregistrationBlocked(Duration.ofSeconds(30), () -> blocked[0]++));
    process.holding = true;
    rig.assign(0, "SLAVE", 0);

    rig.store.expireSessionsOf(loop -> loop == process.loop);
    rig.pass(Duration.ofSeconds(100));

    assertThat(rig.live()).isEmpty();
    assertThat(process.phase()).isEqualTo(Phase.RESETTING);
    assertThat(blocked[0]).isEqualTo(1);
    process.release();
    rig.pass(Duration.ofSeconds(1));
    assertThat(rig.n()).isEqualTo(2);
  }

  @Test
  void startsAnewWhenItsIncarnationIsClosed() {
    Rig.Member process = rig.started();
    rig.assign(0, "MASTER", 90);
    Lease lease = process.lastContext().lease();

    // As a certificate of its end does it (R15).
    String incarnation = rig.paths.incarnation(DB1);
    assertThat(rig.commit(
            new Op.Set(
                incarnation, Objects.requireNonNull(rig.node(incarnation)).data(), 1),
            new Op.Delete(rig.paths.live(DB1), Op.ANY_VERSION)))
        .isInstanceOf(Commit.Applied.class);
    rig.pass(Duration.ofSeconds(1));

    assertThat(lease.isValid()).isFalse();
    assertThat(rig.n()).isEqualTo(3);
    assertThat(process.calls).endsWith("0 OFFLINE>DROPPED");
  }

  @Test
  void refusesATimeoutBelowWhatTheServerGrants() {
    HeddleParticipant participant = HeddleParticipant.builder(
            new LongSessions(rig.store), "orders", "DB-1")
        .sessionTimeout(Duration.ofSeconds(1))
        .loops(name -> rig.time.newLoop())
        .build();

    CompletionStage<Void> started = participant.start();

    assertThatThrownBy(() -> rig.done(started))
        .isInstanceOf(RegistrationException.class)
        .hasMessageContaining("below the server's least, PT4S; ask for at least PT8S");
  }
}
