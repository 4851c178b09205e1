// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.Participant;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * SEMI_AUTO: preference lists say where, in order; this says which state.
 *
 * <p>The first instances of a partition's list that are live and enabled hold it, as many as the
 * resource has replicas; the first of them takes the top state, then come other states with a fixed
 * bound, then the base state. Instances that are not there are passed over; a name that is repeated
 * counts once. A partition without a list has no replicas. What was before plays no part, so the
 * top state returns to the first of the list as soon as that is live: the pipeline waits until it
 * has caught up.
 *
 * <p>Immutable; may be called from any thread.
 */
public final class SemiAutoRebalancer implements Rebalancer {
  /** Makes one; they are all alike. */
  public SemiAutoRebalancer() {}

  /**
   * {@inheritDoc}
   *
   * @throws IllegalArgumentException if the resource is not in mode SEMI_AUTO
   */
  @Override
  public ResourceAssignment computeResourceMapping(
      RebalancerConfig config,
      ResourceAssignment previous,
      Cluster cluster,
      ResourceCurrentState current) {
    ResourceSpec resource = config.resource();
    if (!(resource.mode() instanceof RebalanceMode.SemiAuto mode)) {
      throw new IllegalArgumentException(
          "resource " + resource.id() + " is not in mode SEMI_AUTO but " + resource.mode());
    }
    StatePlan plan = StatePlan.of(config.stateModel(), resource.replicas());
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, String>> states =
        ImmutableSortedMap.naturalOrder();
    for (Map.Entry<Integer, ImmutableList<InstanceId>> list :
        mode.preferenceLists().entrySet()) {
      ImmutableList<InstanceId> holders = holders(list.getValue(), cluster, resource.replicas());
      if (list.getKey() >= 0 && list.getKey() < resource.partitions() && !holders.isEmpty()) {
        states.put(list.getKey(), row(holders, plan));
      }
    }
    return new ResourceAssignment(resource.id(), states.buildOrThrow());
  }

  private static ImmutableList<InstanceId> holders(
      ImmutableList<InstanceId> list, Cluster cluster, int replicas) {
    return list.stream()
        .distinct()
        .filter(id -> isAssignable(cluster, id))
        .limit(replicas)
        .collect(ImmutableList.toImmutableList());
  }

  private static ImmutableSortedMap<InstanceId, String> row(
      ImmutableList<InstanceId> holders, StatePlan plan) {
    ImmutableSortedMap.Builder<InstanceId, String> row = ImmutableSortedMap.naturalOrder();
    for (int k = 0; k < holders.size(); k++) {
      row.put(holders.get(k), plan.state(k));
    }
    return row.buildOrThrow();
  }

  /** Whether an instance is known, live and enabled. */
  static boolean isAssignable(Cluster cluster, InstanceId id) {
    @Nullable Participant participant = cluster.participants().get(id);
    return participant != null && participant.isAssignable();
  }
}
