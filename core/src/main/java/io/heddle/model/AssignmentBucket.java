// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Optional;

/**
 * What the controller wants of some partitions on one instance. Only the incarnation that it names
 * acts on it.
 *
 * @param epoch the epoch of the controller that wrote it
 * @param incarnation the incarnation that it is for
 * @param q its sequence number: (epoch, counter) in one, never restarts
 * @param a the highest report sequence of the bucket of equal name that was processed
 * @param groups the partitions by resource
 */
public record AssignmentBucket(
    long epoch, long incarnation, long q, long a, ImmutableSortedMap<ResourceKey, Group> groups) {
  /**
   * Partitions of one resource.
   *
   * @param stateModel the name of its state model
   * @param targets per partition number what is wanted
   * @param timeouts how long its transitions may take
   */
  public record Group(
      String stateModel, ImmutableSortedMap<Integer, Target> targets, TransitionTimeouts timeouts) {
    /** Partitions whose transitions have no time-out. */
    public Group(String stateModel, ImmutableSortedMap<Integer, Target> targets) {
      this(stateModel, targets, TransitionTimeouts.NONE);
    }

    /** The same with other targets. */
    public Group with(ImmutableSortedMap<Integer, Target> newTargets) {
      return new Group(stateModel, newTargets, timeouts);
    }
  }

  /**
   * What is wanted of one partition.
   *
   * @param state the state to go to; {@link StateModel#DROPPED} until it is acknowledged
   * @param q the sequence number of its last change on this instance
   * @param token the fencing token that comes with the top state, else {@link Token#NONE}
   * @param mayHold whether a top state that was wanted before may still be held until {@code q} is
   *     acknowledged. False for a partition that was never wanted in the top state since it was
   *     last acknowledged: a freshly placed replica blocks no promotion
   */
  public record Target(String state, long q, long token, boolean mayHold) {}

  /** What is wanted of a partition, if anything. */
  public Optional<Target> target(ResourceKey resource, int partition) {
    return Optional.ofNullable(groups.get(resource))
        .map(group -> group.targets().get(partition));
  }
}
