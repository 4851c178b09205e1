// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

/**
 * A decision that no longer fits what is there. It is dropped, and the next pass decides anew:
 * thrown while a decision is rendered, never out of the controller.
 */
public final class StaleDecisionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With the entity and what does not fit. */
  public StaleDecisionException(String message) {
    super(message);
  }
}
