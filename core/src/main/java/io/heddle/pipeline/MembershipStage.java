// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import java.util.Optional;

/** Who is there: the cluster as rebalancers and target providers see it. */
final class MembershipStage implements Stage {
  @Override
  public Draft apply(Draft draft) {
    Snapshot snapshot = draft.snapshot();
    ImmutableSortedMap.Builder<InstanceId, Participant> participants =
        ImmutableSortedMap.naturalOrder();
    for (InstanceView instance : snapshot.instances().values()) {
      instance
          .spec()
          .ifPresent(spec -> participants.put(
              instance.id(),
              new Participant(effective(spec, instance), instance.live(), Optional.empty())));
    }
    ImmutableSortedMap.Builder<ResourceId, ResourceSpec> resources =
        ImmutableSortedMap.naturalOrder();
    snapshot.resources().forEach((id, resource) -> resources.put(id, resource.spec()));
    return draft.with(new Cluster(
        snapshot.cluster(),
        snapshot.nowMillis(),
        participants.buildOrThrow(),
        resources.buildOrThrow()));
  }

  /** A process that is stopping hands everything over first, as if its operator wanted it. */
  private static InstanceSpec effective(InstanceSpec spec, InstanceView instance) {
    boolean leaving = instance.live().filter(LiveInstance::leaving).isPresent();
    return leaving && spec.operation() == InstanceOperation.ENABLE
        ? spec.toBuilder().operation(InstanceOperation.EVACUATE).build()
        : spec;
  }
}
