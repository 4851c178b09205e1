// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.runtime.Loop;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.testkit.SimLoop;
import java.util.List;

/**
 * What one process does otherwise than it should, seen from its edge: what it sends, what it is
 * told, what its clock shows. By itself it alters nothing. One for each start of a process;
 * confined to the simulation's thread.
 */
class Alteration {
  /** What is sent for a commit; of the same length, since answers name operations by number. */
  List<Op> sends(List<Op> ops) {
    return ops;
  }

  /**
   * What is told of a commit.
   *
   * @param waitedNanos how long the answer took
   */
  Commit hears(List<Op> ops, Commit answer, long waitedNanos) {
    return answer;
  }

  /** What is told of a read. */
  Read reads(Read read) {
    return read;
  }

  /**
   * Whether an event of the session is told.
   *
   * @param connections how often it was connected before
   */
  boolean isTold(SessionEvent event, int connections) {
    return true;
  }

  /** Whether a session that is over is replaced by another, and the process is not told. */
  boolean replacesSessions() {
    return false;
  }

  /** What the monotonic clock shows. */
  long nanoTime(long real) {
    return real;
  }

  /** A loop whose clock is altered. */
  static final class AlteredLoop implements Loop {
    final SimLoop real;
    private final Alteration alteration;

    AlteredLoop(SimLoop real, Alteration alteration) {
      this.real = real;
      this.alteration = alteration;
    }

    @Override
    public void execute(Runnable task) {
      real.execute(task);
    }

    @Override
    public Timer schedule(java.time.Duration delay, Runnable task) {
      return real.schedule(delay, task);
    }

    @Override
    public long nanoTime() {
      return alteration.nanoTime(real.nanoTime());
    }

    @Override
    public long wallMillis() {
      return real.wallMillis();
    }

    @Override
    public void close() {
      real.close();
    }

    @Override
    public String toString() {
      return real.toString();
    }
  }
}
