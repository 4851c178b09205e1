// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Finds cycles of role changes that cost less than nothing (Bellman and Ford's method; cancelling
 * them until none is left makes the flow cheapest, by Klein).
 *
 * <p>Nodes are the instances, and one for each pair of neighbouring counts: through it an instance
 * that has one top state less than another may take up one in exchange for one of the other's,
 * which leaves the counts as even as they were.
 *
 * <p>Confined to one computation.
 */
final class RoleCycles {
  private static final int NONE = Placement.NONE;
  private static final int[] NO_CYCLE = {};

  /** Takes the edges of the graph. */
  @FunctionalInterface
  interface Edges {
    /** An edge: {@code slot} may take over from its partition's replica on {@code from}. */
    void accept(int from, int to, int cost, int slot);
  }

  private final int instances;
  private final int[] count;
  private final Consumer<Edges> roles;

  private int[] distance = {};
  private int[] cameFrom = {};
  private int[] cameBy = {};
  private boolean changed;

  /**
   * Over a graph that may change between searches.
   *
   * @param count per instance how many top states it has; read anew in each search
   * @param roles hands over all possible changes of role
   */
  RoleCycles(int instances, int[] count, Consumer<Edges> roles) {
    this.instances = instances;
    this.count = count;
    this.roles = roles;
  }

  /** The slots that take over along one cycle; empty if there is no cycle of negative cost. */
  int[] findNegative() {
    int highest = Arrays.stream(count).max().orElse(0);
    int nodes = instances + highest + 1;
    distance = new int[nodes];
    cameFrom = new int[nodes];
    cameBy = new int[nodes];
    Arrays.fill(cameFrom, NONE);
    do {
      changed = false;
      roles.accept(this::relax);
      for (int i = 0; i < instances; i++) {
        relax(i, instances + count[i], 0, NONE);
        if (count[i] > 0) {
          relax(instances + count[i] - 1, i, 0, NONE);
        }
      }
      int onCycle = changed ? nodeOnCycle(nodes) : NONE;
      if (onCycle != NONE) {
        return slotsAlong(onCycle);
      }
    } while (changed);
    return NO_CYCLE;
  }

  private void relax(int from, int to, int cost, int slot) {
    if (distance[from] + cost < distance[to]) {
      distance[to] = distance[from] + cost;
      cameFrom[to] = from;
      cameBy[to] = slot;
      changed = true;
    }
  }

  /** A node of a cycle of predecessors, which there is only if its cost is negative. */
  private int nodeOnCycle(int nodes) {
    int[] seen = new int[nodes];
    for (int start = 0; start < nodes; start++) {
      int node = start;
      while (node != NONE && seen[node] == 0) {
        seen[node] = start + 1;
        node = cameFrom[node];
      }
      if (node != NONE && seen[node] == start + 1) {
        return node;
      }
    }
    return NONE;
  }

  private int[] slotsAlong(int onCycle) {
    int[] slots = new int[cameFrom.length];
    int length = 0;
    int node = onCycle;
    do {
      if (cameBy[node] != NONE) {
        slots[length++] = cameBy[node];
      }
      node = cameFrom[node];
    } while (node != onCycle);
    return Arrays.copyOf(slots, length);
  }
}
