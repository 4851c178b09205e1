// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.Reason;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.StateModel;
import io.heddle.model.Token;
import io.heddle.model.TransitionRetries;
import io.heddle.model.TransitionTimeouts;
import io.heddle.pipeline.Replicas.Replica;
import io.heddle.pipeline.Throttles.Step;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One partition's next steps. Confined to the pass. */
final class PartitionStep {
  private final TransitionPass pass;
  private final ResourceView resource;
  private final StateModel model;
  private final PartitionId partition;
  private final Map<InstanceId, String> goal;
  private final TransitionTimeouts timeouts;
  private final Map<InstanceId, Replica> held;
  private final @Nullable String top;
  private final @Nullable InstanceId chosen;
  private final PartitionLoads loads;
  private final FixedBounds bounds;
  private final Leavers leavers;
  private String why = "placed";

  /** Whether the replica at hand leaves the top state for one that is ready to take it. */
  private boolean handedOver;

  PartitionStep(
      TransitionPass pass,
      ResourceView resource,
      StateModel model,
      int partition,
      ResourceAssignment assignment) {
    this.pass = pass;
    this.timeouts = pass.timeouts(resource);
    this.resource = resource;
    this.model = model;
    this.partition = new PartitionId(resource.key().resource(), partition);
    this.goal = assignment.partition(partition);
    this.held = pass.replicas().partition(resource.key(), partition);
    this.top = model.topState().orElse(null);
    this.chosen = chosen();
    this.leavers = new Leavers(pass, resource, model, goal, held);
    this.bounds = new FixedBounds(model, this.partition.toString(), goal, held, pass::refuse);
    this.loads = new PartitionLoads(resource, model, goal.size(), chosen != null, held);
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
    if (!pass.throttles().areIdle()) {
      loads.count(pass.throttles(), chosen);
    }
    for (InstanceId instance : instances) {
      handedOver = false;
      Optional<Long> incarnation = incarnation(instance);
      if (incarnation.isPresent()) {
        step(instance, incarnation.get());
      }
    }
  }

  private Optional<Long> incarnation(InstanceId instance) {
    return Optional.ofNullable(pass.snapshot().instances().get(instance))
        .flatMap(InstanceView::live)
        .map(live -> live.incarnation());
  }

  private void step(InstanceId instance, long incarnation) {
    @Nullable Replica replica = held.get(instance);
    String wanted = goal.getOrDefault(instance, leavers.stateOfTheUnwanted(instance));
    if (replica != null && replica.isDropped() && wanted.equals(StateModel.DROPPED)) {
      pass.decide(
          partition,
          "dropped",
          new Change.ForgetTarget(
              instance, replica.incarnation(), resource.key(), partition.number()));
      return;
    }
    if (replica != null && replica.inError() && !wanted.equals(StateModel.DROPPED)) {
      stayInError(replica);
      return;
    }
    if (replica != null && isLost(replica)) {
      leadOut(replica);
      return;
    }
    String next = bounds.allowed(instance, replica, next(instance, replica, wanted));
    if (next.equals(top)) {
      if (replica != null
          && replica.targets(next)
          && gaveUp(replica)
          && !pass.throttles().areIdle()) {
        // As long as it is told to be there it counts as under way, and several that stepped down
        // together would hold each other up. Told to stay, each waits for its turn.
        why = "it stepped down by itself";
        order(instance, incarnation, new Target(below(), pass.q(), Token.NONE, true));
      } else if (replica == null || !replica.targets(next) || gaveUp(replica)) {
        why = "the top state is free";
        go(instance, incarnation, replica, new Target(next, pass.q(), pass.newToken(), false));
      }
    } else if (replica == null ? !next.equals(StateModel.DROPPED) : !replica.targets(next)) {
      boolean mayHold = replica != null && mayHold(replica);
      go(instance, incarnation, replica, new Target(next, pass.q(), Token.NONE, mayHold));
    }
  }

  /** An order that the throttles have a say in. */
  private void go(InstanceId instance, long incarnation, @Nullable Replica replica, Target target) {
    if (pass.throttles().areIdle()) {
      order(instance, incarnation, target);
    } else if (handedOver && chosen != null) {
      // What follows is a promotion of a partition that nobody serves.
      Step promotion = loads.promotion(chosen);
      propose(promotion, Optional.of(loads.recovery(promotion)), instance, incarnation, target);
    } else {
      loads
          .stepTo(instance, replica, target.state())
          .ifPresentOrElse(
              step -> propose(step, Optional.empty(), instance, incarnation, target),
              () -> order(instance, incarnation, target));
    }
  }

