// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;

/**
 * Which instance should hold which replica of a resource, in which state.
 *
 * @param resource the resource
 * @param states per partition number, per instance, the state
 */
public record ResourceAssignment(
    ResourceId resource,
    ImmutableSortedMap<Integer, ImmutableSortedMap<InstanceId, String>> states) {
  /** Nothing assigned. */
  public static ResourceAssignment empty(ResourceId resource) {
    return new ResourceAssignment(resource, ImmutableSortedMap.of());
  }

  /** The replicas of one partition; empty if there are none. */
  public ImmutableSortedMap<InstanceId, String> partition(int number) {
    return states.getOrDefault(number, ImmutableSortedMap.of());
  }
}
