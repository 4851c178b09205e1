// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Participant;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.Stage;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds to each participant the container that it belongs to; one that is drained is evacuated. */
final class ContainerMembership implements Stage {
  @Override
  public Draft apply(Draft draft) {
    ProvisioningState state = draft.snapshot().sections().get(ProvisioningState.KEY);
    TreeMap<InstanceId, Participant> participants =
        new TreeMap<>(draft.cluster().participants());
    for (ContainerRecord container : state.records().values()) {
      @Nullable Participant participant = participants.get(container.spec().participant());
      if (participant != null && container.holdsInstance()) {
        participants.put(participant.id(), with(participant, container));
      }
    }
    Cluster cluster = draft.cluster();
    return draft.with(new Cluster(
        cluster.name(),
        cluster.nowMillis(),
        ImmutableSortedMap.copyOfSorted(participants),
        cluster.resources()));
  }

  private static Participant with(Participant participant, ContainerRecord container) {
    InstanceSpec spec = participant.spec();
    return new Participant(
        container.draining() && spec.operation() == InstanceOperation.ENABLE
            ? spec.toBuilder().operation(InstanceOperation.EVACUATE).build()
            : spec,
        participant.live(),
        Optional.of(new Participant.Container(container.spec(), container.state())));
  }
}
