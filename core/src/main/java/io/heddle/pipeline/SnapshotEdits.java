// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.ResourceId;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Snapshots in which one thing is different. Pure. */
final class SnapshotEdits {
  private SnapshotEdits() {}

  static InstanceView instance(Snapshot snapshot, InstanceId id) {
    @Nullable InstanceView known = snapshot.instances().get(id);
    if (known == null) {
      throw new IllegalArgumentException(
          "cluster " + snapshot.cluster() + " has no instance " + id);
    }
    return known;
  }

  static ResourceView resource(Snapshot snapshot, ResourceId id) {
    @Nullable ResourceView known = snapshot.resources().get(id);
    if (known == null) {
      throw new IllegalArgumentException(
          "cluster " + snapshot.cluster() + " has no resource " + id);
    }
    return known;
  }

  static InstanceView withLive(InstanceView view, Optional<LiveInstance> live) {
    return new InstanceView(view.id(), view.spec(), live, view.assignments(), view.reports());
  }

  static InstanceView withSpec(InstanceView view, InstanceSpec spec) {
    return new InstanceView(
        view.id(),
        Optional.of(spec),
        view.live(),
        view.unclear(),
        view.assignments(),
        view.reports());
  }

  static Snapshot with(Snapshot snapshot, InstanceView changed) {
    TreeMap<InstanceId, InstanceView> instances = new TreeMap<>(snapshot.instances());
    instances.put(changed.id(), changed);
    return snapshot.withInstances(ImmutableSortedMap.copyOfSorted(instances));
  }

  static Snapshot with(Snapshot snapshot, ResourceView changed) {
    TreeMap<ResourceId, ResourceView> resources = new TreeMap<>(snapshot.resources());
    resources.put(changed.key().resource(), changed);
    return snapshot.withResources(ImmutableSortedMap.copyOfSorted(resources));
  }
}
