// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heddle.model.StateModel.Transition;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The narrower comes first, and takes nothing away that it says nothing of. */
class TransitionTimeoutsTest {
  private static final Transition UP = new Transition("SLAVE", "MASTER");
  private static final Transition DOWN = new Transition("MASTER", "SLAVE");

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  @Test
  void takesWhatIsSaidOfTheTransitionBeforeWhatIsSaidOfAll() {
    TransitionTimeouts timeouts =
        TransitionTimeouts.of(seconds(9)).with("SLAVE", "MASTER", seconds(2));

    assertThat(timeouts.of(UP)).hasValue(seconds(2));
    assertThat(timeouts.of(DOWN)).hasValue(seconds(9));
    assertThat(TransitionTimeouts.NONE.of(UP)).isEmpty();
  }

  @Test
  void keepsWhatTheClusterSaysWhereTheResourceSaysNothing() {
    TransitionTimeouts cluster =
        TransitionTimeouts.of(seconds(9)).with("SLAVE", "MASTER", seconds(2));

    assertThat(TransitionTimeouts.NONE.over(cluster)).isEqualTo(cluster);
    TransitionTimeouts one = TransitionTimeouts.NONE.with("MASTER", "SLAVE", seconds(1));
    assertThat(one.over(cluster).of(UP)).hasValue(seconds(2));
    assertThat(one.over(cluster).of(DOWN)).hasValue(seconds(1));
    assertThat(one.over(cluster).of(new Transition("OFFLINE", "SLAVE"))).hasValue(seconds(9));
    assertThat(TransitionTimeouts.of(seconds(60)).over(cluster).of(UP)).hasValue(seconds(2));
    assertThat(TransitionTimeouts.of(seconds(60)).over(cluster).of(DOWN)).hasValue(seconds(60));
  }

  @Test
  void refusesTimesThatAreNone() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TransitionTimeouts.of(Duration.ZERO))
        .withMessageContaining("any transition must be 1 ms to 100 days");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TransitionTimeouts.NONE.with("SLAVE", "MASTER", Duration.ofDays(101)))
        .withMessageContaining("SLAVE>MASTER");
  }

  @Test
  void doublesTheDelayOfRetriesUpToABound() {
    TransitionRetries retries = new TransitionRetries(100, seconds(1));

    assertThat(retries.delay(1)).isEqualTo(seconds(1));
    assertThat(retries.delay(4)).isEqualTo(seconds(8));
    assertThat(retries.delay(99)).isEqualTo(Duration.ofMinutes(5));
    assertThat(new TransitionRetries(100, Duration.ofHours(1)).delay(9))
        .isEqualTo(Duration.ofHours(1));
    assertThat(new TransitionRetries(2, seconds(1)).allow(2)).isTrue();
    assertThat(new TransitionRetries(2, seconds(1)).allow(3)).isFalse();
  }
}
