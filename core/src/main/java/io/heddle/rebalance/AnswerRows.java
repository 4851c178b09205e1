// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceId;

/** Turns numbers back into an assignment: the very same objects as before where nothing changed. */
final class AnswerRows {
  private static final int NONE = Placement.NONE;

  private final Problem problem;
  private final Placement placement;
  private final Roles roles;
  private final ResourceAssignment previous;
  private final int width;

  AnswerRows(Problem problem, Placement placement, Roles roles, ResourceAssignment previous) {
    this.problem = problem;
    this.placement = placement;
    this.roles = roles;
    this.previous = previous;
    this.width = placement.width();
  }

  ResourceAssignment assignment(ResourceId resource) {
    boolean same = previous.resource().equals(resource);
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, String>> states =
        ImmutableSortedMap.naturalOrder();
    int rows = 0;
    for (int p = 0; p < problem.partitions(); p++) {
      ImmutableSortedMap<InstanceId, String> before = previous.partition(p);
      boolean sameRow = isAsBefore(p) || isEqual(p, before);
      same &= sameRow;
      if (size(p) > 0) {
        rows++;
        states.put(p, sameRow ? before : row(p));
      }
    }
    same &= previous.states().size() == rows;
    return same ? previous : new ResourceAssignment(resource, states.buildOrThrow());
  }

  private ImmutableSortedMap<InstanceId, String> row(int p) {
    ImmutableSortedMap.Builder<InstanceId, String> row = ImmutableSortedMap.naturalOrder();
    for (int s = p * width; s < (p + 1) * width; s++) {
      if (placement.instanceAt(s) != NONE) {
        row.put(problem.id(placement.instanceAt(s)), roles.state(p, s));
      }
    }
    return row.buildOrThrow();
  }

  /** Whether numbers alone tell that nothing has changed. */
  private boolean isAsBefore(int p) {
    int top = roles.topSlot(p);
    return problem.isPlain(p)
        && placement.vacantHomes(p) == 0
        && size(p) == problem.homeCount(p)
        && (top == NONE ? NONE : placement.instanceAt(top)) == problem.wantedTop(p);
  }

  private int size(int p) {
    int size = 0;
    for (int s = p * width; s < (p + 1) * width; s++) {
      size += placement.instanceAt(s) == NONE ? 0 : 1;
    }
    return size;
  }

  private boolean isEqual(int p, ImmutableSortedMap<InstanceId, String> before) {
    if (before.size() != size(p)) {
      return false;
    }
    for (int s = p * width; s < (p + 1) * width; s++) {
      int instance = placement.instanceAt(s);
      if (instance != NONE && !roles.state(p, s).equals(before.get(problem.id(instance)))) {
        return false;
      }
    }
    return true;
  }
}
