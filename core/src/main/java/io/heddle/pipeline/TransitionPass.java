// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Group;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.Reason;
import io.heddle.model.ResetRequest;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.Token;
import io.heddle.model.TransitionRules;
import io.heddle.model.TransitionTimeouts;
import io.heddle.pipeline.Replicas.Replica;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One pass of the {@link TransitionStage}: what all partitions share. Confined to the pass. */
final class TransitionPass {
  private final Draft draft;
  private final Snapshot snapshot;
  private final Replicas replicas;
  private final long q;
  private final Waits waits;
  private final WaitCheck waitCheck;
  private final Throttles throttles;
  private final List<Decision> decisions = new ArrayList<>();
  private final List<Reason> reasons = new ArrayList<>();
  private final List<Long> wakes = new ArrayList<>();
  private long taken = 1;

  TransitionPass(Draft draft) {
    this.draft = draft;
    this.snapshot = draft.snapshot();
    this.replicas = draft.facts().get(Replicas.KEY);
    // One sequence number for the whole pass: what it writes to a bucket is written in one go.
    this.q = draft.number(draft.counter());
    this.waits = snapshot.waits().next(replicas, snapshot.nowNanos());
    this.waitCheck = new WaitCheck(waits, snapshot.nowNanos());
    this.throttles = new Throttles(cluster().throttles(), snapshot.resources().values());
  }

  Draft run() {
    dropBucketsOfTheGone();
    setTimeouts();
    for (Map.Entry<ResourceKey, ResourceAssignment> goal : draft.goals().entrySet()) {
      ResourceView resource =
          Objects.requireNonNull(snapshot.resources().get(goal.getKey().resource()));
      @Nullable StateModel model = snapshot.stateModels().get(resource.spec().stateModel());
      if (model != null) {
        move(resource, model, goal.getValue());
      }
    }
    for (ResourceKey key : replicas.resources()) {
      if (isOrphan(key)) {
        dropOrphan(key);
      }
      lookAtWaits(key);
    }
    forgetResets();
    decisions.addAll(throttles.admitted());
    Draft done = draft
        .plus(decisions)
        .plusReasons(reasons)
        .plusReasons(throttles.reasons())
        .plusReasons(waitCheck.reasons())
        .with(Waits.KEY, waits)
        .taking(decisions.isEmpty() ? 0 : taken);
    waitCheck.wakeAtNanos().ifPresent(wakes::add);
    for (long wake : wakes) {
      done = done.wakeAt(wake);
    }
    return done;
  }

  // What partitions need.

  Snapshot snapshot() {
    return snapshot;
  }

  Draft draft() {
    return draft;
  }

  Replicas replicas() {
    return replicas;
  }

  /** The sequence number of what this pass orders. */
  long q() {
    return q;
  }

  /** A fencing token that was never given out. */
  long newToken() {
    return draft.number(draft.counter() + taken++);
  }

  Throttles throttles() {
    return throttles;
  }

  /** The znode that would tell whether an instance lives, if it cannot be read. */
  Optional<String> unclear(InstanceId instance) {
    return Optional.ofNullable(snapshot.instances().get(instance)).flatMap(InstanceView::unclear);
  }

  void refuse(Reason reason) {
    reasons.add(reason);
  }

  /** Another pass no later than that. */
  void wakeAt(long nanos) {
    wakes.add(nanos);
  }

  /** Since when a replica has been as it is, as far as this reign knows. */
  long since(ResourceKey resource, int partition, Replica replica) {
    return waits.since(resource, partition, replica, snapshot.nowNanos());
  }

  boolean isResetRequested(ResourceKey resource, int partition, Replica replica) {
    return !snapshot.resets().isEmpty()
        && snapshot
            .resets()
            .contains(new ResetRequest(
                replica.instance(),
                replica.incarnation(),
                resource,
                partition,
                replica.target().map(Target::q).orElse(0L)));
  }

  /**
   * Each change is a decision of its own: what is granted rests on what the snapshot says, not on
   * what else this pass does, so that one restarting instance holds up nobody else.
   */
  void decide(PartitionId partition, String why, Change change) {
    decisions.add(Decision.of(partition.toString(), why, change));
  }

  // Time-outs and what is awaited.

  /** How long transitions of a resource may take. */
  TransitionTimeouts timeouts(ResourceView resource) {
    return resource.spec().transitions().timeouts().over(cluster().timeouts());
  }

