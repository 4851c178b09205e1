// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/** What {@link Replicas} wants done. To be done in the order in which it was said. */
sealed interface Action {
  /** The replica concerned. */
  ReplicaKey key();

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
      implements Action {}

  /** Tell the callback that runs that its result is not wanted. */
  record Cancel(ReplicaKey key) implements Action {}

  /** Forget the handler; no callback of it runs. */
  record Forget(ReplicaKey key) implements Action {}

  /** Which of the user's methods is meant. */
  enum Call {
    /** That of the transition. */
    TRANSITION,
    /** {@link Resettable#reset}. */
    RESET
  }
}
