// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.base.Joiner;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A finite state machine that each replica of a resource obeys, as declared data.
 *
 * <p>States are listed by priority, the most wanted first; transitions likewise. From any state to
 * any other the replica takes the shortest path; of equally short paths the one whose first
 * transition has the higher priority. A model is checked when it is built: every state is entered
 * sometimes, can be left and dropped, and the fixed bounds can be kept; see
 * {@link Builder#problems}.
 *
 * <p>The <em>top state</em> is the first state if its bound is exactly 1, such as MASTER. It is the
 * state that is fenced: its holder has a token, and no second replica may enter it before the first
 * is known to have left.
 *
 * <p>Immutable.
 */
public final class StateModel {
  /** The state in which a replica no longer exists. */
  public static final String DROPPED = "DROPPED";

  /** The state of a replica whose transition failed; left by a reset or by dropping it. */
  public static final String ERROR = "ERROR";

  private final String name;
  private final String initialState;
  private final ImmutableMap<String, Bound> states;
  private final ImmutableList<Transition> transitions;
  private final ImmutableMap<Transition, String> nextSteps;

  private StateModel(
      String name,
      String initialState,
      ImmutableMap<String, Bound> states,
      ImmutableList<Transition> transitions) {
    this.name = Names.check("state model", name);
    this.initialState = initialState;
    this.states = states;
    this.transitions = transitions;
    this.nextSteps = shortestPaths(states.keySet(), transitions);
  }

  /**
   * One step between two states.
   *
   * @param from the state left
   * @param to the state entered
   */
  public record Transition(String from, String to) implements Comparable<Transition> {
    @Override
    public int compareTo(Transition other) {
      int order = from.compareTo(other.from);
      return order == 0 ? to.compareTo(other.to) : order;
    }

    @Override
    public String toString() {
      return from + ">" + to;
    }
  }

  private static ImmutableMap<Transition, String> shortestPaths(
      ImmutableSet<String> states, List<Transition> transitions) {
    ImmutableMap.Builder<Transition, String> next = ImmutableMap.builder();
    List<String> targets = new ArrayList<>(states);
    targets.add(DROPPED);
    for (String target : targets) {
      // Breadth first, backwards from the target, so that one walk serves all sources.
      Map<String, Integer> distance = new HashMap<>(Map.of(target, 0));
      Deque<String> open = new ArrayDeque<>(List.of(target));
      while (!open.isEmpty()) {
        String state = open.remove();
        int steps = Objects.requireNonNull(distance.get(state)) + 1;
        for (Transition t : transitions) {
          if (t.to().equals(state) && distance.putIfAbsent(t.from(), steps) == null) {
            open.add(t.from());
          }
        }
      }
      for (String source : states) {
        @Nullable Integer steps = distance.get(source);
        if (steps == null || source.equals(target)) {
          continue;
        }
        for (Transition t : transitions) {
          @Nullable Integer rest = distance.get(t.to());
          if (t.from().equals(source) && rest != null && rest == steps - 1) {
            next.put(new Transition(source, target), t.to());
            break;
          }
        }
      }
    }
    return next.buildOrThrow();
  }

  /** The name under which resources refer to this model. */
  public String name() {
    return name;
  }

  /** The state in which a new replica starts. */
  public String initialState() {
    return initialState;
  }

  /**
   * All states but {@link #DROPPED} and {@link #ERROR} with their bounds, the most wanted first.
   */
  public ImmutableMap<String, Bound> states() {
    return states;
  }

  /** All transitions, the most urgent first. */
  public ImmutableList<Transition> transitions() {
    return transitions;
  }

  /** The exclusive first state, if there is one. */
  public Optional<String> topState() {
    String first = states.keySet().iterator().next();
    return Bound.of(1).equals(states.get(first)) && !first.equals(initialState)
        ? Optional.of(first)
        : Optional.empty();
  }

  /** Whether {@code state} is the exclusive first state. */
  public boolean isTop(String state) {
    return topState().filter(state::equals).isPresent();
  }

  /**
   * The state that a replica takes up when it is not chosen for the top state: the first state
   * without a fixed bound that is not the initial one, such as SLAVE; else the initial state.
   */
  public String baseState() {
    for (Map.Entry<String, Bound> state : states.entrySet()) {
      if (!(state.getValue() instanceof Bound.Fixed) && !state.getKey().equals(initialState)) {
        return state.getKey();
      }
    }
    return initialState;
  }

  /** Position in the order of states; 0 is the most wanted; unknown states come last. */
  public int priority(String state) {
    int index = states.keySet().asList().indexOf(state);
    return index < 0 ? states.size() : index;
  }

  /**
   * The next state on the way, if there is a way and the two differ.
   *
   * @param from a state of this model
   * @param to a state of this model, or {@link #DROPPED}
   */
  public Optional<String> next(String from, String to) {
    return Optional.ofNullable(nextSteps.get(new Transition(from, to)));
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof StateModel other
        && name.equals(other.name)
        && initialState.equals(other.initialState)
        && states.equals(other.states)
        && states.keySet().asList().equals(other.states.keySet().asList())
        && transitions.equals(other.transitions);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, initialState, states, transitions);
  }

  @Override
  public String toString() {
    return "StateModel " + name + " " + states + " " + transitions;
  }

  /** Starts a model. */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /** Collects states and transitions in order of priority. */
  public static final class Builder {
    private final String name;
    private final ImmutableMap.Builder<String, Bound> states = ImmutableMap.builder();
    private final ImmutableList.Builder<Transition> transitions = ImmutableList.builder();
    private @Nullable String initial;

    private Builder(String name) {
      this.name = name;
    }

    /** Adds a state after those added before, which are wanted more. */
    public Builder state(String state, Bound bound) {
      Names.check("state", state);
      if (state.equals(DROPPED) || state.equals(ERROR)) {
        throw new IllegalArgumentException("state model " + name + ": " + state + " is built in");
      }
      states.put(state, bound);
      return this;
    }

    /** Names the state in which a replica starts. */
    public Builder initialState(String state) {
      this.initial = state;
      return this;
    }

    /** Adds a transition after those added before, which are more urgent. */
    public Builder transition(String from, String to) {
      transitions.add(new Transition(from, to));
      return this;
    }

    /**
     * What is wrong with what was said so far; empty if the model can be built.
     *
     * @throws IllegalArgumentException if there is no initial state, or a state is there twice
     */
    public ImmutableList<StateModelProblem> problems() {
      if (initial == null) {
        throw new IllegalArgumentException("state model " + name + ": no initial state");
      }
      return StateModelCheck.problems(initial, states.buildOrThrow(), transitions.build());
    }

    /**
     * The model.
     *
     * @throws IllegalArgumentException if there are {@link #problems}, all of which it names
     */
    public StateModel build() {
      ImmutableList<StateModelProblem> problems = problems();
      if (!problems.isEmpty() || initial == null) {
        throw new IllegalArgumentException(
            "state model " + name + " cannot be used: " + Joiner.on("; ").join(problems));
      }
      return new StateModel(name, initial, states.buildOrThrow(), transitions.build());
    }
  }
}
