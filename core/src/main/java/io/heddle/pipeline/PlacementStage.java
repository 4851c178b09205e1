// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.rebalance.AssignmentCheck;
import io.heddle.rebalance.Rebalancer;
import io.heddle.rebalance.RebalancerConfig;
import io.heddle.rebalance.Rebalancers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where everything should be: each resource by its rebalancer, in the order of names, the later
 * ones told how much the earlier ones put where. One bad spec, or one bad rebalancer of a user,
 * harms only its own resource: what was wanted before stays.
 */
final class PlacementStage implements Stage {
  private final Rebalancers rebalancers;

  PlacementStage(Rebalancers rebalancers) {
    this.rebalancers = rebalancers;
  }

  @Override
  public Draft apply(Draft draft) {
    return new Pass(draft).run();
  }

  private final class Pass {
    private final Draft draft;
    private final Snapshot snapshot;
    private final Replicas replicas;
    private final TreeMap<InstanceId, Integer> load = new TreeMap<>();
    private final TreeMap<InstanceId, Integer> topLoad = new TreeMap<>();
    private final ImmutableSortedMap.Builder<ResourceKey, ResourceAssignment> goals =
        ImmutableSortedMap.naturalOrder();
    private final List<Reason> reasons = new ArrayList<>();

    Pass(Draft draft) {
      this.draft = draft;
      this.snapshot = draft.snapshot();
      this.replicas = Replicas.of(snapshot);
    }

    Draft run() {
      for (ResourceView resource : snapshot.resources().values()) {
        place(resource).ifPresent(goal -> {
          goals.put(resource.key(), goal);
          count(goal, resource);
        });
      }
      return draft
          .withGoals(goals.buildOrThrow())
          .plusReasons(reasons)
          .with(Replicas.KEY, replicas);
    }

    private Optional<ResourceAssignment> place(ResourceView resource) {
      String name = resource.key().resource().name();
      @Nullable StateModel model = snapshot.stateModels().get(resource.spec().stateModel());
      if (model == null) {
        reasons.add(new Reason(
            Reason.Code.BAD_SPEC,
            name,
            "state model " + resource.spec().stateModel() + " is unknown"));
        return Optional.empty();
      }
      if (resource.spec().deleting()) {
        return Optional.of(ResourceAssignment.empty(resource.key().resource()));
      }
      if (!resource.spec().enabled()) {
        return Optional.of(resting(resource.key(), model));
      }
      Optional<Rebalancer> rebalancer = rebalancers.find(resource.spec().mode());
      if (rebalancer.isEmpty()) {
        reasons.add(new Reason(
            Reason.Code.BAD_SPEC,
            name,
            resource.spec().mode() + " is not registered; registered are " + rebalancers.names()));
        return Optional.of(previous(resource.key()));
      }
      return Optional.of(answer(resource, model, rebalancer.get()));
    }

    private ResourceAssignment previous(ResourceKey key) {
      @Nullable ResourceAssignment goal = snapshot.goals().get(key);
      return goal != null ? goal : replicas.wanted(key);
    }

    /** All replicas where they are, in the initial state. */
    private ResourceAssignment resting(ResourceKey key, StateModel model) {
      ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, String>> rows =
          ImmutableSortedMap.naturalOrder();
      replicas.wanted(key).states().forEach((partition, row) -> {
        ImmutableSortedMap.Builder<InstanceId, String> states = ImmutableSortedMap.naturalOrder();
        row.keySet().forEach(instance -> states.put(instance, model.initialState()));
        rows.put(partition, states.buildOrThrow());
      });
      return new ResourceAssignment(key.resource(), rows.buildOrThrow());
    }

    private ResourceAssignment answer(
        ResourceView resource, StateModel model, Rebalancer rebalancer) {
      RebalancerConfig config = new RebalancerConfig(
          resource.spec(),
          model,
          ImmutableSortedMap.copyOfSorted(load),
          ImmutableSortedMap.copyOfSorted(topLoad));
      ResourceAssignment previous = previous(resource.key());
      ResourceAssignment answer;
      try {
        answer = rebalancer.computeResourceMapping(
            config, previous, draft.cluster(), replicas.current(resource.key()));
      } catch (RuntimeException e) {
        // A user's rebalancer may throw anything; it must not take other resources down with it.
        refuse(resource, String.valueOf(e));
        return previous;
      }
      ImmutableList<Reason> faults = AssignmentCheck.reasons(config, draft.cluster(), answer);
      if (!faults.isEmpty()) {
        reasons.addAll(faults);
        refuse(resource, faults.size() + " faults in its answer");
        return previous;
      }
      explainMissing(resource, answer);
      return answer;
    }

    private void refuse(ResourceView resource, String detail) {
      reasons.add(new Reason(
          Reason.Code.REBALANCER_FAILED,
          resource.key().resource().name(),
          "the previous assignment stays: " + detail));
    }

    private void explainMissing(ResourceView resource, ResourceAssignment answer) {
      int fewest = Integer.MAX_VALUE;
      for (int partition = 0; partition < resource.spec().partitions(); partition++) {
        fewest = Math.min(fewest, answer.partition(partition).size());
      }
      if (fewest < resource.spec().replicas()) {
        reasons.add(new Reason(
            Reason.Code.NO_ELIGIBLE_INSTANCE,
            resource.key().resource().name(),
            fewest + " of " + resource.spec().replicas() + " replicas placed for some partition"));
      }
    }

    private void count(ResourceAssignment goal, ResourceView resource) {
      @Nullable StateModel model = snapshot.stateModels().get(resource.spec().stateModel());
      for (Map<InstanceId, String> row : goal.states().values()) {
        row.forEach((instance, state) -> {
          load.merge(instance, 1, Integer::sum);
          if (model != null && model.isTop(state)) {
            topLoad.merge(instance, 1, Integer::sum);
          }
        });
      }
    }
  }
}
