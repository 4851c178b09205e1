// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.model.ReplicaState;
import io.heddle.model.StateModel;
import io.heddle.pipeline.Replicas.Replica;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the fixed bounds of the states other than the top state at every moment, as that one is
 * kept: nobody is told to enter a state before as many others as its bound allows are known to have
 * left it. Where a bound stands between a replica and the one that is to follow it, it leaves
 * first, once the other is one step away. Confined to the pass.
 */
final class FixedBounds {
  private final StateModel model;
  private final String partition;
  private final Map<InstanceId, String> goal;
  private final Map<InstanceId, Replica> held;
  private final Consumer<Reason> refuse;
  private final boolean bounded;

  FixedBounds(
      StateModel model,
      String partition,
      Map<InstanceId, String> goal,
      Map<InstanceId, Replica> held,
      Consumer<Reason> refuse) {
    this.model = model;
    this.partition = partition;
    this.goal = goal;
    this.held = held;
    this.refuse = refuse;
    this.bounded = model.states().keySet().stream().anyMatch(this::isBound);
  }

  private boolean isBound(String state) {
    return model.states().get(state) instanceof Bound.Fixed && !model.isTop(state);
  }

  private int limit(String state) {
    return model.states().get(state) instanceof Bound.Fixed fixed
        ? fixed.count()
        : Integer.MAX_VALUE;
  }

  /** Whether it may be in a state with a bound, so that its next order must be acknowledged. */
  boolean mayHold(Replica replica) {
    return bounded
        && model.states().keySet().stream()
            .anyMatch(state -> isBound(state) && replica.mayBeIn(state));
  }

  /**
   * What a replica may be told now, when a state is what it would be told: that, or how far it may
   * go on the way there. It enters states with a bound one by one, since it walks by itself.
   */
  String allowed(InstanceId instance, @Nullable Replica replica, String wanted) {
    if (!bounded) {
      return wanted;
    }
    Optional<String> told =
        Optional.ofNullable(replica).flatMap(Replica::target).map(Target::state);
    if (told.filter(wanted::equals).isPresent() && isBound(wanted) && mustYield(instance, wanted)) {
      return stepBefore(model.initialState(), wanted);
    }
    String from = Optional.ofNullable(replica)
        .flatMap(Replica::reported)
        .map(ReplicaState::state)
        .orElse(model.initialState());
    String at = from;
    for (Optional<String> next = model.next(at, wanted);
        next.isPresent();
        next = model.next(at, wanted)) {
      String gate = next.get();
      if (isBound(gate)) {
        if (holders(gate, instance) < limit(gate)) {
          return gate;
        }
        refuse.accept(new Reason(
            Reason.Code.BOUND_REACHED,
            partition + "@" + instance,
            holders(gate, instance) + " others may be in " + gate + ", of which there may be "
                + limit(gate)));
        return at;
      }
      at = gate;
    }
    return wanted;
  }

  private int holders(String state, InstanceId except) {
    return (int) held.values().stream()
        .filter(other -> !other.instance().equals(except) && other.mayBeIn(state))
        .count();
  }

  /** Whether another is to have the state instead, is one step away, and the bound is reached. */
  private boolean mustYield(InstanceId instance, String state) {
    return !state.equals(goal.get(instance))
        && holders(state, instance) + 1 >= limit(state)
        && goal.entrySet().stream()
            .anyMatch(wanted -> wanted.getValue().equals(state)
                && isOneStepFrom(Optional.ofNullable(held.get(wanted.getKey())), state));
  }

  private boolean isOneStepFrom(Optional<Replica> replica, String state) {
    return replica
        .filter(Replica::atRest)
        .flatMap(Replica::reported)
        .filter(r -> model.next(r.state(), state).filter(state::equals).isPresent())
        .isPresent();
  }

  /** The last state on the way to another. */
  private String stepBefore(String from, String to) {
    String at = from;
    for (Optional<String> next = model.next(at, to);
        next.isPresent() && !next.get().equals(to);
        next = model.next(at, to)) {
      at = next.get();
    }
    return at;
  }
}
