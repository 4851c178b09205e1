// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One candidacy. Thread-safe. */
public final class LeaderElection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderElection.class);

  /** How long one attempt waits; a candidacy that was closed is forgotten after it. */
  private static final Duration ATTEMPT = Duration.ofMinutes(1);

  /** Between a failure and the next attempt. */
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final LockService locks;
  private final String name;
  private final Candidate candidate;
  private volatile @Nullable HeldLock lead;
  private volatile boolean closed;

  /** Who stands for election. Told on the service's loop: must not block. */
  public interface Candidate {
    /**
     * It leads, until {@link HeldLock#isHeld} is false.
     *
     * @param lead with the token to hand to whatever it writes to; releasing it resigns, and the
     *     candidate stands again. If this throws, it resigns
     */
    void leading(HeldLock lead);

    /** It leads no longer. Others may from now on, or soon. */
    void lost();
  }

  LeaderElection(LockService locks, String name, Candidate candidate) {
    this.locks = locks;
    this.name = name;
    this.candidate = candidate;
  }

  /** What it leads by, if it leads just now. */
  public Optional<HeldLock> lead() {
    return Optional.ofNullable(lead).filter(HeldLock::isHeld);
  }

  void stand() {
    if (closed) {
      return;
    }
    CompletionStage<Void> unused = locks.acquire(name, ATTEMPT).handle((lock, failure) -> {
      if (lock != null) {
        elected(lock);
      } else {
        locks.loop().schedule(PAUSE, this::stand);
      }
      return null;
    });
  }

  private void elected(HeldLock lock) {
    if (closed) {
      lock.release();
      return;
    }
    lead = lock;
    CompletionStage<Void> unused = lock.ended().thenRun(() -> {
      lead = null;
      guarded(candidate::lost);
      // A pause, so that after a resignation another has a chance.
      locks.loop().schedule(PAUSE, this::stand);
    });
    if (!guarded(() -> candidate.leading(lock))) {
      lock.release();
    }
  }

  /** Calls the user's code; false if it threw. */
  private boolean guarded(Runnable call) {
    try {
      call.run();
      return true;
    } catch (RuntimeException | Error e) {
      // It harms its own candidacy only: a leader that failed to begin resigns.
      log.error("The candidate of election {} failed", name, e);
      return false;
    }
  }

  /** Resigns, if it leads, and stands no more. */
  @Override
  public void close() {
    closed = true;
    @Nullable HeldLock now = lead;
    if (now != null) {
      now.release();
    }
  }
}
