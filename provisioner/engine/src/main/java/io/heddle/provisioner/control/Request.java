// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;

/** What the stage asks of the edge. */
sealed interface Request {
  /**
   * Writes a record.
   *
   * @param record the record as it shall be
   */
  record Put(ContainerRecord record) implements Request {}

  /**
   * Removes a record.
   *
   * @param container whose
   */
  record Remove(ContainerId container) implements Request {}

  /**
   * Has the provider allocate a container, and the instance configured that it is for.
   *
   * @param spec what is wanted
   */
  record Allocate(ContainerSpec spec) implements Request {}

  /**
   * Has the provider start a container.
   *
   * @param spec what it is
   */
  record Start(ContainerSpec spec) implements Request {}

  /**
   * Has the provider stop a container.
   *
   * @param container which
   */
  record Stop(ContainerId container) implements Request {}

  /**
   * Gives a container back to the provider.
   *
   * @param container which
   */
  record Deallocate(ContainerId container) implements Request {}
}
