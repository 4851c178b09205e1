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

  private Optional<Step> underWay(Replica replica) {
    return replica.inError() ? Optional.empty() : goingUp(replica).or(() -> turned(replica));
  }

  /**
   * Also one that has not begun yet, since its participant is cut off: it will. Of an order that is
   * not answered it is not known from where it leads.
   */
  private Optional<Step> goingUp(Replica replica) {
    String from = low(replica);
    Optional<String> running = replica
        .reported()
        .flatMap(ReplicaState::inFlight)
        .map(ReplicaState.InFlight::to)
        .filter(next -> isUp(state(replica), next));
    if (running.isPresent()) {
      return Optional.of(step(replica.instance(), state(replica), running.get()));
    }
    return replica
        .target()
        .map(Target::state)
        .flatMap(wanted -> isUp(from, wanted)
            ? Optional.of(step(replica.instance(), from, first(from, wanted)))
            : unanswered(replica, wanted));
  }

  private Optional<Step> unanswered(Replica replica, String wanted) {
    return replica.acknowledged()
        ? Optional.empty()
        : model.transitions().stream()
            .filter(t -> t.to().equals(wanted) && isUp(t.from(), wanted))
            .findFirst()
            .map(t -> step(replica.instance(), t.from(), wanted));
  }

  /** The least state that a replica may be in by now. */
  private String low(Replica replica) {
    String low = state(replica);
    Optional<String> flight =
        replica.reported().flatMap(ReplicaState::inFlight).map(ReplicaState.InFlight::to);
    if (flight.filter(to -> isUp(to, state(replica))).isPresent()) {
      low = flight.get();
    }
    if (!replica.acknowledged() && replica.target().isPresent()) {
      String told = replica.target().get().state();
      String least = told.equals(StateModel.DROPPED) ? model.initialState() : told;
      low = isUp(least, low) ? least : low;
    }
    return low;
  }

  /** Told to turn, and not known to have heard of it: what it was told before may still run. */
  private Optional<Step> turned(Replica replica) {
    if (replica.acknowledged() || replica.target().isEmpty()) {
      return Optional.empty();
    }
    String from = state(replica);
    boolean mayHold = replica.target().get().mayHold();
    return model.transitions().stream()
        .filter(t -> t.from().equals(from) && isUp(from, t.to()))
        .filter(t -> !model.isTop(t.to()) || mayHold)
        .findFirst()
        .map(t -> step(replica.instance(), from, t.to()));
  }

  /** What was counted of an instance's replica. */
  Optional<Step> counted(InstanceId instance) {
    return Optional.ofNullable(held.get(instance)).flatMap(this::underWay);
  }

  /** The way up that an order begins; nothing if it leads down. */
  Optional<Step> stepTo(InstanceId instance, @Nullable Replica replica, String target) {
    String from = replica == null ? model.initialState() : low(replica);
    return isUp(from, target)
        ? Optional.of(step(instance, from, first(from, target)))
        : Optional.empty();
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
