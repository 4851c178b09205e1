// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

/**
 * A document that is not what it should be. The message says where, what is wrong and what is
 * allowed.
 */
public final class UnreadableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message. */
  public UnreadableException(String message) {
    super(message);
  }

  /** With a message and a cause. */
  public UnreadableException(String message, Throwable cause) {
    super(message, cause);
  }
}
