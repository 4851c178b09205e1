// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class SimRandomTest {
  private final SimRandom random = new SimRandom(0);

  /** Pinned: with other numbers each kept seed would mean something else. */
  @Test
  void givesTheNumbersOfSplitMix64() {
    assertThat(random.nextLong()).isEqualTo(0xE220A8397B1DCDAFL);
    assertThat(random.nextLong()).isEqualTo(0x6E789E6AA1B965F4L);
    assertThat(random.nextLong()).isEqualTo(0x06C45D188009454FL);
  }

  @Test
  void staysWithinItsBounds() {
    TreeSet<Integer> ints = new TreeSet<>();
    TreeSet<Duration> times = new TreeSet<>();
    Duration min = Duration.ofNanos(-1);
    Duration max = Duration.ofNanos(2);
    int chances = 0;

    for (int i = 0; i < 1_000; i++) {
      ints.add(random.nextInt(3));
      times.add(random.between(min, max));
      chances += random.chance(0.25) ? 1 : 0;
      assertThat(random.pick(List.of("a", "b"))).isIn("a", "b");
    }

    assertThat(ints).containsExactly(0, 1, 2);
    assertThat(times).hasSize(4);
    assertThat(times.first()).isEqualTo(min);
    assertThat(times.last()).isEqualTo(max);
    assertThat(chances).isBetween(200, 300);
    assertThatThrownBy(() -> random.nextInt(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesDelaysFromTheTailAsOftenAsSaid() {
    Delays delays =
        new Delays(Duration.ofMillis(1), Duration.ofMillis(2), 0.1, Duration.ofMillis(100));
    int late = 0;

    for (int i = 0; i < 1_000; i++) {
      long nanos = delays.nextNanos(random);
      assertThat(nanos).isBetween(1_000_000L, 100_000_000L);
      late += nanos > 2_000_000 ? 1 : 0;
    }

    assertThat(late).isBetween(60, 140);
    assertThatThrownBy(() -> Delays.between(Duration.ofMillis(2), Duration.ofMillis(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT0.002S");
  }
}
