// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/**
 * Thrown by a callback that was cancelled and has undone what it did: the replica is in the state
 * that it was in. From a callback that was not cancelled, or whose time was over, it is an error as
 * any other; so it is on the way out of the top state, which is never cancelled while the
 * participant serves.
 */
public final class TransitionCancelledException extends Exception {
  private static final long serialVersionUID = 1;

  /** What was given up, for people. */
  public TransitionCancelledException(String message) {
    super(message);
  }
}
