// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

/**
 * How long users' callbacks take in a simulated process. Immutable.
 *
 * @param threads how many run at once, above zero; others wait for one that is free
 * @param running how long one takes
 * @param hanging how often one never comes to its end, and keeps its thread, from 0 to 1
 */
public record CallbackTimes(int threads, Delays running, double hanging) {
  /** Checks. */
  public CallbackTimes {
    if (threads <= 0) {
      throw new IllegalArgumentException("threads must be above zero, not " + threads);
    }
    if (!(hanging >= 0 && hanging <= 1)) {
      throw new IllegalArgumentException("hanging must be from 0 to 1, not " + hanging);
    }
  }

  /** Callbacks that all come to their end. */
  public static CallbackTimes of(int threads, Delays running) {
    return new CallbackTimes(threads, running, 0);
  }
}
