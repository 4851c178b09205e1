// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.StateModelProblem.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether the bounds of a state model can be kept, by trying: few replicas, all orders of their
 * transitions.
 *
 * <p>Goals: a model is refused if some number of replicas cannot get from the initial state to the
 * states that they are meant to have, or cannot get there again after one of them was lost and a
 * fresh one came, or if one cannot leave, without breaking a fixed bound on the way. Only fixed
 * bounds bind at each moment; {@code R} and {@code N} bind what is wanted.
 *
 * <p>Method: how many replicas are in each state is a configuration; breadth-first search over
 * them. With at most {@value #MOST_REPLICAS} replicas there are few thousands. More replicas add
 * nothing new, since only the states with fixed bounds are scarce, except where bounds are larger
 * than that: those are not tried.
 *
 * <p>Example: {@code OFFLINE>MASTER>SLAVE} with at most one MASTER. Three replicas get to one
 * MASTER and two SLAVEs, one after the other; but when a SLAVE is lost, the fresh replica must pass
 * through MASTER while another holds it, and if that one cannot step aside, nothing moves.
 *
 * <p>Confined to one check.
 */
final class BoundCheck {
  private static final int MOST_REPLICAS = 4;
  private static final int REPLICAS_OF_LARGE_MODELS = 3;
  private static final int LARGE = 12;

  private static final int NOBODY = -1;

  private final ImmutableList<String> names;
  private final int dropped;
  private final int initial;
  private final int[] bounds;
  private final int[][] steps;

  private BoundCheck(
      String initial, ImmutableMap<String, Bound> states, ImmutableList<Transition> transitions) {
    this.names = ImmutableList.<String>builder()
        .addAll(states.keySet())
        .add(StateModel.DROPPED)
        .build();
    this.initial = names.indexOf(initial);
    this.dropped = names.size() - 1;
    this.bounds = names.stream()
        .mapToInt(state ->
            states.get(state) instanceof Bound.Fixed fixed ? fixed.count() : Integer.MAX_VALUE)
        .toArray();
    this.steps = transitions.stream()
        .map(t -> new int[] {names.indexOf(t.from()), names.indexOf(t.to())})
        .toArray(int[][]::new);
  }

  static List<StateModelProblem> problems(
      String initial, ImmutableMap<String, Bound> states, ImmutableList<Transition> transitions) {
    return new BoundCheck(initial, states, transitions).problems();
  }

  private List<StateModelProblem> problems() {
    if (bounds[initial] != Integer.MAX_VALUE) {
      return List.of(new StateModelProblem(
          Kind.BOUND,
          names.get(initial),
          "each replica begins there, and of " + (bounds[initial] + 1L)
              + " that begin at a time one breaks the bound " + bounds[initial]));
    }
    int most = names.size() > LARGE ? REPLICAS_OF_LARGE_MODELS : MOST_REPLICAS;
    for (int replicas = 1; replicas <= most; replicas++) {
      List<StateModelProblem> found = problems(replicas);
      if (!found.isEmpty()) {
        return found;
      }
    }
    return List.of();
  }

  private List<StateModelProblem> problems(int replicas) {
    List<StateModelProblem> found = new ArrayList<>();
    int[] goal = goal(replicas);
    int[] start = new int[names.size()];
    start[initial] = replicas;
    search(found, new Case("at the start", start, goal, NOBODY));
    for (int state = 0; state < dropped && found.isEmpty(); state++) {
      if (goal[state] > 0) {
        String lost = "after one in " + names.get(state) + " was lost";
        search(found, new Case(lost, moved(goal, state, initial), goal, NOBODY));
        int[] others = goal.clone();
        others[state]--;
        String leaves = "while one in " + names.get(state) + " is to leave";
        search(found, new Case(leaves, others, others, state));
      }
    }
    return found;
  }

  /**
   * The states that replicas are meant to have: as many as allowed in each, the first ones first.
   */
  private int[] goal(int replicas) {
    int[] goal = new int[names.size()];
    int left = replicas;
    for (int state = 0; state < dropped; state++) {
      if (state != initial) {
        int count = Math.min(left, bounds[state]);
        goal[state] = count;
        left -= count;
      }
    }
    goal[initial] += left;
    return goal;
  }

  private static int[] moved(int[] from, int leaving, int entering) {
    int[] to = from.clone();
    to[leaving]--;
    to[entering]++;
    return to;
  }

  /** Looks whether a case has a solution; one problem is enough. */
  private void search(List<StateModelProblem> found, Case one) {
    if (!found.isEmpty()) {
      return;
    }
    Set<Config> seen = new LinkedHashSet<>();
    Deque<Config> open = new ArrayDeque<>();
    Config start = new Config(list(one.start()), one.leaver());
    int end = one.leaver() == NOBODY ? NOBODY : dropped;
    Config goal = new Config(list(one.goal()), end);
    open.add(start);
    seen.add(start);
    while (!open.isEmpty()) {
      Config at = open.remove();
      if (at.equals(goal)) {
        return;
      }
      for (int[] step : steps) {
        if (at.count(step[1]) < bounds[step[1]]) {
          at.after(step, dropped).stream().filter(seen::add).forEach(open::add);
        }
      }
    }
    found.add(stuck(seen, one));
  }

  /**
   * Some replicas on their way.
   *
   * @param when for people
   * @param start how many are in each state
   * @param goal how many are to be in each state
   * @param leaver the state of one more that is to be dropped, or NOBODY
   */
  private record Case(String when, int[] start, int[] goal, int leaver) {}

  /**
   * Where the replicas are.
   *
   * @param counts how many are in each state, the leaver left out
   * @param leaver where the leaver is, or NOBODY
   */
  private record Config(ImmutableList<Integer> counts, int leaver) {
    int count(int state) {
      return counts.get(state) + (leaver == state ? 1 : 0);
    }

    /** What a step may lead to: the leaver takes it, or another, but only the leaver is dropped. */
    List<Config> after(int[] step, int dropped) {
      List<Config> after = new ArrayList<>(2);
      if (leaver == step[0]) {
        after.add(new Config(counts, step[1]));
      }
      if (counts.get(step[0]) > 0 && step[1] != dropped) {
        Integer[] moved = counts.toArray(new Integer[0]);
        moved[step[0]]--;
        moved[step[1]]++;
        after.add(new Config(ImmutableList.copyOf(moved), leaver));
      }
      return after;
    }
  }

  private static ImmutableList<Integer> list(int[] counts) {
    return Arrays.stream(counts).boxed().collect(ImmutableList.toImmutableList());
  }

  private StateModelProblem stuck(Set<Config> seen, Case one) {
    Config nearest = seen.stream()
        .max(Comparator.comparingInt(config -> inPlace(config.counts(), one.goal())))
        .orElseThrow();
    List<String> waiting = new ArrayList<>();
    int scarce = NOBODY;
    for (int[] step : steps) {
      if (nearest.count(step[0]) > 0 && nearest.count(step[1]) >= bounds[step[1]]) {
        waiting.add(names.get(step[0]) + ">" + names.get(step[1]));
        scarce = step[1];
      }
    }
    return new StateModelProblem(
        Kind.BOUND,
        scarce == NOBODY ? missing(nearest.counts(), one.goal()) : names.get(scarce),
        one.when() + ", " + text(list(one.start())) + " never becomes " + text(list(one.goal()))
            + "; the nearest is " + text(nearest.counts())
            + (nearest.leaver() == NOBODY
                ? ""
                : " with the leaver in " + names.get(nearest.leaver()))
            + (waiting.isEmpty()
                ? ", from where no transition leads there"
                : ", where " + String.join(", ", waiting) + " would break a bound"));
  }

  private String missing(List<Integer> at, int[] goal) {
    for (int state = 0; state < goal.length; state++) {
      if (at.get(state) < goal[state]) {
        return names.get(state);
      }
    }
    return names.get(initial);
  }

  private static int inPlace(List<Integer> counts, int[] goal) {
    int sum = 0;
    for (int state = 0; state < goal.length; state++) {
      sum += Math.min(counts.get(state), goal[state]);
    }
    return sum;
  }

  private String text(List<Integer> counts) {
    StringBuilder text = new StringBuilder();
    for (int state = 0; state < counts.size(); state++) {
      if (counts.get(state) > 0) {
        text.append(text.isEmpty() ? "{" : ", ")
            .append(names.get(state))
            .append(' ')
            .append(counts.get(state));
      }
    }
    return text.append(text.isEmpty() ? "{}" : "}").toString();
  }
}
