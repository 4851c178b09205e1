// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.ReplicaState;
import io.heddle.model.StateModel;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.Token;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One replica: where it is, where it is to go, what runs. Decides its next step; confined, as
 * {@link Replicas}, which alone changes it.
 */
final class Replica {
  final ReplicaKey key;
  final String bucket;
  final String stateModel;
  final Handling handling;
  String state;
  Target target;
  String error = "";

  /** The token under which the top state is held, else NONE. */
  long token = Token.NONE;

  /** The highest token that a promotion was started with: each token promotes once. */
  long lastToken = Token.NONE;

  /** How often in a row a transition failed since the replica last was where it was wanted. */
  int failures;

  /** Why what runs should be over by now; empty while it is in time. */
  String overdue = "";

  /** Why it is led out of the top state, to be in ERROR then: it was promoted too late. */
  String promotedLate = "";

  /** Whether the right to the top state, held or being entered, was lost. */
  boolean revoked;

  /** The sequence of the target when the replica went to ERROR: only a newer one resets it. */
  long errorQ;

  Action.@Nullable Start running;

  @Nullable Candidate candidate;

  /** A step that could be taken. */
  record Step(Action.Call call, String to) {}

  Replica(ReplicaKey key, String bucket, String stateModel, Handling handling, Target target) {
    this.key = key;
    this.bucket = bucket;
    this.stateModel = stateModel;
    this.handling = handling;
    this.target = target;
    this.state = handling.model().initialState();
  }

  private StateModel model() {
    return handling.model();
  }

  boolean isTop() {
    return model().isTop(state);
  }

  boolean isEnteringTop() {
    return running != null && model().isTop(running.to());
  }

  boolean isInError() {
    return state.equals(StateModel.ERROR);
  }

  /** Whether nothing runs and nothing waits to run. */
  boolean isAtRest() {
    return running == null && candidate == null;
  }

  /** A step that waits for a free thread counts as in flight: the replica is on its way (R7). */
  ReplicaState report() {
    Optional<ReplicaState.InFlight> inFlight = Optional.empty();
    if (running != null) {
      inFlight = Optional.of(new ReplicaState.InFlight(running.to(), running.token()));
    } else if (candidate != null) {
      String to = candidate.step().to();
      inFlight = Optional.of(new ReplicaState.InFlight(to, tokenFor(to)));
    }
    String cause = error;
    if (!overdue.isEmpty()) {
      cause = overdue + "; its callback has not returned";
    } else if (!promotedLate.isEmpty()) {
      cause = promotedLate;
    }
    return new ReplicaState(state, token, inFlight, cause, failures);
  }

  /** The token that comes with a state: the target's, if it is the top state. */
  long tokenFor(String to) {
    return model().isTop(to) ? target.token() : Token.NONE;
  }

  /** The next step, if there is one; none while a callback runs. */
  Optional<Step> next(Replicas.Mode mode) {
    if (running != null) {
      return Optional.empty();
    }
    if (mode == Replicas.Mode.ENDING && handling.resettable()) {
      return Optional.of(new Step(Action.Call.RESET, StateModel.DROPPED));
    }
    if (isInError()) {
      return outOfError(mode);
    }
    String goal = goal(mode);
    Optional<String> next = goal.equals(state) ? Optional.empty() : model().next(state, goal);
    if (next.isEmpty() && mode == Replicas.Mode.FENCED && isTop()) {
      // No way to the fallback: any way out of the top state is better than none.
      next = model().next(state, StateModel.DROPPED);
    }
    return next.map(to -> new Step(Action.Call.TRANSITION, to));
  }

  private Optional<Step> outOfError(Replicas.Mode mode) {
    boolean ending = mode == Replicas.Mode.ENDING;
    if (ending || (mode == Replicas.Mode.SERVING && target.state().equals(StateModel.DROPPED))) {
      return Optional.of(new Step(
          handling.resettable() && !handling.dropsFromError()
              ? Action.Call.RESET
              : Action.Call.TRANSITION,
          StateModel.DROPPED));
    }
    boolean reset = mode == Replicas.Mode.SERVING
        && target.q() > errorQ
        && target.state().equals(model().initialState());
    return reset
        ? Optional.of(new Step(Action.Call.RESET, model().initialState()))
        : Optional.empty();
  }

  private String goal(Replicas.Mode mode) {
    return switch (mode) {
      case ENDING -> StateModel.DROPPED;
      // One step is enough: what follows is decided anew when the lease is back.
      case FENCED -> isTop() ? handling.fallback() : state;
      case SERVING -> servingGoal();
    };
  }

  private String servingGoal() {
    if (!isKnown(target.state())) {
      return model().initialState();
    }
    if (!model().isTop(target.state())) {
      return target.state();
    }
    if (isTop()) {
      boolean held = token == target.token() && !revoked;
      return held ? state : handling.fallback();
    }
    return target.token() > lastToken ? target.state() : handling.fallback();
  }

  boolean isKnown(String other) {
    return other.equals(StateModel.DROPPED) || model().states().containsKey(other);
  }

  /** Whether what runs still leads where the target says. */
  boolean isPromotionWanted() {
    return model().isTop(target.state()) && running != null && target.token() == running.token();
  }

  /**
   * Whether what runs leads elsewhere by now, and may be given up: not on the way down from top.
   */
  boolean isAstray() {
    if (running == null || isTop() || isInError()) {
      return false;
    }
    if (isEnteringTop()) {
      return !isPromotionWanted();
    }
    String goal = servingGoal();
    String to = running.to();
    return !goal.equals(to) && model().next(state, goal).filter(to::equals).isEmpty();
  }

  /** The transition that runs. */
  Optional<Transition> transition() {
    return Optional.ofNullable(running).map(start -> new Transition(start.from(), start.to()));
  }

  /** Whether a step calls no code of the user. */
  boolean isSilent(Step step) {
    return isInError()
        && (step.call() == Action.Call.RESET ? !handling.resettable() : !handling.dropsFromError());
  }

  /** How urgent a step is: downward first, then as the model says, then by name. */
  Candidate candidate(Step step) {
    int index = model().transitions().indexOf(new Transition(state, step.to()));
    boolean down = step.to().equals(StateModel.DROPPED)
        || model().priority(step.to()) > model().priority(state);
    return new Candidate(down ? 0 : 1, index, key, step);
  }

  /** A step that waits for a free thread; the least is the most urgent. */
  record Candidate(int direction, int transition, ReplicaKey key, Step step)
      implements Comparable<Candidate> {
    @Override
    public int compareTo(Candidate other) {
      int order = Integer.compare(direction, other.direction);
      if (order == 0) {
        order = Integer.compare(transition, other.transition);
      }
      return order == 0 ? key.compareTo(other.key) : order;
    }
  }
}