  TransitionRules cluster() {
    return snapshot.spec().transitions();
  }

  /** What holds now is told to those who were told otherwise. */
  private void setTimeouts() {
    for (InstanceView instance : snapshot.instances().values()) {
      instance
          .live()
          .ifPresent(live -> instance.assignments().values().stream()
              .filter(bucket -> bucket.incarnation() == live.incarnation())
              .forEach(bucket -> bucket
                  .groups()
                  .forEach((key, group) -> setTimeouts(instance.id(), bucket, key, group))));
    }
  }

  private void setTimeouts(InstanceId instance, AssignmentBucket bucket, ResourceKey key, Group g) {
    @Nullable ResourceView resource = snapshot.resources().get(key.resource());
    if (resource == null || !resource.key().equals(key) || g.targets().isEmpty()) {
      return;
    }
    TransitionTimeouts wanted = timeouts(resource);
    if (!wanted.equals(g.timeouts())) {
      decisions.add(Decision.of(
          key.resource().name(),
          "its time-outs have changed",
          new Change.SetTimeouts(
              instance, bucket.incarnation(), key, g.targets().firstKey(), q, wanted)));
    }
  }

  private void lookAtWaits(ResourceKey key) {
    TransitionTimeouts timeouts = Optional.ofNullable(snapshot.resources().get(key.resource()))
        .filter(resource -> resource.key().equals(key))
        .map(this::timeouts)
        .orElse(TransitionTimeouts.NONE);
    for (int partition : replicas.partitions(key)) {
      for (Replica replica : replicas.partition(key, partition).values()) {
        waitCheck.look(key, partition, replica, timeouts);
      }
    }
  }

  /** Requests whose failure is over: the replica was told otherwise since, or is gone. */
  private void forgetResets() {
    TreeMap<ResourceId, TreeSet<ResetRequest>> done = new TreeMap<>();
    for (ResetRequest request : snapshot.resets()) {
      @Nullable Replica replica =
          replicas.partition(request.resource(), request.partition()).get(request.instance());
      boolean pending = replica != null
          && replica.inError()
          && isResetRequested(request.resource(), request.partition(), replica)
          && replica.incarnation() == request.incarnation()
          && replica.target().filter(t -> t.q() == request.q()).isPresent();
      if (!pending) {
        done.computeIfAbsent(request.resource().resource(), r -> new TreeSet<>())
            .add(request);
      }
    }
    done.forEach((resource, requests) -> decisions.add(Decision.of(
        resource.name(),
        "reset, or not in ERROR any more",
        new Change.ForgetResets(resource, ImmutableSortedSet.copyOfSorted(requests)))));
  }

  // Whole resources.

  /**
   * Also where the next incarnation lives already: a bucket that nothing new is put into would stay
   * for ever. What is put into it in this pass is merged with the drop into one write.
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
      PartitionId id = new PartitionId(key.resource(), partition);
      for (Replica replica : replicas.partition(key, partition).values()) {
        Optional<String> unclear = unclear(replica.instance());
        if (unclear.isPresent()) {
          refuse(new Reason(
              Reason.Code.AWAITING_INCARNATION_END,
              id + "@" + replica.instance(),
              unclear.get() + " cannot be read"));
        } else if (replica.isDropped()) {
          decide(
              id,
              "the resource is gone",
              new Change.ForgetTarget(replica.instance(), replica.incarnation(), key, partition));
        } else if (!replica.targets(StateModel.DROPPED)) {
          decide(
              id,
              "the resource is gone",
              new Change.SetTarget(
                  replica.instance(),
                  replica.incarnation(),
                  key,
                  replica.stateModel(),
                  partition,
                  new Target(StateModel.DROPPED, q, Token.NONE, replica.mayHoldToken())));
        }
      }
    }
  }

  private void move(ResourceView resource, StateModel model, ResourceAssignment goal) {
    Set<Integer> partitions = new TreeSet<>(replicas.partitions(resource.key()));
    partitions.addAll(goal.states().keySet());
    for (int partition : partitions) {
      new PartitionStep(this, resource, model, partition, goal).run();
    }
    if (resource.spec().deleting() && replicas.partitions(resource.key()).isEmpty()) {
      decisions.add(Decision.of(
          resource.key().resource().name(),
          "deleted, and nobody holds it any more",
          new Change.RemoveResource(resource.key())));
    }
  }
}
