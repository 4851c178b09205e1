// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.PartitionId;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.Token;
import io.heddle.pipeline.Replicas.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What may move now: from where replicas are, one legal step towards the goal.
 *
 * <p>Goals: never two replicas in the top state (rule R6); never fewer serving replicas than could
 * be avoided (make before break); as few writes as that allows.
 *
 * <p>Method, per partition: a replica is told its goal at once and walks there by itself, except
 * that (1) the top state is granted, with a new token, only when nobody else may hold it, and only
 * to a replica one step below it, unless no replica is further than the initial state; (2) the top
 * state is taken away only when its successor is ready, or when it must go at once; (3) a replica
 * is dropped only when all that replace it rest in a serving state.
 *
 * <p>Example: {@code documents/3} moves its MASTER from A to C, where it has no replica yet. Pass
 * 1: C is told SLAVE. Pass 2, C rests in SLAVE: A is told SLAVE. Pass 3, A has acknowledged and
 * rests in SLAVE: C is told MASTER with a new token. Pass 4, C reports MASTER: A is told DROPPED.
 * Pass 5, A has acknowledged: its entry is forgotten.
 */
final class TransitionStage implements Stage {
  @Override
  public Draft apply(Draft draft) {
    return new Pass(draft).run();
  }

  private static final class Pass {
    private final Draft draft;
    private final Snapshot snapshot;
    private final Replicas replicas;
    private final long q;
    private final List<Decision> decisions = new ArrayList<>();
    private final List<Reason> reasons = new ArrayList<>();
    private long taken = 1;

    Pass(Draft draft) {
      this.draft = draft;
      this.snapshot = draft.snapshot();
      this.replicas = draft.facts().get(Replicas.KEY);
      // One sequence number for the whole pass: what it writes to a bucket is written in one go.
      this.q = draft.number(draft.counter());
    }

    Draft run() {
      dropBucketsOfTheGone();
      for (Map.Entry<ResourceKey, ResourceAssignment> goal : draft.goals().entrySet()) {
        ResourceView resource = java.util.Objects.requireNonNull(
            snapshot.resources().get(goal.getKey().resource()));
        @Nullable StateModel model = snapshot.stateModels().get(resource.spec().stateModel());
        if (model != null) {
          move(resource, model, goal.getValue());
        }
      }
      for (ResourceKey key : replicas.resources()) {
        if (isOrphan(key)) {
          dropOrphan(key);
        }
      }
      return draft.plus(decisions).plusReasons(reasons).taking(decisions.isEmpty() ? 0 : taken);
    }

    /**
     * Also where the next incarnation lives already: a bucket that nothing new is put into would
     * stay for ever. What is put into it in this pass is merged with the drop into one write.
     */
    private void dropBucketsOfTheGone() {
      for (InstanceView instance : snapshot.instances().values()) {
        if (instance.unclear().isPresent()) {
          continue;
        }
        Optional<Long> living = instance.live().map(live -> live.incarnation());
        for (Map.Entry<String, AssignmentBucket> bucket : instance.assignments().entrySet()) {
          if (!living.equals(Optional.of(bucket.getValue().incarnation()))) {
            decisions.add(Decision.of(
                instance.id().name(),
                "its incarnation is gone",
                new Change.DropBucket(instance.id(), bucket.getKey())));
          }
        }
      }
    }

    private boolean isOrphan(ResourceKey key) {
      @Nullable ResourceView known = snapshot.resources().get(key.resource());
      return (known == null || !known.key().equals(key))
          && !snapshot.unreadableResources().contains(key.resource());
    }

