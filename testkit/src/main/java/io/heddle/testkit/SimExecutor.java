// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import java.util.Arrays;
import java.util.concurrent.Executor;

/**
 * Threads for users' callbacks. Each callback is given to the thread that is free first; when its
 * end comes is settled at once. Confined to the simulation's thread.
 */
final class SimExecutor implements Executor {
  private static final long NEVER = Long.MAX_VALUE;

  private final Simulation simulation;
  private final SimLoop loop;
  private final CallbackTimes times;
  private final SimRandom random;
  private final long[] freeFromNanos;

  SimExecutor(Simulation simulation, SimLoop loop, CallbackTimes times, SimRandom random) {
    this.simulation = simulation;
    this.loop = loop;
    this.times = times;
    this.random = random;
    this.freeFromNanos = new long[times.threads()];
  }

  @Override
  public void execute(Runnable callback) {
    int thread = firstFree();
    long startNanos = Math.max(simulation.nowNanos(), freeFromNanos[thread]);
    if (startNanos == NEVER) {
      simulation.trace(loop.process().name(), "has no callback thread left for", callback);
    } else if (random.chance(times.hanging())) {
      freeFromNanos[thread] = NEVER;
      simulation.trace(loop.process().name(), "hangs in", callback);
    } else {
      freeFromNanos[thread] = startNanos + times.running().nextNanos(random);
      loop.post(freeFromNanos[thread], callback);
    }
  }

  private int firstFree() {
    int first = 0;
    for (int i = 1; i < freeFromNanos.length; i++) {
      if (freeFromNanos[i] < freeFromNanos[first]) {
        first = i;
      }
    }
    return first;
  }

  @Override
  public String toString() {
    return loop + " " + Arrays.toString(freeFromNanos);
  }
}
