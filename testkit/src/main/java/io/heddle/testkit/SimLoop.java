// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.runtime.Loop;
import io.heddle.testkit.internal.Event;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A process's event loop on virtual time. A task handed over starts within microseconds, a timer is
 * late by some, all seeded. A task that throws ends the simulation. Confined to the simulation's
 * thread.
 */
public final class SimLoop implements Loop {
  /** How long a task waits at most after its own loop handed it over. */
  private static final long SAME_LOOP_NANOS = 5_000;

  /** How long a task waits at most after another loop handed it over. */
  private static final long OTHER_LOOP_NANOS = 200_000;

  /** How late a timer may be. */
  private static final long TIMER_NANOS = 500_000;

  private final Simulation simulation;
  private final SimProcess process;
  private final String name;
  private final int number;
  private final Queue<Event<SimLoop>> whilePaused = new ArrayDeque<>();
  private long lastHandedOverNanos;
  private boolean paused;
  private boolean closed;

  SimLoop(Simulation simulation, SimProcess process, String name) {
    this.simulation = simulation;
    this.process = process;
    this.name = name;
    this.number = simulation.nextLoopNumber();
  }

  /** The process that it belongs to. */
  public SimProcess process() {
    return process;
  }

  @Override
  public void execute(Runnable task) {
    long bound = simulation.running() == this ? SAME_LOOP_NANOS : OTHER_LOOP_NANOS;
    long atNanos = simulation.nowNanos() + simulation.timing().nextLong(bound);
    // Tasks run in the order in which they were handed over, whatever their delays.
    lastHandedOverNanos = Math.max(lastHandedOverNanos, atNanos);
    post(lastHandedOverNanos, task);
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay is at least zero, not " + delay);
    }
    long late = simulation.timing().nextLong(TIMER_NANOS);
    Event<SimLoop> event = post(simulation.nowNanos() + delay.toNanos() + late, task);
    return () -> simulation.cancel(event);
  }

  /** Has a task run here at a time of the simulation, unless the process is dead or paused then. */
  Event<SimLoop> post(long atNanos, Runnable task) {
    return simulation.post(this, atNanos, task);
  }

  /** Whether a task may run now. If the loop is paused, the task is kept until it goes on. */
  boolean admits(Event<SimLoop> event) {
    if (closed || !process.isAlive()) {
      return false;
    }
    if (paused) {
      whilePaused.add(event);
      return false;
    }
    return true;
  }

  void pause() {
    paused = true;
  }

  /** Goes on: first with what came while it was paused, in order. */
  void goOn() {
    paused = false;
    whilePaused.forEach(simulation::postAgain);
    whilePaused.clear();
  }

  int number() {
    return number;
  }

  @Override
  public long nanoTime() {
    return process.nanoTime();
  }

  @Override
  public long wallMillis() {
    return process.wallMillis();
  }

  @Override
  public void close() {
    closed = true;
    whilePaused.clear();
  }

  @Override
  public String toString() {
    return process.name() + "/" + name;
  }
}
