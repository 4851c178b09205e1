// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is to be closed when the process ends: the last one first, each whatever became of the
 * others. What comes after the end has begun is closed at once. Thread-safe.
 */
final class Closing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);

  private final Deque<Step> steps = new ArrayDeque<>();
  private boolean begun;

  private record Step(String what, Runnable close) {}

  /**
   * Adds what has just been opened.
   *
   * @throws IllegalStateException if the end has begun; then it is closed already
   */
  void add(String what, Runnable close) {
    Step step = new Step(what, close);
    synchronized (this) {
      if (!begun) {
        steps.push(step);
        return;
      }
    }
    run(step);
    throw new IllegalStateException("the process ends; " + what + " is closed again");
  }

  /** Whether the end has begun. */
  synchronized boolean hasBegun() {
    return begun;
  }

  @Override
  public void close() {
    Deque<Step> all;
    synchronized (this) {
      begun = true;
      all = new ArrayDeque<>(steps);
      steps.clear();
    }
    all.forEach(Closing::run);
  }

  private static void run(Step step) {
    try {
      step.close().run();
    } catch (RuntimeException e) {
      log.error("{} can't be closed properly", step.what(), e);
    }
  }
}
