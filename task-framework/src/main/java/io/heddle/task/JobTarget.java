// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.ResourceId;
import java.util.List;
import java.util.Set;

/**
 * The partitions that a job works on: one task each, run where the partition is.
 *
 * @param resource the resource
 * @param states the states in which a replica qualifies; empty for any but ERROR
 * @param partitions the partitions' numbers; empty for all
 */
public record JobTarget(
    ResourceId resource,
    ImmutableSortedSet<String> states,
    ImmutableSortedSet<Integer> partitions) {
  /** Checks the figures. */
  public JobTarget {
    if (!partitions.isEmpty() && partitions.first() < 0) {
      throw new IllegalArgumentException(
          "target partition of " + resource + " must be 0 or more, not " + partitions.first());
    }
  }

  /** All partitions of a resource, where they are in one of some states. */
  public static JobTarget of(String resource, String... states) {
    return new JobTarget(
        ResourceId.of(resource), ImmutableSortedSet.copyOf(states), ImmutableSortedSet.of());
  }

  /** Only some partitions. */
  public JobTarget only(Set<Integer> numbers) {
    return new JobTarget(resource, states, ImmutableSortedSet.copyOf(numbers));
  }

  /** The partition that a task works on. */
  int partition(int task) {
    return partitions.isEmpty() ? task : List.copyOf(partitions).get(task);
  }

  /** How many tasks that makes. */
  int tasks(int partitionsOfResource) {
    return partitions.isEmpty() ? partitionsOfResource : partitions.size();
  }
}
