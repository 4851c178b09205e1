// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import java.time.Duration;
import java.util.Optional;

/** What {@link Replicas} wants done. To be done in the order in which it was said. */
sealed interface Action {
  /** The replica concerned. */
  ReplicaKey key();

  /** Has it done. */
  void by(Performer performer);

  /** Does it. */
  interface Performer {
    /** Calls the user's code. */
    void start(Start start);

    /** Tells the callback that runs that its result is not wanted. */
    void cancel(ReplicaKey key);

    /** Limits the time of the callback that runs. */
    void limit(ReplicaKey key, Optional<Duration> timeout);

    /** Tells the callback that runs that its time is over, and interrupts it. */
    void interrupt(ReplicaKey key);

    /** Forgets the handler. */
    void forget(ReplicaKey key);
  }

  /**
   * Call the user's code; {@link Replicas#returned} must be told once it has returned.
   *
   * @param key the replica
   * @param stateModel the name of its state model
   * @param call what to call
   * @param from the state that is left
   * @param to the state that is entered
   * @param token the token under which the top state is entered, else {@code Token.NONE}
   */
  record Start(ReplicaKey key, String stateModel, Call call, String from, String to, long token)
      implements Action {
    @Override
    public void by(Performer performer) {
      performer.start(this);
    }
  }

  /** Tell the callback that runs that its result is not wanted. */
  record Cancel(ReplicaKey key) implements Action {
    @Override
    public void by(Performer performer) {
      performer.cancel(key);
    }
  }

  /**
   * Tell {@link Replicas#timedOut} when the callback that runs has run for so long.
   *
   * @param key the replica
   * @param timeout counted from the callback's start; empty for no limit any more
   */
  record Limit(ReplicaKey key, Optional<Duration> timeout) implements Action {
    @Override
    public void by(Performer performer) {
      performer.limit(key, timeout);
    }
  }

  /** Tell the callback that runs that its time is over, and interrupt it. */
  record Interrupt(ReplicaKey key) implements Action {
    @Override
    public void by(Performer performer) {
      performer.interrupt(key);
    }
  }

  /** Forget the handler; no callback of it runs. */
  record Forget(ReplicaKey key) implements Action {
    @Override
    public void by(Performer performer) {
      performer.forget(key);
    }
  }

  /** Which of the user's methods is meant. */
  enum Call {
    /** That of the transition. */
    TRANSITION,
    /** {@link Resettable#reset}. */
    RESET
  }
}
