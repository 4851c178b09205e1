// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Bound;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.model.Participant;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import java.util.Map;
import java.util.TreeMap;

/** Holds the answer of a {@link Rebalancer} against its contract. */
public final class AssignmentCheck {
  /** The greatest number of faults that are told one by one; a last reason counts the others. */
  public static final int MAX_REASONS = 100;

  private final RebalancerConfig config;
  private final Cluster cluster;
  private final int live;
  private final ImmutableList.Builder<Reason> reasons = ImmutableList.builder();
  private int faults;

  private AssignmentCheck(RebalancerConfig config, Cluster cluster) {
    this.config = config;
    this.cluster = cluster;
    this.live = (int)
        cluster.participants().values().stream().filter(Participant::isLive).count();
  }

  /**
   * Why an answer breaks the contract; empty if it does not.
   *
   * <p>Looked for are the wrong resource, partitions that it does not have, instances that are not
   * in the cluster, states that are not in the model, and more replicas in a state than its bound
   * allows.
   *
   * @param config what was asked
   * @param cluster the cluster as it was asked for
   * @param answer what was answered
   */
  public static ImmutableList<Reason> reasons(
      RebalancerConfig config, Cluster cluster, ResourceAssignment answer) {
    AssignmentCheck check = new AssignmentCheck(config, cluster);
    check.checkAll(answer);
    return check.result();
  }

  private void checkAll(ResourceAssignment answer) {
    ResourceSpec resource = config.resource();
    if (!answer.resource().equals(resource.id())) {
      refuse(resource.id().name(), "the answer is for resource " + answer.resource());
    }
    for (Map.Entry<Integer, ImmutableSortedMap<InstanceId, String>> row :
        answer.states().entrySet()) {
      String partition = resource.id() + "/" + row.getKey();
      if (row.getKey() < 0 || row.getKey() >= resource.partitions()) {
        refuse(partition, "partitions are 0 to " + (resource.partitions() - 1));
      } else {
        checkRow(partition, row.getValue());
      }
    }
  }

  private void checkRow(String partition, ImmutableSortedMap<InstanceId, String> row) {
    StateModel model = config.stateModel();
    TreeMap<String, Integer> counts = new TreeMap<>();
    for (Map.Entry<InstanceId, String> replica : row.entrySet()) {
      String entity = partition + "@" + replica.getKey();
      if (!cluster.participants().containsKey(replica.getKey())) {
        refuse(entity, "no such instance");
      }
      if (model.states().containsKey(replica.getValue())) {
        counts.merge(replica.getValue(), 1, Integer::sum);
      } else {
        refuse(
            entity,
            "state '" + Names.printable(replica.getValue()) + "' is not one of "
                + model.states().keySet() + " of " + model.name());
      }
    }
    counts.forEach((state, count) -> checkBound(partition, state, count));
  }

  private void checkBound(String partition, String state, int count) {
    Bound bound = config.stateModel().states().getOrDefault(state, new Bound.Unlimited());
    int limit = bound.limit(config.resource().replicas(), live);
    if (count > limit) {
      String figure = bound instanceof Bound.Fixed ? bound.toString() : bound + " = " + limit;
      refuse(partition, count + " replicas in state " + state + ", at most " + figure);
    }
  }

  private void refuse(String entity, String detail) {
    faults++;
    if (faults <= MAX_REASONS) {
      reasons.add(new Reason(Reason.Code.REBALANCER_FAILED, entity, detail));
    }
  }

  private ImmutableList<Reason> result() {
    if (faults > MAX_REASONS) {
      reasons.add(new Reason(
          Reason.Code.REBALANCER_FAILED,
          config.resource().id().name(),
          (faults - MAX_REASONS) + " more faults of this kind"));
    }
    return reasons.build();
  }
}
