// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import java.util.Map;

/**
 * CUSTOMIZED: an explicit map says both where and in which state.
 *
 * <p>Followed as far as it can be: what names an instance that is not live and enabled, a partition
 * that there is not, or a state that the model has not, is left out. Bounds are not put right,
 * since nothing tells which of two MASTERs was meant: {@link AssignmentCheck} refuses such a map.
 *
 * <p>Immutable; may be called from any thread.
 */
public final class CustomizedRebalancer implements Rebalancer {
  /** Makes one; they are all alike. */
  public CustomizedRebalancer() {}

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the resource is not in mode CUSTOMIZED
   */
  @Override
  public ResourceAssignment computeResourceMapping(
      RebalancerConfig config,
      ResourceAssignment previous,
      Cluster cluster,
      ResourceCurrentState current) {
    ResourceSpec resource = config.resource();
    if (!(resource.mode() instanceof RebalanceMode.Customized mode)) {
      throw new IllegalArgumentException(
          "resource " + resource.id() + " is not in mode CUSTOMIZED but " + resource.mode());
    }
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, String>> states =
        ImmutableSortedMap.naturalOrder();
    for (Map.Entry<Integer, ImmutableSortedMap<InstanceId, String>> row :
        mode.states().entrySet()) {
      ImmutableSortedMap<InstanceId, String> possible = possible(row.getValue(), config, cluster);
      if (row.getKey() >= 0 && row.getKey() < resource.partitions() && !possible.isEmpty()) {
        states.put(row.getKey(), possible);
      }
    }
    return new ResourceAssignment(resource.id(), states.buildOrThrow());
  }

  private static ImmutableSortedMap<InstanceId, String> possible(
      ImmutableSortedMap<InstanceId, String> row, RebalancerConfig config, Cluster cluster) {
    ImmutableSortedMap.Builder<InstanceId, String> possible = ImmutableSortedMap.naturalOrder();
    for (Map.Entry<InstanceId, String> replica : row.entrySet()) {
      if (SemiAutoRebalancer.isAssignable(cluster, replica.getKey())
          && config.stateModel().states().containsKey(replica.getValue())) {
        possible.put(replica);
      }
    }
    return possible.buildOrThrow();
  }
}
