// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.PriorityQueue;

/** A loop whose time passes only when a test says so. Confined to the test's thread. */
final class ManualLoop implements Loop {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
  private final PriorityQueue<Scheduled> timers = new PriorityQueue<>(
      Comparator.comparingLong(Scheduled::at).thenComparingLong(Scheduled::number));
  private long now;
  private long numbers;

  private record Scheduled(long at, long number, Runnable task) {}

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    Scheduled scheduled = new Scheduled(now + delay.toNanos(), numbers++, task);
    timers.add(scheduled);
    return () -> timers.remove(scheduled);
  }

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public long wallMillis() {
    return now / 1_000_000;
  }

  @Override
  public void close() {
    tasks.clear();
    timers.clear();
  }

  /** How many timers wait. */
  int timers() {
    return timers.size();
  }

  /** Runs what can run now. */
  void run() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  /** Lets time pass, and runs all that is due until then. */
  void pass(Duration time) {
    long until = now + time.toNanos();
    run();
    while (!timers.isEmpty() && timers.peek().at() <= until) {
      Scheduled next = timers.remove();
      now = next.at();
      next.task().run();
      run();
    }
    now = until;
  }
}
