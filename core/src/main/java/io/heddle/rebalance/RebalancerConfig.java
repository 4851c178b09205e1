// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;

/**
 * What a rebalancer is asked for.
 *
 * @param resource the resource
 * @param stateModel its state model
 * @param policy how the cluster places
 * @param others what other resources have on each instance; absent means nothing. Lets several
 *     resources balance together and share one capacity
 * @param excluded instances that resources of the same anti-affinity group hold
 * @param awaited instances that are lost but waited for: they keep what they have, and get nothing
 */
public record RebalancerConfig(
    ResourceSpec resource,
    StateModel stateModel,
    PlacementPolicy policy,
    ImmutableSortedMap<InstanceId, Occupancy> others,
    ImmutableSortedSet<InstanceId> excluded,
    ImmutableSortedSet<InstanceId> awaited) {
  /**
   * What other resources have on an instance.
   *
   * @param replicas how many replicas
   * @param tops how many of them in a top state
   * @param used how much of each capacity dimension they take
   */
  public record Occupancy(int replicas, int tops, ImmutableSortedMap<String, Long> used) {
    /** Nothing. */
    public static final Occupancy NONE = new Occupancy(0, 0, ImmutableSortedMap.of());
  }

  /** Asks for a resource that is alone in a cluster of the default policy. */
  public static RebalancerConfig of(ResourceSpec resource, StateModel stateModel) {
    return of(resource, stateModel, PlacementPolicy.DEFAULT);
  }

  /** Asks for a resource that is alone in its cluster. */
  public static RebalancerConfig of(
      ResourceSpec resource, StateModel stateModel, PlacementPolicy policy) {
    return new RebalancerConfig(
        resource,
        stateModel,
        policy,
        ImmutableSortedMap.of(),
        ImmutableSortedSet.of(),
        ImmutableSortedSet.of());
  }
}
