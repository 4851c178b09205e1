// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import java.time.Duration;
import java.util.List;

/**
 * A seeded random source, SplitMix64. The JDK's own would do, but for this: what it gives for a
 * seed may differ between releases, and a pinned seed must mean the same on each. Confined to the
 * simulation's thread.
 */
public final class SimRandom {
  private static final long STEP = 0x9E3779B97F4A7C15L;
  private static final double DOUBLE_UNIT = 0x1.0p-53;

  private long state;

  /** A source; equal seeds give equal numbers. */
  public SimRandom(long seed) {
    this.state = seed;
  }

  /** A source of its own for one purpose; depends on this source's present state and the name. */
  public SimRandom fork(String purpose) {
    return new SimRandom(mix(state ^ mix(purpose.hashCode())));
  }

  /** Any number. */
  public long nextLong() {
    state += STEP;
    return mix(state);
  }

  private static long mix(long value) {
    long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }

  /** A number from 0 to below {@code bound}, which is above zero. */
  public int nextInt(int bound) {
    return (int) nextLong(bound);
  }

  /** A number from 0 to below {@code bound}, which is above zero. */
  public long nextLong(long bound) {
    if (bound <= 0) {
      throw new IllegalArgumentException("bound must be above zero, not " + bound);
    }
    // The remainder's bias is below bound / 2^63, which no test can see.
    return (nextLong() >>> 1) % bound;
  }

  /** A number from 0 to below 1. */
  public double nextDouble() {
    return (nextLong() >>> 11) * DOUBLE_UNIT;
  }

  /** True with a probability from 0 to 1. */
  public boolean chance(double probability) {
    return nextDouble() < probability;
  }

  /** A time from {@code min} to {@code max}, both included. */
  public Duration between(Duration min, Duration max) {
    long span = max.minus(min).toNanos();
    return min.plusNanos(nextLong(span + 1));
  }

  /** One of several. */
  public <T> T pick(List<T> choices) {
    return choices.get(nextInt(choices.size()));
  }
}
