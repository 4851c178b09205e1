// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import java.util.concurrent.atomic.AtomicLong;

/** What replicas did. Thread-safe. */
final class TransitionCounts {
  private final AtomicLong transitions = new AtomicLong();
  private volatile long promoted;

  void transition() {
    transitions.incrementAndGet();
  }

  void promotion() {
    promoted = System.nanoTime();
  }

  long transitions() {
    return transitions.get();
  }

  /** When the last promotion was, by {@link System#nanoTime}. */
  long lastPromotion() {
    return promoted;
  }
}
