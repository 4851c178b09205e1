// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * How fast an instance works on a job, so that it can be given about what it finishes in two round
 * trips (rule R12): tasks that take long are not given ahead, where others could run them sooner;
 * tasks that take no time are given in hundreds, so that a write serves many.
 *
 * @param perSecond tasks per second, smoothed
 * @param sinceNanos since when {@code count} counts
 * @param count tasks that ended since
 */
record Pace(double perSecond, long sinceNanos, int count) {
  /** Most tasks that an instance is given at a time. */
  static final int MAX_GIVEN = 2_000;

  /** About two round trips, with a margin for a busy store. */
  private static final double AHEAD_SECONDS = 0.1;

  /** Shorter times say nothing: two slow tasks may end at the same moment. */
  private static final long SHORTEST_NANOS = 20_000_000;

  static Pace start(long nowNanos) {
    return new Pace(0, nowNanos, 0);
  }

  /** After some more tasks ended. */
  Pace after(int ended, long nowNanos) {
    long nanos = nowNanos - sinceNanos;
    int all = count + ended;
    if (nanos < SHORTEST_NANOS) {
      return new Pace(perSecond, sinceNanos, all);
    }
    double now = all * 1e9 / nanos;
    return new Pace(perSecond == 0 ? now : (perSecond + now) / 2, nowNanos, 0);
  }

  /** How many tasks it may have, for a number of slots. */
  int window(int slots) {
    long ahead = Math.round(perSecond * AHEAD_SECONDS);
    return (int) Math.min(Math.max(MAX_GIVEN, slots), slots + ahead);
  }
}
