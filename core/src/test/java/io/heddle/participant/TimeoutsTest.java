// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.TransitionTimeouts;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Callbacks that take longer than they may. */
final class TimeoutsTest {
  private final Rig rig = new Rig();
  private final Rig.Member process = rig.started();

  TimeoutsTest() {
    rig.timeouts = TransitionTimeouts.of(Duration.ofSeconds(30))
        .with("SLAVE", "MASTER", Duration.ofSeconds(5));
  }

  private String error() {
    return rig.report().replica(Rig.RESOURCE, 0).orElseThrow().error();
  }

  @Test
  void namesPartitionTransitionAndTimeoutInItsError() {
    rig.assign(0, "SLAVE", 0);
    process.holding = true;
    rig.assign(0, "MASTER", 90);

    rig.pass(Duration.ofSeconds(6));
    process.release();

    assertThat(rig.reported(0))
        .isEqualTo("ERROR!documents/0 SLAVE>MASTER: timed out after 5000 ms");
  }

  @Test
  void staysOnItsWayToTheTopStateUntilTheCallbackIsOver() {
    rig.assign(0, "SLAVE", 0);
    process.holding = true;
    rig.assign(0, "MASTER", 90);

    rig.pass(Duration.ofSeconds(6));

    assertThat(rig.reported(0)).startsWith("SLAVE>MASTER!documents/0 SLAVE>MASTER: timed out");
    assertThat(error()).endsWith("its callback has not returned");
    rig.assign(0, "SLAVE", 0);
    rig.pass(Duration.ofHours(1));
    assertThat(rig.reported(0)).startsWith("SLAVE>MASTER!");
  }

  @Test
  void staysInTheTopStateWhileItsWayDownHangs() {
    rig.assign(0, "MASTER", 90);
    process.holding = true;
    rig.assign(0, "SLAVE", 0);

    rig.pass(Duration.ofSeconds(31));

    assertThat(rig.reported(0)).startsWith("MASTER#90>SLAVE!documents/0 MASTER>SLAVE: timed out");
    process.release();
    assertThat(process.calls).as("it is told, however late").endsWith("0 MASTER>SLAVE");
    assertThat(rig.reported(0)).startsWith("ERROR!documents/0 MASTER>SLAVE: timed out after 30000");
  }

  @Test
  void doesNotBeginACallbackWhoseTimeIsOverBeforeAThreadIsFree() {
    process.holding = true;
    rig.assign(0, "SLAVE", 0);
    rig.pass(Duration.ofSeconds(31));

    process.release();

    assertThat(process.calls).isEmpty();
    assertThat(rig.reported(0)).startsWith("ERROR!documents/0 OFFLINE>SLAVE: timed out");
  }

  @Test
  void countsFromTheStartWhenTheLimitComesLater() {
    rig.timeouts = TransitionTimeouts.NONE;
    process.holding = true;
    rig.assign(0, "SLAVE", 0);
    rig.pass(Duration.ofSeconds(20));
    assertThat(error()).isEmpty();

    rig.timeouts = TransitionTimeouts.of(Duration.ofSeconds(25));
    rig.write(rig.n());

    rig.pass(Duration.ofSeconds(4));
    assertThat(error()).isEmpty();
    rig.pass(Duration.ofSeconds(2));
    assertThat(error()).contains("timed out after 25000 ms");
  }

  @Test
  void isNotLateWhenItReturnsInTime() {
    process.holding = true;
    rig.assign(0, "SLAVE", 0);
    rig.pass(Duration.ofSeconds(29));
    process.release();

    rig.pass(Duration.ofSeconds(29));

    assertThat(rig.reported(0)).isEqualTo("SLAVE");
  }

  @Test
  void countsFailuresInARowUntilItIsWhereItIsWanted() {
    process.failure = new IllegalStateException("disk on fire");
    rig.assign(0, "SLAVE", 0);
    rig.assign(0, "OFFLINE", 0);
    rig.assign(0, "SLAVE", 0);
    assertThat(rig.report().replica(Rig.RESOURCE, 0).orElseThrow().failures()).isEqualTo(2);

    process.failure = null;
    rig.assign(0, "OFFLINE", 0);
    rig.assign(0, "SLAVE", 0);

    assertThat(rig.reported(0)).isEqualTo("SLAVE");
    assertThat(rig.report().replica(Rig.RESOURCE, 0).orElseThrow().failures()).isZero();
  }

  @Test
  void staysWhereItWasWhenACancelledCallbackGivesUp() {
    process.holding = true;
    rig.assign(0, "SLAVE", 0);
    rig.assign(0, "DROPPED", 0);
    process.last = context -> {
      process.last = null;
      assertThat(context.isCancelled()).isTrue();
      throw new TransitionCancelledException("nothing was copied yet");
    };

    process.release();

    assertThat(process.calls).containsExactly("0 OFFLINE>SLAVE", "0 OFFLINE>DROPPED");
    assertThat(rig.reported(0)).isEmpty();
  }

  @Test
  void takesAGivenUpCallbackThatNobodyCancelledForAnError() {
    process.last = context -> {
      throw new TransitionCancelledException("on a whim");
    };

    rig.assign(0, "SLAVE", 0);

    assertThat(rig.reported(0)).startsWith("ERROR!OFFLINE>SLAVE").contains("on a whim");
  }

  @Test
  void doesNotCancelWhatIsStillOnTheWay() {
    process.holding = true;
    rig.assign(0, "SLAVE", 0);
    rig.assign(0, "MASTER", 90);

    process.release();

    assertThat(process.contexts.get(0).isCancelled()).isFalse();
    assertThat(rig.reported(0)).isEqualTo("MASTER#90");
  }
}
