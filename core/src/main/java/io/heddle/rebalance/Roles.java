// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ResourceAssignment;
import org.jspecify.annotations.Nullable;

/**
 * Which states the replicas of each partition take: the top state first, then other states with a
 * fixed bound, one holder after the other, each even over the instances; the rest take one state.
 *
 * <p>Not changed after construction.
 */
final class Roles {
  private static final int NONE = Placement.NONE;

  private final StatePlan plan;
  private final @Nullable RoleHolders tops;
  private final ImmutableList<RoleHolders> middle;

  Roles(Problem problem, Placement placement, ResourceAssignment previous) {
    plan = problem.plan();
    boolean[] taken = new boolean[placement.slotCount()];
    tops = plan.top().isEmpty()
        ? null
        : new RoleHolders(
            problem, placement, problem::wantedTop, true, taken, new int[problem.instances()]);
    if (tops != null) {
      tops.run();
    }
    ImmutableList.Builder<RoleHolders> holders = ImmutableList.builder();
    String last = "";
    int[] count = {};
    for (String state : plan.middle()) {
      count = state.equals(last) ? count : new int[problem.instances()];
      last = state;
      RoleHolders.Before before = p -> wanted(problem, placement, previous, taken, p, state);
      RoleHolders role = new RoleHolders(problem, placement, before, false, taken, count);
      role.run();
      holders.add(role);
    }
    middle = holders.build();
  }

  /** An instance that was to be in a state and has no other role by now. */
  private static int wanted(
      Problem problem,
      Placement placement,
      ResourceAssignment previous,
      boolean[] taken,
      int p,
      String state) {
    for (int s = p * placement.width(); s < (p + 1) * placement.width(); s++) {
      int instance = placement.instanceAt(s);
      if (instance != NONE
          && !taken[s]
          && state.equals(previous.partition(p).get(problem.id(instance)))) {
        return instance;
      }
    }
    return NONE;
  }

  /** Who is in the top state; null if the model has none. */
  @Nullable RoleHolders tops() {
    return tops;
  }

  /** The slot of a partition in the top state, or {@link Placement#NONE}. */
  int topSlot(int p) {
    return tops == null ? NONE : tops.slot(p);
  }

  /** Whether replicas have no other states than the top state and the one of the rest. */
  boolean isPlain() {
    return middle.isEmpty();
  }

  /** The state of a slot. */
  String state(int p, int slot) {
    if (tops != null && tops.slot(p) == slot) {
      return plan.top().orElseThrow();
    }
    for (int k = 0; k < middle.size(); k++) {
      if (middle.get(k).slot(p) == slot) {
        return plan.middle().get(k);
      }
    }
    return plan.rest();
  }
}
