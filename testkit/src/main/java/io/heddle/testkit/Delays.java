// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import java.time.Duration;

/**
 * How long something takes: mostly from {@code min} to {@code max}, now and then up to
 * {@code tailMax}. Immutable.
 *
 * @param min the least
 * @param max the usual most
 * @param tail how often it takes longer than that, from 0 to 1
 * @param tailMax the very most
 */
public record Delays(Duration min, Duration max, double tail, Duration tailMax) {
  /** Checks. */
  public Delays {
    if (min.isNegative() || max.compareTo(min) < 0 || tailMax.compareTo(max) < 0) {
      throw new IllegalArgumentException(
          "delays must be 0 <= min <= max <= tailMax, not %s, %s, %s".formatted(min, max, tailMax));
    }
    if (!(tail >= 0 && tail <= 1)) {
      throw new IllegalArgumentException("tail must be from 0 to 1, not " + tail);
    }
  }

  /** From {@code min} to {@code max}, never longer. */
  public static Delays between(Duration min, Duration max) {
    return new Delays(min, max, 0, max);
  }

  /** Always the same. */
  public static Delays exactly(Duration delay) {
    return between(delay, delay);
  }

  /** One of them, in nanoseconds. */
  public long nextNanos(SimRandom random) {
    boolean usual = tail == 0 || !random.chance(tail);
    long from = usual ? min.toNanos() : max.toNanos();
    long to = usual ? max.toNanos() : tailMax.toNanos();
    return from + random.nextLong(to - from + 1);
  }
}
