// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/** A participant could not register, and waiting would not help. The message says what to do. */
public final class RegistrationException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message. */
  public RegistrationException(String message) {
    super(message);
  }
}
