// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ZonePath;
import java.util.Optional;
import java.util.TreeMap;

/** Short ways to write down what participants say. */
final class Facts {
  static final InstanceId A = InstanceId.of("A");
  static final InstanceId B = InstanceId.of("B");
  static final ResourceId DOCUMENTS = ResourceId.of("documents");
  static final ResourceId OTHERS = ResourceId.of("others");

  private Facts() {}

  static LiveInstance live(InstanceId instance, long incarnation) {
    return new LiveInstance(
        instance,
        incarnation,
        7,
        "host-" + instance,
        100 + incarnation,
        Optional.empty(),
        "1",
        ImmutableSortedMap.of());
  }

  static Member member(LiveInstance live) {
    return new Member(live, ImmutableSortedSet.of(), ZonePath.NONE);
  }

  /** What an instance's spec says of it. */
  static Optional<RoutingInputs.Place> place(String zone, String... tags) {
    return Optional.of(
        new RoutingInputs.Place(ImmutableSortedSet.copyOf(tags), ZonePath.parse(zone)));
  }

  static Report report(long incarnation) {
    return new Report(incarnation);
  }

  /** Collects a bucket. */
  static final class Report {
    private final long incarnation;
    private final TreeMap<ResourceKey, TreeMap<Integer, ReplicaState>> groups = new TreeMap<>();

    private Report(long incarnation) {
      this.incarnation = incarnation;
    }

    Report has(ResourceId resource, long uid, int partition, String state) {
      return has(resource, uid, partition, state, 0);
    }

    Report has(ResourceId resource, long uid, int partition, String state, long token) {
      groups
          .computeIfAbsent(new ResourceKey(resource, uid), key -> new TreeMap<>())
          .put(partition, ReplicaState.of(state, token));
      return this;
    }

    ReportBucket bucket() {
      ImmutableSortedMap.Builder<ResourceKey, ReportBucket.Group> map =
          ImmutableSortedMap.naturalOrder();
      groups.forEach((key, replicas) -> map.put(
          key, new ReportBucket.Group("MasterSlave", ImmutableSortedMap.copyOfSorted(replicas))));
      return new ReportBucket(incarnation, 1, 1, map.buildOrThrow());
    }

    Optional<ReportBucket> now() {
      return Optional.of(bucket());
    }
  }
}