    /** Nobody wants this resource any more: every replica goes, and is then forgotten. */
    private void dropOrphan(ResourceKey key) {
      for (int partition : replicas.partitions(key)) {
        List<Change> changes = new ArrayList<>();
        for (Replica replica : replicas.partition(key, partition).values()) {
          if (unclear(replica.instance()).isPresent()) {
            reasons.add(new Reason(
                Reason.Code.AWAITING_INCARNATION_END,
                new PartitionId(key.resource(), partition) + "@" + replica.instance(),
                unclear(replica.instance()).get() + " cannot be read"));
          } else if (replica.isDropped()) {
            changes.add(forget(key, partition, replica));
          } else if (!targets(replica, StateModel.DROPPED)) {
            changes.add(set(
                key,
                replica.stateModel(),
                partition,
                replica.instance(),
                replica.incarnation(),
                new Target(StateModel.DROPPED, q, Token.NONE, replica.mayHoldToken())));
          }
        }
        decide(new PartitionId(key.resource(), partition), "the resource is gone", changes);
      }
    }

    private void move(ResourceView resource, StateModel model, ResourceAssignment goal) {
      Set<Integer> partitions = new TreeSet<>(replicas.partitions(resource.key()));
      partitions.addAll(goal.states().keySet());
      for (int partition : partitions) {
        new PartitionStep(resource, model, partition, goal).run();
      }
      if (resource.spec().deleting() && replicas.partitions(resource.key()).isEmpty()) {
        decisions.add(Decision.of(
            resource.key().resource().name(),
            "deleted, and nobody holds it any more",
            new Change.RemoveResource(resource.key())));
      }
    }

    /**
     * Each change is a decision of its own: what is granted rests on what the snapshot says, not on
     * what else this pass does, so that one restarting instance holds up nobody else.
     */
    private void decide(PartitionId partition, String why, List<Change> changes) {
      for (Change change : changes) {
        decisions.add(Decision.of(partition.toString(), why, change));
      }
    }

    private static Change forget(ResourceKey key, int partition, Replica replica) {
      return new Change.ForgetTarget(replica.instance(), replica.incarnation(), key, partition);
    }

    private static Change set(
        ResourceKey key,
        String stateModel,
        int partition,
        InstanceId instance,
        long incarnation,
        Target target) {
      return new Change.SetTarget(instance, incarnation, key, stateModel, partition, target);
    }

    /** The znode that would tell whether an instance lives, if it cannot be read. */
    private Optional<String> unclear(InstanceId instance) {
      return Optional.ofNullable(snapshot.instances().get(instance)).flatMap(InstanceView::unclear);
    }

    private static boolean targets(Replica replica, String state) {
      return replica.target().filter(t -> t.state().equals(state)).isPresent();
    }

    /** One partition's next steps. */
    private final class PartitionStep {
      private final ResourceView resource;
      private final StateModel model;
      private final PartitionId partition;
      private final Map<InstanceId, String> goal;
      private final Map<InstanceId, Replica> held;
      private final @Nullable String top;
      private final @Nullable InstanceId chosen;
      private final List<Change> changes = new ArrayList<>();
      private String why = "placed";

      PartitionStep(
          ResourceView resource, StateModel model, int partition, ResourceAssignment assignment) {
        this.resource = resource;
        this.model = model;
        this.partition = new PartitionId(resource.key().resource(), partition);
        this.goal = assignment.partition(partition);
        this.held = replicas.partition(resource.key(), partition);
        this.top = model.topState().orElse(null);
        this.chosen = chosen();
      }

      private @Nullable InstanceId chosen() {
        for (Map.Entry<InstanceId, String> replica : goal.entrySet()) {
          if (replica.getValue().equals(top) && incarnation(replica.getKey()).isPresent()) {
            return replica.getKey();
          }
        }
        return null;
      }

      void run() {
        Set<InstanceId> instances = new TreeSet<>(held.keySet());
        instances.addAll(goal.keySet());
        for (InstanceId instance : instances) {
          Optional<Long> incarnation = incarnation(instance);
          if (incarnation.isPresent()) {
            step(instance, incarnation.get());
          }
        }
        decide(partition, why, changes);
      }