  private void propose(
      Step step, Optional<Step> alsoAllowed, InstanceId instance, long incarnation, Target target) {
    pass.throttles()
        .propose(new Throttles.Proposal(
            step,
            alsoAllowed,
            alsoAllowed.isPresent() ? Optional.empty() : loads.counted(instance),
            partition,
            loads.serving(),
            loads.isTopless(),
            Decision.of(partition.toString(), why, change(instance, incarnation, target))));
  }

  private boolean mayHold(Replica replica) {
    return (top != null && replica.mayBeIn(top)) || bounds.mayHold(replica);
  }

  /** Whether it rests in a state that its model does not have. */
  private boolean isLost(Replica replica) {
    return replica.atRest()
        && !replica.inError()
        && replica
            .reported()
            .filter(r -> !model.states().containsKey(r.state()))
            .isPresent();
  }

  /** Whatever its own model is, it has a way to be dropped; then it is placed anew. */
  private void leadOut(Replica replica) {
    refuse(
        Reason.Code.UNKNOWN_STATE,
        replica.instance(),
        replica.reported().map(ReplicaState::state).orElse("") + " is not one of "
            + model.states().keySet() + "; it is dropped, and placed anew");
    if (!replica.targets(StateModel.DROPPED)) {
      why = "it is in an unknown state";
      order(
          replica.instance(),
          replica.incarnation(),
          new Target(
              StateModel.DROPPED,
              pass.q(),
              Token.NONE,
              mayHold(replica) || replica.mayHoldToken()));
    }
  }

  private void order(InstanceId instance, long incarnation, Target target) {
    pass.decide(partition, why, change(instance, incarnation, target));
  }

  private Change change(InstanceId instance, long incarnation, Target target) {
    return new Change.SetTarget(
        instance,
        incarnation,
        resource.key(),
        model.name(),
        partition.number(),
        target,
        Optional.of(timeouts));
  }

  // ERROR.

  /**
   * Only a reset leads out of ERROR: by an operator, or by itself as often as the retries say. A
   * replica that failed under the top state gives the right to it back at once.
   */
  private void stayInError(Replica replica) {
    if (top != null && replica.targets(top) && !replica.instance().equals(chosen)) {
      why = "it failed, and another takes the top state";
      order(
          replica.instance(),
          replica.incarnation(),
          new Target(below(), pass.q(), Token.NONE, true));
      return;
    }
    String error = replica.reported().map(ReplicaState::error).orElse("");
    if (!replica.atRest()) {
      refuse(Reason.Code.REPLICA_IN_ERROR, replica.instance(), "it is being reset: " + error);
      return;
    }
    if (pass.isResetRequested(resource.key(), partition.number(), replica)) {
      why = "an administrator wants it reset";
      reset(replica);
      return;
    }
    int failures = replica.reported().map(ReplicaState::failures).orElse(0);
    TransitionRetries retries = resource
        .spec()
        .transitions()
        .retries()
        .or(() -> pass.cluster().retries())
        .orElse(TransitionRetries.NONE);
    if (!retries.allow(failures) || retries.most() == 0) {
      refuse(Reason.Code.REPLICA_IN_ERROR, replica.instance(), afterRetries(error, failures));
      return;
    }
    long now = pass.snapshot().nowNanos();
    long due = pass.since(resource.key(), partition.number(), replica)
        + retries.delay(failures).toNanos();
    if (due - now > 0) {
      pass.wakeAt(due);
      refuse(
          Reason.Code.DELAYED,
          replica.instance(),
          "retry " + failures + " of " + retries.most() + " follows in " + (due - now) / 1_000_000
              + " ms: " + error);
    } else {
      why = "retry " + failures + " of " + retries.most();
      reset(replica);
    }
  }

  private static String afterRetries(String error, int failures) {
    return failures > 1 ? error + "; failed " + failures + " times in a row" : error;
  }

  private void reset(Replica replica) {
    order(
        replica.instance(),
        replica.incarnation(),
        new Target(model.initialState(), pass.q(), Token.NONE, mayHold(replica)));
  }

  /** It was granted the top state and rests elsewhere: it stepped down by itself, for good. */
  private boolean gaveUp(Replica replica) {
    return replica.atRest() && !replica.inError() && top != null && !replica.restsIn(top);
  }

