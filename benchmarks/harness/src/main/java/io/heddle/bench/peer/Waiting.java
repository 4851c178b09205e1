// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits with a bound. */
public final class Waiting {
  private Waiting() {}

  /**
   * Returns when a condition holds; it is asked about every millisecond.
   *
   * @param what what is waited for, for the error
   * @throws IllegalStateException if it does not hold within the bound
   */
  public static void until(String what, Duration bound, BooleanSupplier condition) {
    long end = System.nanoTime() + bound.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("no " + what + " within " + bound);
      }
      LockSupport.parkNanos(1_000_000);
    }
  }
}
