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
import java.util.Objects;
import java.util.Optional;

/**
 * Who is there: the cluster as rebalancers and target providers see it; and since when those are
 * gone who should be there.
 */
final class MembershipStage implements Stage {
  static final SectionKey<Lost> LOST = SectionKey.of("lost", Lost.class);

  /**
   * The enabled instances without a process.
   *
   * @param since per instance when that was first seen in this reign, in monotonic nanoseconds
   */
  record Lost(ImmutableSortedMap<InstanceId, Long> since) {}

  @Override
  public Draft apply(Draft draft) {
    Snapshot snapshot = draft.snapshot();
    ImmutableSortedMap.Builder<InstanceId, Participant> participants =
        ImmutableSortedMap.naturalOrder();
    ImmutableSortedMap.Builder<InstanceId, Long> lost = ImmutableSortedMap.naturalOrder();
    for (InstanceView instance : snapshot.instances().values()) {
      if (instance.spec().isEmpty()) {
        continue;
      }
      InstanceSpec spec = effective(instance.spec().get(), instance);
      participants.put(instance.id(), new Participant(spec, instance.live(), Optional.empty()));
      if (instance.live().isEmpty() && spec.operation() == InstanceOperation.ENABLE) {
        lost.put(
            instance.id(),
            Objects.requireNonNull(
                snapshot.lostSince().getOrDefault(instance.id(), snapshot.nowNanos())));
      }
    }
    ImmutableSortedMap.Builder<ResourceId, ResourceSpec> resources =
        ImmutableSortedMap.naturalOrder();
    snapshot.resources().forEach((id, resource) -> resources.put(id, resource.spec()));
    return draft
        .with(new Cluster(
            snapshot.cluster(),
            snapshot.nowMillis(),
            participants.buildOrThrow(),
            resources.buildOrThrow()))
        .with(LOST, new Lost(lost.buildOrThrow()));
  }

  /** A process that is stopping hands everything over first, as if its operator wanted it. */
  private static InstanceSpec effective(InstanceSpec spec, InstanceView instance) {
    boolean leaving = instance.live().filter(LiveInstance::leaving).isPresent();
    return leaving && spec.operation() == InstanceOperation.ENABLE
        ? spec.toBuilder().operation(InstanceOperation.EVACUATE).build()
        : spec;
  }
}
