// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.provider;

import io.heddle.model.ContainerId;

/**
 * A call to a simulated provider that is about one container. Immutable.
 *
 * @param caller the process that makes it
 * @param kind what it asks for
 * @param container of which container
 */
public record ProviderCall(String caller, Kind kind, ContainerId container) {
  /** What is asked for. */
  public enum Kind {
    /** {@code allocateContainer}. */
    ALLOCATE,
    /** {@code startContainer}. */
    START,
    /** {@code stopContainer}. */
    STOP,
    /** {@code deallocateContainer}. */
    DEALLOCATE
  }
}
