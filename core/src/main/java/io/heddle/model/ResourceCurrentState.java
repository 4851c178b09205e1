// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;

/**
 * What live participants report of a resource.
 *
 * @param resource the resource
 * @param replicas per partition number, per instance, the replica
 */
public record ResourceCurrentState(
    ResourceId resource,
    ImmutableSortedMap<Integer, ImmutableSortedMap<InstanceId, ReplicaState>> replicas) {
  /** The replicas of one partition; empty if there are none. */
  public ImmutableSortedMap<InstanceId, ReplicaState> partition(int number) {
    return replicas.getOrDefault(number, ImmutableSortedMap.of());
  }
}
