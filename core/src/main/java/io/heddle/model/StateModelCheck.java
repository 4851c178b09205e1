// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.StateModelProblem.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Looks for what makes a state model useless: states that are never entered, that nothing leaves,
 * that are never dropped, and bounds that no schedule can keep. Each problem comes with an example.
 * Confined to one check.
 */
final class StateModelCheck {
  /** Most states of a model. */
  static final int MAX_STATES = 64;

  private final String initial;
  private final ImmutableMap<String, Bound> states;
  private final ImmutableList<Transition> transitions;
  private final List<StateModelProblem> problems = new ArrayList<>();

  private StateModelCheck(
      String initial, ImmutableMap<String, Bound> states, ImmutableList<Transition> transitions) {
    this.initial = initial;
    this.states = states;
    this.transitions = transitions;
  }

  static ImmutableList<StateModelProblem> problems(
      String initial, ImmutableMap<String, Bound> states, ImmutableList<Transition> transitions) {
    StateModelCheck check = new StateModelCheck(initial, states, transitions);
    check.checkNames();
    if (check.problems.isEmpty()) {
      check.checkEntrances();
      check.checkExits();
    }
    if (check.problems.isEmpty()) {
      check.problems.addAll(BoundCheck.problems(initial, states, transitions));
    }
    return ImmutableList.copyOf(check.problems);
  }

  private void add(Kind kind, String state, String counterexample) {
    problems.add(new StateModelProblem(kind, state, counterexample));
  }

  private void checkNames() {
    if (states.size() > MAX_STATES) {
      add(
          Kind.UNKNOWN_STATE,
          initial,
          "there are " + states.size() + " states; at most " + MAX_STATES + " are allowed");
    }
    if (!states.containsKey(initial)) {
      add(
          Kind.UNKNOWN_STATE,
          initial,
          "it is the initial state, and is not one of " + states.keySet());
    }
    for (Transition t : transitions) {
      for (String state : List.of(t.from(), t.to())) {
        boolean known =
            states.containsKey(state) || (state.equals(StateModel.DROPPED) && state.equals(t.to()));
        if (!known) {
          add(
              Kind.UNKNOWN_STATE,
              state,
              "transition " + t + " names it, and it is not one of " + states.keySet());
        }
      }
    }
  }

  private void checkEntrances() {
    Map<String, List<String>> ways = ways();
    for (String state : states.keySet()) {
      if (!ways.containsKey(state)) {
        TreeSet<String> before = transitions.stream()
            .filter(t -> t.to().equals(state))
            .map(Transition::from)
            .collect(Collectors.toCollection(TreeSet::new));
        add(
            Kind.UNREACHABLE,
            state,
            before.isEmpty()
                ? "no transition leads to it; a replica that begins in " + initial + " gets to "
                    + new TreeSet<>(ways.keySet())
                : "only " + before + " lead to it, and a replica that begins in " + initial
                    + " gets to " + new TreeSet<>(ways.keySet()));
      }
    }
  }

  private void checkExits() {
    Map<String, List<String>> ways = ways();
    Set<String> droppable = droppable();
    for (String state : states.keySet()) {
      @Nullable List<String> way = ways.get(state);
      if (way == null || droppable.contains(state)) {
        continue;
      }
      String example = "a replica gets there by " + String.join(">", way) + ", and ";
      Set<String> after = after(state);
      if (after.isEmpty()) {
        add(Kind.DEAD_END, state, example + "no transition leaves it");
      } else {
        add(
            Kind.NEVER_DROPPED,
            state,
            example + "from there to " + after + " only, never to " + StateModel.DROPPED);
      }
    }
  }

  /** For each state that is ever entered a shortest way to it from the initial one. */
  private Map<String, List<String>> ways() {
    Map<String, List<String>> ways = new HashMap<>();
    ways.put(initial, List.of(initial));
    Deque<String> open = new ArrayDeque<>(ways.keySet());
    while (!open.isEmpty()) {
      String state = open.remove();
      List<String> way = Objects.requireNonNull(ways.get(state));
      for (Transition t : transitions) {
        if (t.from().equals(state)
            && !t.to().equals(StateModel.DROPPED)
            && !ways.containsKey(t.to())) {
          ways.put(
              t.to(), ImmutableList.<String>builder().addAll(way).add(t.to()).build());
          open.add(t.to());
        }
      }
    }
    return ways;
  }

  private Set<String> droppable() {
    Set<String> droppable = new TreeSet<>(List.of(StateModel.DROPPED));
    boolean grew = true;
    while (grew) {
      grew = false;
      for (Transition t : transitions) {
        grew |= droppable.contains(t.to()) && droppable.add(t.from());
      }
    }
    return droppable;
  }

  private Set<String> after(String state) {
    Set<String> after = new TreeSet<>();
    Deque<String> open = new ArrayDeque<>(List.of(state));
    while (!open.isEmpty()) {
      String from = open.remove();
      for (Transition t : transitions) {
        if (t.from().equals(from) && after.add(t.to())) {
          open.add(t.to());
        }
      }
    }
    return after;
  }
}
