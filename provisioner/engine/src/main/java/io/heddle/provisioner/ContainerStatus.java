// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance.ContainerStart;

/** Where a container stands, as its provider sees it. */
public sealed interface ContainerStatus {
  /** The container. */
  ContainerId container();

  /**
   * Reserved, and never started.
   *
   * @param container the container
   */
  record Allocated(ContainerId container) implements ContainerStatus {}

  /**
   * Has a process, as far as can be seen.
   *
   * @param start which start of which container
   */
  record Running(ContainerStart start) implements ContainerStatus {
    @Override
    public ContainerId container() {
      return start.container();
    }
  }

  /**
   * Has ended and was not given back.
   *
   * @param end how
   */
  record Ended(ContainerEnd end) implements ContainerStatus {
    @Override
    public ContainerId container() {
      return end.container();
    }
  }
}
