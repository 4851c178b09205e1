// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * Fencing tokens: 64 bits that only go up. The upper 24 bits are the epoch of the controller that
 * gave it out, the lower 40 a counter within that reign, so that no durable counter is needed.
 *
 * <p>Sequence numbers of the controller are built alike, those of a participant from its
 * incarnation number; all compare as plain longs.
 */
public final class Token {
  /** The token that nobody ever gets: lower than all others. */
  public static final long NONE = 0;

  /** The greatest counter within one reign. */
  public static final long MAX_COUNTER = (1L << 40) - 1;

  /** The greatest epoch. */
  public static final long MAX_EPOCH = (1L << 23) - 1;

  private Token() {}

  /**
   * Puts a token together.
   *
   * @param epoch 0 to {@link #MAX_EPOCH}
   * @param counter 0 to {@link #MAX_COUNTER}
   * @throws IllegalArgumentException if either is out of range
   */
  public static long of(long epoch, long counter) {
    if (epoch < 0 || epoch > MAX_EPOCH) {
      throw new IllegalArgumentException("epoch must be 0 to " + MAX_EPOCH + ", not " + epoch);
    }
    if (counter < 0 || counter > MAX_COUNTER) {
      throw new IllegalArgumentException(
          "counter must be 0 to " + MAX_COUNTER + ", not " + counter);
    }
    return (epoch << 40) | counter;
  }

  /** The epoch within a token. */
  public static long epoch(long token) {
    return token >>> 40;
  }

  /** The counter within a token. */
  public static long counter(long token) {
    return token & MAX_COUNTER;
  }

  /** {@code epoch.counter}, for people. */
  public static String format(long token) {
    return epoch(token) + "." + counter(token);
  }
}
