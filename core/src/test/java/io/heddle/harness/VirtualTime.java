// SPDX-License-Identifier: Apache-2.0
package io.heddle.harness;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;

/**
 * Loops on one virtual clock, run by the test; each may be paused, as a JVM may be. Confined to the
 * test's thread.
 */
public final class VirtualTime {
  private final PriorityQueue<Task> tasks =
      new PriorityQueue<>(Comparator.comparingLong(Task::at).thenComparingLong(Task::order));
  private final Set<Loop> paused = new HashSet<>();
  private final List<Task> held = new ArrayList<>();
  private long now;
  private long handedOver;

  private record Task(long at, long order, VirtualLoop loop, Runnable run) {}

  /** A loop on this clock. */
  public Loop newLoop() {
    return new VirtualLoop();
  }

  /** Lets time pass. */
  public void pass(Duration time) {
    long end = now + time.toNanos();
    while (!tasks.isEmpty() && tasks.peek().at() <= end) {
      Task task = tasks.remove();
      now = Math.max(now, task.at());
      if (paused.contains(task.loop())) {
        held.add(task);
      } else if (!task.loop().closed) {
        task.run().run();
      }
    }
    now = end;
  }

  /** Runs nothing of a loop until {@link #resume}; its clock goes on. */
  public void pause(Loop loop) {
    paused.add(loop);
  }

  /** Lets a loop run again: all that was due comes first, in order. */
  public void resume(Loop loop) {
    paused.remove(loop);
    tasks.addAll(held.stream().filter(task -> task.loop() == loop).toList());
    held.removeIf(task -> task.loop() == loop);
  }

  private final class VirtualLoop implements Loop {
    private boolean closed;

    @Override
    public void execute(Runnable task) {
      Timer unused = schedule(Duration.ZERO, task);
    }

    @Override
    public Timer schedule(Duration delay, Runnable run) {
      Task task = new Task(now + delay.toNanos(), handedOver++, this, run);
      tasks.add(task);
      return () -> {
        tasks.remove(task);
        held.remove(task);
      };
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
