// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;

/** Loops on one virtual clock, run by the test. Confined to the test's thread. */
final class VirtualTime {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
  private long now;
  private long handedOver;

  private record Task(long at, long order, VirtualLoop loop, Runnable run) {}

  Loop newLoop() {
    return new VirtualLoop();
  }

  /** Lets time pass. */
  void pass(Duration time) {
    long end = now + time.toNanos();
    while (!tasks.isEmpty() && tasks.peek().at() <= end) {
      Task task = tasks.remove();
      now = task.at();
      if (!task.loop().closed) {
        task.run().run();
      }
    }
    now = end;
  }

  private final class VirtualLoop implements Loop {
    private boolean closed;

    @Override
    public void execute(Runnable task) {
      schedule(Duration.ZERO, task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable run) {
      Task task = new Task(now + delay.toNanos(), handedOver++, this, run);
      tasks.add(task);
      return () -> tasks.remove(task);
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
      closed = true;
    }
  }
}
