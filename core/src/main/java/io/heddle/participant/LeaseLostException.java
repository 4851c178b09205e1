// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/**
 * A fencing token was asked for after the right to it had ended. A promotion's callback may let it
 * through: the replica then counts as never promoted, and stays in the state that it was in.
 */
public final class LeaseLostException extends IllegalStateException {
  private static final long serialVersionUID = 1;

  /** With a message that names the replica. */
  public LeaseLostException(String message) {
    super(message);
  }
}
