// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.runtime.Loop;

/**
 * One unbroken stretch of time in which this process may act on its assignments. Thread-safe: the
 * loop prolongs and ends it, any thread asks.
 */
final class LeaseTerm {
  private final Loop clock;
  private volatile long endNanos;
  private volatile boolean over;

  LeaseTerm(Loop clock, long endNanos) {
    this.clock = clock;
    this.endNanos = endNanos;
  }

  /** A term that is over. */
  static LeaseTerm none(Loop clock) {
    LeaseTerm term = new LeaseTerm(clock, clock.nanoTime());
    term.end();
    return term;
  }

  /** Whether it goes on. Once it does not, it never does again, even if it is prolonged. */
  boolean holds() {
    if (!over && clock.nanoTime() - endNanos >= 0) {
      // Whoever sees this first decides: a prolongation that comes later must not undo it.
      over = true;
    }
    return !over;
  }

  void prolong(long newEndNanos) {
    endNanos = newEndNanos;
  }

  void end() {
    over = true;
  }
}
