// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static io.heddle.participant.Rig.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.participant.ParticipantStatus.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A participant that can't reach ZooKeeper leaves top states before others may enter them. */
final class FencingTest {
  private static final Duration TWO_THIRDS = TIMEOUT.dividedBy(3).multipliedBy(2);
  private static final Duration SIXTH = TIMEOUT.dividedBy(6);

  private final Rig rig = new Rig();
  private final Rig.Member process = rig.started();

  private Lease promoted(long token) {
    rig.assign(0, "MASTER", token);
    return process.lastContext().lease();
  }

  @Test
  void givesATokenThatIsValidUntilTheStepDownBegins() {
    Lease lease = promoted(90);

    assertThat(lease.token()).isEqualTo(90);
    assertThat(process.lastContext().fencingToken()).isEqualTo(90);
    assertThat(lease.isValid()).isTrue();
    process.holding = true;
    rig.assign(0, "SLAVE", 0);
    assertThat(process.calls).doesNotContain("0 MASTER>SLAVE");
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void staysInTheTopStateWhileProbesAreAnswered() {
    Lease lease = promoted(90);

    rig.pass(Duration.ofHours(1));

    assertThat(lease.isValid()).isTrue();
    assertThat(process.calls).hasSize(2);
  }

  @Test
  void stepsDownAtTwoThirdsOfTheTimeoutAndNotMuchBefore() {
    Lease lease = promoted(90);

    process.network.cut();
    rig.pass(TWO_THIRDS.minus(SIXTH).minusMillis(200));
    assertThat(lease.isValid()).isTrue();
    assertThat(process.calls).hasSize(2);
    rig.pass(SIXTH.plusMillis(200));

    assertThat(lease.isValid()).isFalse();
    assertThat(process.calls).endsWith("0 MASTER>SLAVE");
    assertThat(rig.live()).as("its session lives on").isPresent();
    assertThatThrownBy(process.contexts.get(1)::fencingToken)
        .isInstanceOf(LeaseLostException.class)
        .hasMessageContaining("documents/0");
  }

  @Test
  void waitsForANewTokenAfterItSteppedDown() {
    promoted(90);
    process.network.cut();
    rig.pass(TWO_THIRDS);
    assertThat(process.phase()).isEqualTo(Phase.FENCED);

    process.network.heal();
    rig.pass(SIXTH.multipliedBy(2));

    assertThat(rig.n()).as("the same incarnation").isEqualTo(1);
    assertThat(process.phase()).isEqualTo(Phase.SERVING);
    assertThat(process.calls).endsWith("0 MASTER>SLAVE");
    assertThat(rig.reported(0)).isEqualTo("SLAVE");
    Lease next = promoted(91);
    assertThat(next.isValid()).isTrue();
    assertThat(rig.reported(0)).isEqualTo("MASTER#91");
  }

  @Test
  void seesTheLapseAfterAPauseBeforeAnyReply() {
    Lease lease = promoted(90);
    rig.pass(SIXTH);

    rig.time.pause(process.loop);
    rig.pass(TWO_THIRDS.plusSeconds(1));
    assertThat(lease.isValid()).as("asked by another thread").isFalse();
    rig.time.resume(process.loop);
    rig.settle();

    assertThat(process.calls).contains("0 MASTER>SLAVE");
    assertThat(lease.isValid()).isFalse();
  }

  @Test
  void servesAgainAlsoWhereReadingTakesLongerThanTheTimeBetweenTwoProbes() {
    promoted(90);
    process.network.cut();
    rig.pass(TWO_THIRDS);
    assertThat(process.phase()).isEqualTo(Phase.FENCED);

    process.network.slow(SIXTH.dividedBy(2));
    process.network.heal();
    rig.pass(TIMEOUT.multipliedBy(2));

    assertThat(rig.n()).as("the same incarnation").isEqualTo(1);
    assertThat(process.phase()).isEqualTo(Phase.SERVING);
  }

  @Test
  void startsNothingUntilTheAssignmentsAreReadAgain() {
    promoted(90);
    rig.assign(1, "SLAVE", 0);
    process.network.cut();
    rig.pass(TWO_THIRDS);
    // Meanwhile it is told to go elsewhere: what it knew must not be acted on.
    rig.assign(1, "OFFLINE", 0);
    int before = process.calls.size();

    process.network.heal();
    rig.pass(SIXTH.multipliedBy(2));

    assertThat(process.calls.subList(before, process.calls.size()))
        .containsExactly("1 SLAVE>OFFLINE");
  }

  @Test
  void stepsDownAfterAPromotionThatReturnsTooLate() {
    rig.assign(0, "SLAVE", 0);
    process.holding = true;
    rig.assign(0, "MASTER", 90);
    process.network.cut();
    rig.pass(TWO_THIRDS);

    process.release();

    assertThat(process.calls).endsWith("0 SLAVE>MASTER", "0 MASTER>SLAVE");
    assertThat(process.contexts.get(1).isCancelled()).isTrue();
    assertThat(process.contexts.get(1).lease().isValid()).isFalse();
  }

  @Test
  void staysWhereItWasWhenAPromotionTakenBackAsksForItsToken() {
    rig.assign(0, "SLAVE", 0);
    process.askingForTokens = true;
    process.holding = true;
    rig.assign(0, "MASTER", 90);
    rig.assign(0, "SLAVE", 0);

    process.release();

    assertThat(rig.reported(0)).isEqualTo("SLAVE");
    assertThat(process.calls).endsWith("0 SLAVE>MASTER");
    rig.assign(0, "MASTER", 91);
    assertThat(process.promotedWith).isEqualTo(91);
    assertThat(rig.reported(0)).isEqualTo("MASTER#91");
  }

  @Test
  void staysWhereItWasWhenAPromotionAsksForItsTokenAfterTheLeaseHasRunOut() {
    rig.assign(0, "SLAVE", 0);
    process.askingForTokens = true;
    process.holding = true;
    rig.assign(0, "MASTER", 90);
    process.network.cut();
    rig.pass(TWO_THIRDS);
    process.network.heal();
    rig.pass(SIXTH.multipliedBy(2));

    process.release();

    assertThat(rig.reported(0)).isEqualTo("SLAVE");
  }

  @Test
  void isInErrorWhenAPromotionClaimsALossThatNeverWas() {
    rig.assign(0, "SLAVE", 0);
    process.failure = new LeaseLostException("made up");

    rig.assign(0, "MASTER", 90);

    assertThat(rig.reported(0)).startsWith("ERROR!SLAVE>MASTER: ").contains("made up");
  }

  @Test
  void reportsAHungStepDownAsInFlight() {
    promoted(90);
    process.network.cut();
    process.holding = true;
    rig.pass(TWO_THIRDS);

    process.network.heal();
    rig.pass(SIXTH.multipliedBy(2));

    assertThat(rig.reported(0)).isEqualTo("MASTER#90>SLAVE");
    process.release();
    assertThat(rig.reported(0)).isEqualTo("SLAVE");
  }
}
