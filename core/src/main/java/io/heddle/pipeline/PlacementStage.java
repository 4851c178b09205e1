// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.rebalance.AssignmentCheck;
import io.heddle.rebalance.Certificate;
import io.heddle.rebalance.FullAutoRebalancer;
import io.heddle.rebalance.PlacementResult;
import io.heddle.rebalance.Rebalancer;
import io.heddle.rebalance.RebalancerConfig;
import io.heddle.rebalance.Rebalancers;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where everything should be: each resource by its rebalancer, in the order of names, each told
 * what all others have where: as wanted now by those before it, as wanted last by those after it.
 * One bad spec, or one bad rebalancer of a user, harms only its own resource: what was wanted
 * before stays.
 */
final class PlacementStage implements Stage {
  static final SectionKey<Certificates> CERTIFICATES =
      SectionKey.of("certificates", Certificates.class);

  /** How good the goals of FULL_AUTO resources are. */
  record Certificates(ImmutableSortedMap<ResourceKey, Certificate> byResource) {}

  private final Rebalancers rebalancers;

  PlacementStage(Rebalancers rebalancers) {
    this.rebalancers = rebalancers;
  }

  @Override
  public Draft apply(Draft draft) {
    return new Pass(draft).run();
  }

  private final class Pass {
    private final Snapshot snapshot;
    private final Replicas replicas;
    private final Occupancies occupancies = new Occupancies();
    private final TreeMap<ResourceKey, ResourceAssignment> wanted = new TreeMap<>();
    private final ImmutableSortedMap<ResourceKey, ImmutableSortedSet<InstanceId>> excluded;
    private final ImmutableSortedMap.Builder<ResourceKey, ResourceAssignment> goals =
        ImmutableSortedMap.naturalOrder();
    private final ImmutableSortedMap.Builder<ResourceKey, Certificate> certificates =
        ImmutableSortedMap.naturalOrder();
    private final List<Reason> reasons = new ArrayList<>();
    private Draft draft;

    Pass(Draft draft) {
      this.draft = draft;
      this.snapshot = draft.snapshot();
      this.replicas = Replicas.of(snapshot);
      for (ResourceView resource : snapshot.resources().values()) {
        wanted.put(resource.key(), previous(resource.key()));
      }
      if (isShared()) {
        for (ResourceView resource : snapshot.resources().values()) {
          occupy(resource, Objects.requireNonNull(wanted.get(resource.key())));
        }
      }
      this.excluded =
          AntiAffinity.excluded(draft.cluster(), snapshot.resources().values(), wanted);
    }

    private boolean isShared() {
      return snapshot.resources().size() > 1;
    }

    private void occupy(ResourceView resource, ResourceAssignment assignment) {
      occupancies.put(
          resource.key(),
          resource.spec(),
          snapshot.stateModels().get(resource.spec().stateModel()),
          assignment);
    }

    Draft run() {
      for (ResourceView resource : snapshot.resources().values()) {
        place(resource).ifPresent(goal -> {
          goals.put(resource.key(), goal);
          if (isShared()) {
            occupy(resource, goal);
          }
        });
      }
      return draft
          .withGoals(goals.buildOrThrow())
          .plusReasons(reasons)
          .with(CERTIFICATES, new Certificates(certificates.buildOrThrow()))
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
        return wanted(resource);
      }
      return Optional.of(
          withDisabledAtRest(resource.spec(), model, answer(resource, model, rebalancer.get())));
    }

    private Optional<ResourceAssignment> wanted(ResourceView resource) {
      return Optional.ofNullable(wanted.get(resource.key()));
    }

    private ResourceAssignment previous(ResourceKey key) {
      @Nullable ResourceAssignment goal = snapshot.goals().get(key);
      return goal != null ? goal : replicas.wanted(key);
    }

    /** All replicas where they are, in the initial state. */
    private ResourceAssignment resting(ResourceKey key, StateModel model) {
      ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, String>> rows =
          ImmutableSortedMap.naturalOrder();
      replicas
          .wanted(key)
          .states()
          .forEach((partition, row) -> rows.put(partition, atRest(row, model)));
      return new ResourceAssignment(key.resource(), rows.buildOrThrow());
    }