      private Optional<Long> incarnation(InstanceId instance) {
        return Optional.ofNullable(snapshot.instances().get(instance))
            .flatMap(InstanceView::live)
            .map(live -> live.incarnation());
      }

      private void step(InstanceId instance, long incarnation) {
        @Nullable Replica replica = held.get(instance);
        String wanted = goal.getOrDefault(instance, leavingState(instance));
        if (replica != null && replica.isDropped() && wanted.equals(StateModel.DROPPED)) {
          changes.add(forget(resource.key(), partition.number(), replica));
          return;
        }
        if (replica != null && replica.inError() && !wanted.equals(StateModel.DROPPED)) {
          refuse(
              Reason.Code.REPLICA_IN_ERROR,
              instance,
              replica.reported().orElseThrow().error());
          return;
        }
        String next = next(instance, replica, wanted);
        if (next.equals(top)) {
          if (replica == null || !targets(replica, next) || gaveUp(replica)) {
            grant(instance, incarnation, next);
          }
        } else if (replica == null ? !next.equals(StateModel.DROPPED) : !targets(replica, next)) {
          boolean mayHold = top != null && replica != null && replica.mayBeIn(top);
          changes.add(set(
              resource.key(),
              model.name(),
              partition.number(),
              instance,
              incarnation,
              new Target(next, q, Token.NONE, mayHold)));
        }
      }

      /** A disabled instance keeps what it has, without serving it. */
      private String leavingState(InstanceId instance) {
        return operation(instance) == InstanceOperation.DISABLE
                && held.containsKey(instance)
                && !resource.spec().deleting()
            ? model.initialState()
            : StateModel.DROPPED;
      }

      private void grant(InstanceId instance, long incarnation, String state) {
        why = "the top state is free";
        long token = draft.number(draft.counter() + taken);
        taken++;
        changes.add(set(
            resource.key(),
            model.name(),
            partition.number(),
            instance,
            incarnation,
            new Target(state, q, token, false)));
      }

      /** It was granted the top state and rests elsewhere: it stepped down by itself, for good. */
      private boolean gaveUp(Replica replica) {
        return replica.atRest() && !replica.inError() && top != null && !replica.restsIn(top);
      }

      private String next(InstanceId instance, @Nullable Replica replica, String wanted) {
        if (top != null && instance.equals(chosen)) {
          return towardsTop(instance, replica, top);
        }
        if (top != null && replica != null && targets(replica, top) && !gaveUp(replica)) {
          return awayFromTop(instance, wanted, top);
        }
        return wanted.equals(StateModel.DROPPED) && replica != null
            ? towardsDropped(instance, replica)
            : wanted;
      }

      private String towardsTop(InstanceId instance, @Nullable Replica replica, String topState) {
        for (Replica other : held.values()) {
          if (!other.instance().equals(instance) && other.mayBeIn(topState)) {
            refuse(
                Reason.Code.TOP_STATE_MAY_BE_HELD,
                instance,
                "by " + other.instance()
                    + unclear(other.instance())
                        .map(znode -> ", as " + znode + " cannot be read")
                        .orElse(" until it acknowledges"));
            return replica != null && targets(replica, topState) && !gaveUp(replica)
                ? topState
                : below();
          }
        }
        if (replica != null && targets(replica, topState)) {
          return topState;
        }
        if (isReady(replica, topState) || nobodyIsAheadOf(instance)) {
          return topState;
        }
        refuse(Reason.Code.SUCCESSOR_NOT_READY, instance, "it is not yet in " + below());
        return below();
      }

      private String below() {
        return model.baseState();
      }

      private boolean isReady(@Nullable Replica replica, String topState) {
        return replica != null
            && replica.atRest()
            && replica
                .reported()
                .filter(r -> r.state().equals(topState)
                    || model.next(r.state(), topState).filter(topState::equals).isPresent())
                .isPresent();
      }

