// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Participant;
import java.util.Optional;

/** Makes participants with containers. */
final class Participants {
  static final Cluster EMPTY_CLUSTER =
      new Cluster("test", 0, ImmutableSortedMap.of(), ImmutableSortedMap.of());

  private Participants() {}

  static Participant of(ContainerSpec container, ContainerState state) {
    return new Participant(
        InstanceSpec.of(container.participant().name()),
        Optional.empty(),
        Optional.of(new Participant.Container(container, state)));
  }
}
