// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

/** A cluster, or the image of one, could not be looked at. */
public final class InspectionException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With a message that names the cluster, or the file and the line. */
  public InspectionException(String message) {
    super(message);
  }

  /** With a cause. */
  public InspectionException(String message, Throwable cause) {
    super(message, cause);
  }
}