      private boolean nobodyIsAheadOf(InstanceId instance) {
        return held.values().stream()
            .filter(other -> !other.instance().equals(instance))
            .allMatch(other -> other
                .reported()
                .filter(r ->
                    !r.state().equals(model.initialState()) && !r.state().equals(StateModel.ERROR))
                .isEmpty());
      }

      private String awayFromTop(InstanceId instance, String wanted, String topState) {
        if (mustLeaveNow(instance)) {
          why = "it must leave the top state";
          return wanted;
        }
        if (chosen == null) {
          boolean kept = wanted.equals(StateModel.DROPPED) && !isReplaced(instance);
          why = "no top state is wanted";
          return kept ? topState : wanted;
        }
        if (isReady(held.get(chosen), topState)) {
          why = "its successor " + chosen + " is ready";
          return wanted.equals(StateModel.DROPPED) ? below() : wanted;
        }
        refuse(Reason.Code.SUCCESSOR_NOT_READY, instance, chosen + " is not ready to take over");
        return topState;
      }

      private String towardsDropped(InstanceId instance, Replica replica) {
        if (targets(replica, StateModel.DROPPED)
            || replica.inError()
            || mustLeaveNow(instance)
            || isReplaced(instance)) {
          why = "replaced";
          return StateModel.DROPPED;
        }
        refuse(
            Reason.Code.KEPT_UNTIL_REPLACED,
            instance,
            "the replicas that replace it are not all serving");
        return replica.target().map(Target::state).filter(s -> !s.equals(top)).orElse(below());
      }

      private boolean isLeaving(InstanceId instance) {
        return Optional.ofNullable(snapshot.instances().get(instance))
            .flatMap(InstanceView::live)
            .filter(live -> live.leaving())
            .isPresent();
      }

      private boolean mustLeaveNow(InstanceId instance) {
        return resource.spec().deleting()
            || !resource.spec().enabled()
            || operation(instance) == InstanceOperation.DISABLE;
      }

      private @Nullable InstanceOperation operation(InstanceId instance) {
        return Optional.ofNullable(draft.cluster().participants().get(instance))
            .map(participant -> participant.spec().operation())
            .orElse(null);
      }

      /**
       * Whether all that should be there rest in a serving state, and they are enough. Where an
       * instance is evacuated, who is gone is not waited for, and is not enough either.
       */
      private boolean isReplaced(InstanceId instance) {
        boolean evacuated = operation(instance) == InstanceOperation.EVACUATE;
        List<InstanceId> others = goal.keySet().stream()
            .filter(other -> !evacuated || incarnation(other).isPresent())
            .toList();
        return (!evacuated || others.size() >= enough(instance))
            && others.stream().allMatch(this::isServing);
      }

      private boolean isServing(InstanceId instance) {
        @Nullable Replica replica = held.get(instance);
        return replica != null
            && replica.atRest()
            && replica
                .reported()
                .filter(r -> model.priority(r.state()) <= model.priority(below()))
                .isPresent();
      }

      /**
       * How many others an evacuated instance waits for: as many as the resource should have, since
       * an operator can bring another one up. For one, if its container will be stopped whatever
       * becomes of it; for none, if its process is stopping already.
       */
      private int enough(InstanceId instance) {
        if (isLeaving(instance)) {
          return 0;
        }
        return isGoing(instance) ? 1 : resource.spec().replicas();
      }

      /** An evacuated instance that no operator wants evacuated: its container is being emptied. */
      private boolean isGoing(InstanceId instance) {
        return Optional.ofNullable(snapshot.instances().get(instance))
            .flatMap(InstanceView::spec)
            .filter(spec -> spec.operation() != InstanceOperation.EVACUATE)
            .isPresent();
      }

      private void refuse(Reason.Code code, InstanceId instance, String detail) {
        reasons.add(new Reason(code, partition + "@" + instance, detail));
      }
    }
  }
}