  private String next(InstanceId instance, @Nullable Replica replica, String wanted) {
    if (top != null && instance.equals(chosen)) {
      return towardsTop(instance, replica, top);
    }
    if (top != null && replica != null && replica.targets(top) && !gaveUp(replica)) {
      return awayFromTop(instance, wanted, top);
    }
    return replica != null && leavesService(replica, wanted)
        ? outOfService(instance, replica, wanted)
        : wanted;
  }

  private boolean serves(String state) {
    return leavers.serves(state);
  }

  /** Whether a state is wanted of a replica in which it does not serve, and now it may. */
  private boolean leavesService(Replica replica, String wanted) {
    return wanted.equals(StateModel.DROPPED)
        || (!serves(wanted) && replica.reported().filter(r -> serves(r.state())).isPresent());
  }

  private String towardsTop(InstanceId instance, @Nullable Replica replica, String topState) {
    if (replica != null && isOutdated(replica, topState)) {
      return below();
    }
    for (Replica other : held.values()) {
      if (!other.instance().equals(instance) && other.mayBeIn(topState)) {
        refuse(
            Reason.Code.TOP_STATE_MAY_BE_HELD,
            instance,
            "by " + other.instance()
                + pass.unclear(other.instance())
                    .map(znode -> ", as " + znode + " cannot be read")
                    .orElse(" until it acknowledges"));
        return replica != null && replica.targets(topState) && !gaveUp(replica)
            ? topState
            : below();
      }
    }
    if (replica != null && replica.targets(topState)) {
      return topState;
    }
    if (isReady(replica, topState) || nobodyIsAheadOf(instance)) {
      return topState;
    }
    refuse(Reason.Code.SUCCESSOR_NOT_READY, instance, "it is not yet in " + below());
    return below();
  }

  /** Of two in the top state the one with the older token must leave it, and get a new one. */
  private boolean isOutdated(Replica replica, String topState) {
    long token = replica.reported().map(ReplicaState::token).orElse(Token.NONE);
    if (replica.reported().filter(r -> r.state().equals(topState)).isEmpty()) {
      return false;
    }
    Optional<Replica> newer = held.values().stream()
        .filter(other -> !other.instance().equals(replica.instance()))
        .filter(other -> other
            .reported()
            .filter(r -> r.state().equals(topState) && r.token() > token)
            .isPresent())
        .findFirst();
    newer.ifPresent(other -> refuse(
        Reason.Code.TWO_TOP_STATES,
        replica.instance(),
        "it says " + topState + " under token " + Token.format(token) + ", and " + other.instance()
            + " under " + Token.format(other.reported().map(ReplicaState::token).orElse(0L))
            + "; both leave it, then it gets a new token"));
    return newer.isPresent();
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
            .filter(
                r -> !r.state().equals(model.initialState()) && !r.state().equals(StateModel.ERROR))
            .isEmpty());
  }

  private String awayFromTop(InstanceId instance, String wanted, String topState) {
    if (leavers.mustLeaveNow(instance)) {
      why = "it must leave the top state";
      return wanted;
    }
    if (chosen == null) {
      boolean kept = !serves(wanted) && !leavers.isReplaced(instance);
      why = "no top state is wanted";
      return kept ? topState : wanted;
    }
    if (isReady(held.get(chosen), topState)) {
      why = "its successor " + chosen + " is ready";
      handedOver = true;
      return serves(wanted) ? wanted : below();
    }
    refuse(Reason.Code.SUCCESSOR_NOT_READY, instance, chosen + " is not ready to take over");
    return topState;
  }

  private String outOfService(InstanceId instance, Replica replica, String wanted) {
    if (replica.targets(wanted)
        || replica.targets(StateModel.DROPPED)
        || replica.inError()
        || leavers.mustLeaveNow(instance)
        || leavers.isReplaced(instance)) {
      why = "replaced";
      return wanted;
    }
    refuse(
        Reason.Code.KEPT_UNTIL_REPLACED,
        instance,
        "the replicas that replace it are not all serving");
    return replica.target().map(Target::state).filter(s -> !s.equals(top)).orElse(below());
  }

  private void refuse(Reason.Code code, InstanceId instance, String detail) {
    pass.refuse(new Reason(code, partition + "@" + instance, detail));
  }
}
