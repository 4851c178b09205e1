// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import io.heddle.locks.LockException.Kind;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A lock that was taken. Thread-safe; cheap enough to ask before each write.
 *
 * <p>It ends when it is released, and by itself, on the monotonic clock, when ZooKeeper has not
 * been heard for two thirds of the session timeout: before anybody else can take it, also while
 * this JVM is paused. It never comes back. An answer of {@link #isHeld} is already old when it is
 * used; what must not be written by two carries the token, and its store refuses lower ones.
 */
public final class HeldLock {
  private final String name;
  private final long token;
  private final SessionLease.Term term;
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final Runnable release;
  private volatile boolean ended;

  HeldLock(String name, long token, SessionLease.Term term, Runnable release) {
    this.name = name;
    this.token = token;
    this.term = term;
    this.release = release;
  }

  /** Which lock it is. */
  public String name() {
    return name;
  }

  /**
   * The token to hand to whatever is protected. Each holder's is greater than those before.
   *
   * @throws LockException if the lock is no longer held
   */
  public long fencingToken() {
    if (!isHeld()) {
      throw new LockException(
          Kind.LOST, "lock " + name + " is no longer held under token " + token + "; take it anew");
    }
    return token;
  }

  /** Whether it is still held. Once false, false for ever. */
  public boolean isHeld() {
    return !ended && term.holds();
  }

  /** Completes when it is no longer held, however that came; on the service's loop. */
  public CompletionStage<Void> ended() {
    return over.minimalCompletionStage();
  }

  /** Gives it back; more than once is fine. From now on {@link #isHeld} is false. */
  public void release() {
    ended = true;
    release.run();
  }

  void end() {
    ended = true;
    over.complete(null);
  }

  @Override
  public String toString() {
    return "lock " + name + " under token " + token + (isHeld() ? "" : ", over");
  }
}
