// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Optional;

/**
 * What a participant says of some partitions: the states, the transitions in flight, the errors.
 *
 * @param incarnation the incarnation that wrote it
 * @param q its sequence number: (incarnation, counter) in one, never restarts
 * @param s the highest {@code q} of the assignment bucket of equal name that was taken up:
 *     everything ordered up to it is reflected here, transitions in flight included
 * @param groups the partitions by resource
 */
public record ReportBucket(
    long incarnation, long q, long s, ImmutableSortedMap<ResourceKey, Group> groups) {
  /**
   * Partitions of one resource.
   *
   * @param stateModel the name of its state model
   * @param replicas per partition number the replica; a dropped one is not there
   */
  public record Group(String stateModel, ImmutableSortedMap<Integer, ReplicaState> replicas) {}

  /** The replica of a partition, if there is one. */
  public Optional<ReplicaState> replica(ResourceKey resource, int partition) {
    return Optional.ofNullable(groups.get(resource))
        .map(group -> group.replicas().get(partition));
  }
}
