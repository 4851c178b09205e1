// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Participant;
import io.heddle.provisioner.ContainerProvider;
import java.util.Optional;

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

  /** Asks something of the provider. */
  sealed interface Call extends Request {
    /** For which container. */
    ContainerId container();

    /** What. */
    CallKind kind();

    /** Makes the call. */
    ListenableFuture<?> make(ContainerProvider provider);
  }

  /**
   * Has the provider allocate a container, and the instance configured that it is for.
   *
   * @param spec what is wanted
   */
  record Allocate(ContainerSpec spec) implements Call {
    @Override
    public ContainerId container() {
      return spec.id();
    }

    @Override
    public CallKind kind() {
      return CallKind.ALLOCATE;
    }

    @Override
    public ListenableFuture<?> make(ContainerProvider provider) {
      return provider.allocateContainer(spec);
    }
  }

  /**
   * Has the provider start a container.
   *
   * @param spec what it is
   */
  record Start(ContainerSpec spec) implements Call {
    @Override
    public ContainerId container() {
      return spec.id();
    }

    @Override
    public CallKind kind() {
      return CallKind.START;
    }

    @Override
    public ListenableFuture<?> make(ContainerProvider provider) {
      return provider.startContainer(
          spec.id(),
          new Participant(
              instance(spec),
              Optional.empty(),
              Optional.of(new Participant.Container(spec, ContainerState.CONNECTING))));
    }
  }

  /**
   * Has the provider stop a container.
   *
   * @param container which
   */
  record Stop(ContainerId container) implements Call {
    @Override
    public CallKind kind() {
      return CallKind.STOP;
    }

    @Override
    public ListenableFuture<?> make(ContainerProvider provider) {
      return provider.stopContainer(container);
    }
  }

  /**
   * Gives a container back to the provider.
   *
   * @param container which
   */
  record Deallocate(ContainerId container) implements Call {
    @Override
    public CallKind kind() {
      return CallKind.DEALLOCATE;
    }

    @Override
    public ListenableFuture<?> make(ContainerProvider provider) {
      return provider.deallocateContainer(container);
    }
  }

  /** How the instance is configured that a container is for. */
  static InstanceSpec instance(ContainerSpec spec) {
    return InstanceSpec.builder(spec.participant().name())
        .tag(spec.service().name())
        .build();
  }
}
