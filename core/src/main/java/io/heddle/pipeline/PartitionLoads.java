// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.Throttle.Load;
import io.heddle.pipeline.Replicas.Replica;
import io.heddle.pipeline.Throttles.Step;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the throttles have to know of one partition. Immutable; confined to the pass. */
final class PartitionLoads {
  private final ResourceId resource;
  private final StateModel model;
  private final Map<InstanceId, Replica> held;
  private final int serving;
  private final boolean topless;
  private final Load load;

  /**
   * Looks at a partition.
   *
   * @param wanted how many replicas are wanted of it
   * @param topWanted whether one of them is to be in the top state
   * @param held what it has
   */
  PartitionLoads(
      ResourceView resource,
      StateModel model,
      int wanted,
      boolean topWanted,
      Map<InstanceId, Replica> held) {
    this.resource = resource.key().resource();
    this.model = model;
    this.held = held;
    this.serving = (int) held.values().stream().filter(this::serves).count();
    this.topless = topWanted && held.values().stream().noneMatch(this::isTop);
    boolean lacks = serving < Math.min(wanted, resource.spec().replicas());
    this.load = topless || lacks ? Load.RECOVERY : Load.LOAD_BALANCE;
  }

  private boolean isTop(Replica replica) {
    return replica.reported().filter(r -> model.isTop(r.state())).isPresent();
  }

  /** Whether a replica is in the state that is meant for most, or in a better one. */
  private boolean serves(Replica replica) {
    return replica
        .reported()
        .filter(r -> model.priority(r.state()) <= model.priority(model.baseState()))
        .isPresent();
  }

  /** How many replicas serve now. */
  int serving() {
    return serving;
  }

  /** Whether a top state is wanted, and nobody is in it. */
  boolean isTopless() {
    return topless;
  }

  /** Counts what is under way, and what must follow on what is. */
  void count(Throttles throttles, @Nullable InstanceId chosen) {
    for (Replica replica : held.values()) {
      underWay(replica).ifPresent(throttles::underWay);
    }
    if (load == Load.RECOVERY || held.values().stream().anyMatch(Replica::inError)) {
      throttles.troubled(resource);
    }
    if (chosen != null && isBetweenTops(chosen)) {
      throttles.underWay(recovery(promotion(chosen)));
    }
  }

  /** Whether one was told to leave the top state, and the other not yet to take it. */
  private boolean isBetweenTops(InstanceId chosen) {
    String top = model.topState().orElse("");
    boolean nobodyIsTold = held.values().stream().noneMatch(replica -> replica.targets(top));
    return nobodyIsTold
        && held.values().stream()
            .anyMatch(replica -> !replica.instance().equals(chosen) && replica.mayBeIn(top));
  }

  /** Also one that has not begun yet, since its participant is cut off: it will. */
  private Optional<Step> underWay(Replica replica) {
    if (replica.inError()) {
      return Optional.empty();
    }
    String from = state(replica);
    Optional<String> to = replica
        .reported()
        .flatMap(ReplicaState::inFlight)
        .map(ReplicaState.InFlight::to)
        .filter(next -> isUp(from, next));
    if (to.isPresent()) {
      return Optional.of(step(replica.instance(), from, to.get()));
    }
    return replica
        .target()
        .flatMap(target -> isUp(from, target.state())
            ? Optional.of(step(replica.instance(), from, first(from, target.state())))
            : turned(replica, from, target));
  }

  /** Told to turn, and not known to have heard of it: what it was told before may still run. */
  private Optional<Step> turned(Replica replica, String from, Target target) {
    if (replica.acknowledged()) {
      return Optional.empty();
    }
    return model.transitions().stream()
        .filter(t -> t.from().equals(from) && isUp(from, t.to()))
        .filter(t -> !model.isTop(t.to()) || target.mayHold())
        .findFirst()
        .map(t -> step(replica.instance(), from, t.to()));
  }

  /** The way up that an order begins; nothing if it leads down, or begins nothing new. */
  Optional<Step> stepTo(InstanceId instance, @Nullable Replica replica, String target) {
    String from = replica == null ? model.initialState() : state(replica);
    boolean begins = isUp(from, target) && (replica == null || underWay(replica).isEmpty());
    return begins ? Optional.of(step(instance, from, first(from, target))) : Optional.empty();
  }

  /** The promotion of a replica that is ready for it. */
  Step promotion(InstanceId instance) {
    String from = Optional.ofNullable(held.get(instance))
        .map(PartitionLoads.this::state)
        .orElse(model.initialState());
    return step(instance, from, first(from, model.topState().orElse(from)));
  }

  /** The same step, of a partition that nobody serves. */
  Step recovery(Step step) {
    return new Step(step.resource(), step.instance(), step.transition(), Load.RECOVERY);
  }

  private Step step(InstanceId instance, String from, String to) {
    return new Step(resource, instance, new Transition(from, to), load);
  }

  private String first(String from, String to) {
    return model.next(from, to).orElse(to);
  }

  private String state(Replica replica) {
    return replica.reported().map(ReplicaState::state).orElse(model.initialState());
  }

  private boolean isUp(String from, String to) {
    return model.states().containsKey(to)
        && model.states().containsKey(from)
        && model.priority(to) < model.priority(from);
  }
}
