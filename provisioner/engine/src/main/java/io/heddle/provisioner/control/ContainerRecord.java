// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.provisioner.ContainerEnd;
import java.util.Optional;

/**
 * What the controller has on record of a container: its intent, written before the provider is
 * asked.
 *
 * @param spec what was asked for
 * @param state where it stands
 * @param draining whether it is emptied before it is stopped
 * @param end how it ended, if it has; a certified end closes every incarnation that names its start
 */
public record ContainerRecord(
    ContainerSpec spec, ContainerState state, boolean draining, Optional<ContainerEnd> end) {
  /** A container that is about to be asked for. */
  public static ContainerRecord wanted(ContainerSpec spec) {
    return new ContainerRecord(spec, ContainerState.ACQUIRING, false, Optional.empty());
  }

  /** The container. */
  public ContainerId id() {
    return spec.id();
  }

  /**
   * Whether it has, or may still get, a process that registers as its instance. At most one record
   * of an instance does.
   */
  boolean holdsInstance() {
    return switch (state) {
      case ACQUIRING, ACQUIRED, CONNECTING, CONNECTED, DISCONNECTED, HALTING -> true;
      case HALTED, FINALIZING, FINALIZED, FAILED -> false;
    };
  }

  ContainerRecord in(ContainerState next) {
    return new ContainerRecord(spec, next, draining, end);
  }

  ContainerRecord ended(ContainerState next, ContainerEnd how) {
    return new ContainerRecord(spec, next, draining, Optional.of(how));
  }

  ContainerRecord drainedIf(Drain drain) {
    return new ContainerRecord(spec, state, drain == Drain.YES, end);
  }

  /** Whether a container is to be emptied. */
  enum Drain {
    YES,
    NO
  }
}