    private ImmutableSortedMap<InstanceId, String> atRest(
        ImmutableSortedMap<InstanceId, String> row, StateModel model) {
      ImmutableSortedMap.Builder<InstanceId, String> states = ImmutableSortedMap.naturalOrder();
      row.keySet().forEach(instance -> states.put(instance, model.initialState()));
      return states.buildOrThrow();
    }

    /** The replicas of disabled partitions stay where they are, in the initial state. */
    private ResourceAssignment withDisabledAtRest(
        ResourceSpec spec, StateModel model, ResourceAssignment answer) {
      if (spec.placement().disabledPartitions().isEmpty()) {
        return answer;
      }
      ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, String>> rows =
          ImmutableSortedMap.naturalOrder();
      answer
          .states()
          .forEach((partition, row) -> rows.put(
              partition,
              spec.placement().disabledPartitions().contains(partition)
                  ? atRest(row, model)
                  : row));
      return new ResourceAssignment(answer.resource(), rows.buildOrThrow());
    }

    private ResourceAssignment answer(
        ResourceView resource, StateModel model, Rebalancer rebalancer) {
      RebalancerConfig config = new RebalancerConfig(
          resource.spec(),
          model,
          snapshot.spec().placement(),
          occupancies.others(resource.key()),
          Objects.requireNonNull(excluded.getOrDefault(resource.key(), ImmutableSortedSet.of())),
          rebalancer instanceof FullAutoRebalancer ? awaited(resource) : ImmutableSortedSet.of());
      ResourceAssignment previous = Objects.requireNonNull(wanted.get(resource.key()));
      ResourceAssignment answer;
      try {
        answer = ask(rebalancer, resource, config, previous);
      } catch (RuntimeException e) {
        // A user's rebalancer may throw anything; it must not take other resources down with it.
        refuse(resource, String.valueOf(e));
        return previous;
      }
      if (rebalancer instanceof FullAutoRebalancer) {
        return answer; // Heddle's own; tests hold it to the contract.
      }
      ImmutableList<Reason> faults = AssignmentCheck.reasons(config, draft.cluster(), answer);
      if (!faults.isEmpty()) {
        reasons.addAll(faults);
        refuse(resource, faults.size() + " faults in its answer");
        return previous;
      }
      return answer;
    }

    private ResourceAssignment ask(
        Rebalancer rebalancer,
        ResourceView resource,
        RebalancerConfig config,
        ResourceAssignment previous) {
      if (rebalancer instanceof FullAutoRebalancer full) {
        PlacementResult result =
            full.place(config, previous, draft.cluster(), replicas.current(resource.key()));
        reasons.addAll(result.reasons());
        certificates.put(resource.key(), result.certificate());
        return result.assignment();
      }
      ResourceAssignment answer = rebalancer.computeResourceMapping(
          config, previous, draft.cluster(), replicas.current(resource.key()));
      explainMissing(resource, answer);
      return answer;
    }

    /** The lost instances that a resource still waits for; planned again when that is over. */
    private ImmutableSortedSet<InstanceId> awaited(ResourceView resource) {
      ImmutableSortedSet.Builder<InstanceId> awaited = ImmutableSortedSet.naturalOrder();
      draft.facts().get(MembershipStage.LOST).since().forEach((instance, since) -> {
        InstanceSpec spec =
            Objects.requireNonNull(draft.cluster().participants().get(instance)).spec();
        long delay = snapshot.spec().placement().delayOf(resource.spec(), spec).toNanos();
        long left = since + delay - snapshot.nowNanos();
        if (left > 0) {
          awaited.add(instance);
          draft = draft.wakeAt(since + delay);
          if (isHeld(resource.key(), instance)) {
            reasons.add(new Reason(
                Reason.Code.DELAYED,
                resource.key().resource() + "@" + instance,
                "lost; waited for until "
                    + Instant.ofEpochMilli(snapshot.nowMillis() + left / 1_000_000)
                        .truncatedTo(ChronoUnit.SECONDS)));
          }
        }
      });
      return awaited.build();
    }

    private boolean isHeld(ResourceKey key, InstanceId instance) {
      return Objects.requireNonNull(wanted.get(key)).states().values().stream()
          .anyMatch(row -> row.containsKey(instance));
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
  }
}
