// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.time.Duration;

/**
 * How often a replica whose transition failed is tried again before it stays in ERROR. To try again
 * is to reset it: it begins anew in the initial state, under a new token where one is due.
 *
 * @param most how often in a row, 0 to 1,000; a replica that got where it was wanted counts anew
 * @param delay how long it stays in ERROR before the first; doubled each time, up to 5 minutes or
 *     the delay itself, if that is longer
 */
public record TransitionRetries(int most, Duration delay) {
  /** A replica in ERROR waits for a person. */
  public static final TransitionRetries NONE = new TransitionRetries(0, Duration.ZERO);

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final int MAX_DOUBLINGS = 20;

  /** Checks the figures. */
  public TransitionRetries {
    if (most < 0 || most > 1_000) {
      throw new IllegalArgumentException("retries must be 0 to 1,000, not " + most);
    }
    if (delay.isNegative() || delay.compareTo(Duration.ofDays(1)) > 0) {
      throw new IllegalArgumentException("the delay of retries must be 0 to 1 day, not " + delay);
    }
  }

  /** Whether a replica that failed so often in a row is tried again. */
  public boolean allow(int failures) {
    return failures <= most;
  }

  /**
   * How long it waits before that.
   *
   * @param failures how often it failed in a row, from 1
   */
  public Duration delay(int failures) {
    Duration doubled = delay.multipliedBy(1L << Math.min(Math.max(failures - 1, 0), MAX_DOUBLINGS));
    Duration most = LONGEST.compareTo(delay) > 0 ? LONGEST : delay;
    return doubled.compareTo(most) < 0 ? doubled : most;
  }
}
