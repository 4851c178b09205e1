// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.runtime.LoopFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;

/**
 * A process: loops that die and pause together, a monotonic clock that nobody else shares, and a
 * wall clock that is wrong by up to an hour. Confined to the simulation's thread.
 */
public final class SimProcess implements LoopFactory {
  private static final long EPOCH_MILLIS = Instant.parse("2026-01-01T00:00:00Z").toEpochMilli();
  private static final Duration MOST_WRONG = Duration.ofHours(1);

  /** Loops of a resumed process don't go on at the very same moment. */
  private static final Delays RESUMING = Delays.between(Duration.ZERO, Duration.ofMillis(1));

  private final Simulation simulation;
  private final String name;
  private final SimRandom random;
  private final List<SimLoop> loops = new ArrayList<>();
  private final List<Runnable> whenKilled = new ArrayList<>();
  private final long monotonicOffset;
  private long wallOffsetMillis;
  private boolean alive = true;
  private boolean paused;
  private int pauses;

  SimProcess(Simulation simulation, String name, SimRandom random) {
    this.simulation = simulation;
    this.name = name;
    this.random = random;
    // Anything, also below zero; but far from where it would wrap around.
    this.monotonicOffset = random.nextLong() >> 2;
    this.wallOffsetMillis = random.between(MOST_WRONG.negated(), MOST_WRONG).toMillis();
  }

  /** Its name. */
  public String name() {
    return name;
  }

  /** Starts a loop. */
  @Override
  public SimLoop newLoop(String loopName) {
    SimLoop loop = new SimLoop(simulation, this, loopName);
    loops.add(loop);
    if (paused) {
      loop.pause();
    }
    return loop;
  }

  /**
   * Threads for users' callbacks, which take virtual time: a callback that was handed over runs,
   * all at once, when its time is over.
   *
   * @param times how long callbacks take
   */
  public Executor callbacks(CallbackTimes times) {
    return new SimExecutor(simulation, newLoop("callbacks"), times, random.fork("callbacks"));
  }

  /**
   * Threads for calls that sleep for virtual time.
   *
   * @param handOver how long a call waits until a thread takes it up
   */
  public SimThreads threads(Delays handOver) {
    return new SimThreads(simulation, newLoop("threads"), handOver, random.fork("threads"));
  }

  /**
   * Ends it, as a kill does: none of its tasks runs any more; what it has sent may still arrive.
   */
  public void kill() {
    if (alive) {
      alive = false;
      simulation.trace(name, "killed", "");
      whenKilled.forEach(Runnable::run);
      whenKilled.clear();
    }
  }

  /**
   * Has a task run at once when it is killed, by whomever: outside of it, as whoever waits for it
   * sees it.
   *
   * @throws IllegalStateException if it is dead already
   */
  public void onKill(Runnable task) {
    if (!alive) {
      throw new IllegalStateException(name + " is dead already");
    }
    whenKilled.add(task);
  }

  /** Stops it, as a long garbage collection does: time goes on, its tasks wait. */
  public void pause() {
    if (alive && !paused) {
      paused = true;
      pauses++;
      loops.forEach(SimLoop::pause);
      simulation.trace(name, "paused", "");
    }
  }

  /** Lets it go on. Tasks that became due meanwhile run now, on each loop in their order. */
  public void resume() {
    if (!alive || !paused) {
      return;
    }
    paused = false;
    simulation.trace(name, "resumed", "");
    int pausesSoFar = pauses;
    for (SimLoop loop : loops) {
      simulation.schedule(Duration.ofNanos(RESUMING.nextNanos(random)), () -> {
        // It may have been paused again before it went on.
        if (pauses == pausesSoFar) {
          loop.goOn();
        }
      });
    }
  }

  /** Sets its wall clock forward, or back. */
  public void jumpWallClock(Duration by) {
    wallOffsetMillis += by.toMillis();
    simulation.trace(name, "wall clock jumps by", by);
  }

  /** Whether it was not killed. */
  public boolean isAlive() {
    return alive;
  }

  /** Whether it is paused. */
  public boolean isPaused() {
    return paused;
  }

  long nanoTime() {
    return monotonicOffset + simulation.nowNanos();
  }

  long wallMillis() {
    return EPOCH_MILLIS + simulation.now().toMillis() + wallOffsetMillis;
  }

  @Override
  public String toString() {
    return name;
  }
}
