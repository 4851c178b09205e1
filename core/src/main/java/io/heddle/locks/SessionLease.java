// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import io.heddle.runtime.Loop;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.List;

/**
 * How long one session's ephemerals are safe to rely on (as rule R10): two thirds of the session
 * timeout from the <em>sending</em> of the latest answered probe, a commit of one check, which goes
 * out every sixth of the timeout. Each answer is looked at only after the clock. Confined to its
 * loop, but for {@link Term#holds}.
 */
final class SessionLease {
  private final StoreSession session;
  private final Loop loop;
  private final Op check;
  private final Runnable onLapse;
  private final Duration period;
  private final long span;
  private Term term;
  private boolean probing;
  private boolean closed;
  private Loop.Timer nextProbe = () -> {};
  private Loop.Timer expiry = () -> {};

  /** One unbroken stretch of time. Thread-safe. */
  static final class Term {
    private final Loop clock;
    private volatile long end;
    private volatile boolean over;

    Term(Loop clock, long end) {
      this.clock = clock;
      this.end = end;
    }

    /** Whether it goes on. Once it does not, it never does again. */
    boolean holds() {
      if (!over && clock.nanoTime() - end >= 0) {
        // Whoever sees this first decides: an answer that comes later must not undo it.
        over = true;
      }
      return !over;
    }

    private void prolong(long newEnd) {
      if (newEnd - end > 0) {
        end = newEnd;
      }
    }
  }

  /**
   * A lease that is not held before the first answered probe.
   *
   * @param check what a probe checks
   * @param onLapse run each time that a term has lapsed, and when the first one begins
   */
  SessionLease(StoreSession session, Loop loop, Op check, Runnable onLapse) {
    this.session = session;
    this.loop = loop;
    this.check = check;
    this.onLapse = onLapse;
    this.period = session.timeout().dividedBy(6);
    this.span = session.timeout().toNanos() / 3 * 2;
    this.term = new Term(loop, loop.nanoTime());
  }

  Term term() {
    return term;
  }

  /** Sends a probe now, unless one is on its way. */
  void probe() {
    nextProbe.cancel();
    if (closed) {
      return;
    }
    nextProbe = loop.schedule(period, this::probe);
    if (!probing) {
      probing = true;
      long sentAt = loop.nanoTime();
      session.commit(List.of(check), answer -> answered(sentAt, answer));
    }
  }

  private void answered(long sentAt, Commit answer) {
    probing = false;
    if (!closed && answer instanceof Commit.Applied) {
      heard(sentAt);
    }
  }

  /** The server has answered something that was sent at a moment, and that a quorum committed. */
  void heard(long sentAt) {
    long end = sentAt + span;
    boolean lapsed = !term.holds();
    if (!lapsed) {
      term.prolong(end);
    } else if (loop.nanoTime() - end < 0) {
      term = new Term(loop, end);
    }
    expiry.cancel();
    Term current = term;
    expiry = loop.schedule(Duration.ofNanos(Math.max(0, current.end - loop.nanoTime())), () -> {
      if (!closed && !current.holds()) {
        onLapse.run();
      }
    });
    if (lapsed) {
      // Whoever relied on the last term must know, though the timer did not come to tell.
      onLapse.run();
    }
  }

  /** The session is over: the term ends now. */
  void close() {
    closed = true;
    term.over = true;
    nextProbe.cancel();
    expiry.cancel();
  }
}
