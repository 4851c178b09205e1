// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

/** What can be asked of a provider for a container. */
public enum CallKind {
  /** To reserve it. */
  ALLOCATE("allocateContainer"),
  /** To start its process. */
  START("startContainer"),
  /** To end its process. */
  STOP("stopContainer"),
  /** To take it back. */
  DEALLOCATE("deallocateContainer");

  private final String method;

  CallKind(String method) {
    this.method = method;
  }

  /** The provider's method. */
  @Override
  public String toString() {
    return method;
  }
}
