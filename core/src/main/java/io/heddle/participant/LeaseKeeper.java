// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.runtime.Loop;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * Self-fencing (rule R10). A probe, a commit of one check of the incarnation, goes out every sixth
 * of the session timeout; the lease runs for two thirds of the timeout from the <em>sending</em> of
 * the latest answered probe. Each reply is looked at only after the clock: after a pause an old
 * reply can't renew what has lapsed. Confined to its loop.
 */
final class LeaseKeeper {
  private final StoreSession session;
  private final Loop loop;
  private final Op.Check check;
  private final Listener listener;
  private final Duration period;
  private final long span;
  private LeaseTerm term;
  private long grantEnd;
  private boolean probing;
  private boolean overdue;
  private boolean lossTold;
  private boolean closed;
  private Loop.Timer nextProbe = () -> {};
  private Loop.Timer expiry = () -> {};

  /** Told on the loop. */
  interface Listener {
    /** The lease is lost. */
    void lost();

    /** A probe was answered. */
    void probed();

    /** The incarnation has been closed by somebody else. */
    void refused();
  }

  LeaseKeeper(StoreSession session, Loop loop, Op.Check check, Listener listener) {
    this.session = session;
    this.loop = loop;
    this.check = check;
    this.listener = listener;
    this.period = session.timeout().dividedBy(6);
    this.span = session.timeout().toNanos() / 3 * 2;
    this.term = LeaseTerm.none(loop);
    this.lossTold = true;
  }

  /**
   * Starts probing.
   *
   * @param sentAt when the registration was sent, if it was answered: it proves what a probe does
   */
  void begin(OptionalLong sentAt) {
    if (sentAt.isPresent()) {
      grantEnd = sentAt.getAsLong() + span;
      regain();
      scheduleProbe();
    } else {
      probe();
    }
  }

  /** The term that runs, or the last one. */
  LeaseTerm term() {
    return term;
  }

  /**
   * Looks at the clock. To be called before anything is done with an event.
   *
   * @return whether the lease is held
   */
  boolean look() {
    if (term.holds()) {
      return true;
    }
    if (!lossTold && !closed) {
      lossTold = true;
      listener.lost();
    }
    return false;
  }

  /**
   * Begins a new term, if the latest answered probe still allows it.
   *
   * @return whether the lease is held now
   */
  boolean regain() {
    if (!term.holds() && !closed && loop.nanoTime() - grantEnd < 0) {
      term = new LeaseTerm(loop, grantEnd);
      lossTold = false;
      scheduleExpiry();
    }
    return term.holds();
  }

  /** Sends a probe now, unless one is on its way. */
  void probe() {
    nextProbe.cancel();
    if (closed) {
      return;
    }
    scheduleProbe();
    if (probing) {
      overdue = true;
      return;
    }
    probing = true;
    overdue = false;
    long sentAt = loop.nanoTime();
    session.commit(List.of(check), answer -> answered(sentAt, answer));
  }

  private void scheduleProbe() {
    nextProbe = loop.schedule(period, this::probe);
  }

  private void scheduleExpiry() {
    expiry.cancel();
    long left = Math.max(0, grantEnd - loop.nanoTime());
    expiry = loop.schedule(Duration.ofNanos(left), this::look);
  }

  private void answered(long sentAt, Commit answer) {
    probing = false;
    if (closed) {
      return;
    }
    boolean held = look();
    if (answer instanceof Commit.Refused) {
      listener.refused();
      return;
    }
    if (answer instanceof Commit.Applied) {
      grantEnd = sentAt + span;
      if (held) {
        term.prolong(grantEnd);
        scheduleExpiry();
      }
      listener.probed();
    }
    if (overdue) {
      probe();
    }
  }

  /** The incarnation is over: the lease ends now, and nothing is told any more. */
  void close() {
    closed = true;
    term.end();
    nextProbe.cancel();
    expiry.cancel();
  }
}
