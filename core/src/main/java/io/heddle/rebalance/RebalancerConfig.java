// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;

/**
 * What a rebalancer is asked for.
 *
 * @param resource the resource
 * @param stateModel its state model
 * @param load how many replicas of other resources were already placed in this pass, per instance;
 *     absent means 0. Lets several resources balance together
 * @param topLoad likewise, replicas of other resources in a top state
 */
public record RebalancerConfig(
    ResourceSpec resource,
    StateModel stateModel,
    ImmutableSortedMap<InstanceId, Integer> load,
    ImmutableSortedMap<InstanceId, Integer> topLoad) {
  /** Asks for a resource that is alone in its cluster. */
  public static RebalancerConfig of(ResourceSpec resource, StateModel stateModel) {
    return new RebalancerConfig(
        resource, stateModel, ImmutableSortedMap.of(), ImmutableSortedMap.of());
  }
}
