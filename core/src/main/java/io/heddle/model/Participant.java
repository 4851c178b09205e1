// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.Optional;

/**
 * An instance seen as a member of the cluster, with or without a process just now.
 *
 * @param spec what an administrator says of it
 * @param live what its process says of itself, if it is registered
 * @param container the container that it belongs to, if it was provisioned
 */
public record Participant(
    InstanceSpec spec, Optional<LiveInstance> live, Optional<Container> container) {
  /**
   * The container of a participant.
   *
   * @param spec what was asked for
   * @param state where it stands
   */
  public record Container(ContainerSpec spec, ContainerState state) {}

  /** The instance. */
  public InstanceId id() {
    return spec.id();
  }

  /** Whether a process is registered. */
  public boolean isLive() {
    return live.isPresent();
  }

  /** Whether it may receive replicas: live and enabled. */
  public boolean isAssignable() {
    return isLive() && spec.operation() == InstanceOperation.ENABLE;
  }
}
