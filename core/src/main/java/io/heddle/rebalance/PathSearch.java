// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Finds cheapest chains of moves that bring replicas from where there are too many to where there
 * are too few.
 *
 * <p>A chain is a path in the residual graph of a flow, partitions to instances, in which each
 * instance's load is to equal its target: {@code a → b → c} reads "a gives a replica to b, which
 * gives another one to c". A step costs 1 if it takes a replica from its home, −1 if it brings one
 * home, else nothing. Three kinds of nodes: the instances; each zone, through which an odd
 * replica's place passes between its instances; and one node through which such places pass between
 * zones.
 *
 * <p>One search starts from all replicas that are too many at once (Bellman and Ford's method with
 * a queue) and gives a forest of cheapest chains. As many of them are followed as do not touch one
 * another; what is left waits for the next search. As only cheapest chains are followed there is
 * never a cycle of negative cost (successive shortest paths), so searches end, and the moves in all
 * are the fewest. Among chains of equal cost those that leave top states alone are taken, then
 * those of fewest steps: a chain that used one partition's slots twice, in a way that both steps
 * could not be taken together, could be cut short.
 *
 * <p>An instance tries its slots in classes of equal least cost, and drops from a class's list the
 * instances that the class can no longer improve. So a node costs about as much as it has slots and
 * there are instances, not their product.
 *
 * <p>Confined to one computation.
 */
final class PathSearch {
  /** The cost of one replica that leaves its home; far above all that only breaks ties. */
  private static final long MOVE = 1L << 44;

  /** Breaks ties: a replica that leaves an instance where it was in the top state. */
  private static final long TOP = 1L << 22;

  /** Breaks ties: any step. */
  private static final long STEP = 1;

  private static final long UNREACHED = Long.MAX_VALUE / 2;
  private static final int NONE = Placement.NONE;

  private final Problem problem;
  private final Placement placement;
  private final int instances;
  private final int hub;
  private final int[][] members;

  private final long[] distance;
  private final int[] cameFrom;
  private final int[] cameBy;
  private final int[] queue;
  private final boolean[] queued;
  private int queueStart;
  private int queueLength;
  private long limit;

  private final boolean[] nodeUsed;
  private final boolean[] partitionUsed;

  /** Per class of slots, by least cost −1, 0, 1, the instances that it may still improve. */
  private final int[][] open;

  private final int[] openCount = new int[3];

  PathSearch(Problem problem, Placement placement) {
    this.problem = problem;
    this.placement = placement;
    instances = problem.instances();
    hub = instances + problem.zones();
    members = new int[problem.zones()][];
    int[] size = new int[problem.zones()];
    for (int i = 0; i < instances; i++) {
      size[problem.zoneOf(i)]++;
    }
    for (int z = 0; z < members.length; z++) {
      members[z] = new int[size[z]];
    }
    for (int i = instances - 1; i >= 0; i--) {
      int z = problem.zoneOf(i);
      members[z][--size[z]] = i;
    }
    distance = new long[hub + 1];
    cameFrom = new int[hub + 1];
    cameBy = new int[hub + 1];
    queue = new int[hub + 1];
    queued = new boolean[hub + 1];
    open = new int[3][instances];
    nodeUsed = new boolean[hub + 1];
    partitionUsed = new boolean[problem.partitions()];
  }

  /** Follows chains that cost no move, until there is none. */
  void exchangeHomes() {
    searchUntilNone(MOVE);
  }

  /** Follows chains of any cost, until there is none. */
  void run() {
    searchUntilNone(UNREACHED);
  }

  private void searchUntilNone(long below) {
    limit = below;
    do {
      start();
      search();
    } while (followChains() > 0);
  }

  private void start() {
    Arrays.fill(distance, UNREACHED);
    queueStart = 0;
    queueLength = 0;
    for (int i = 0; i < instances; i++) {
      if (placement.excess(i) > 0) {
        reach(i, 0, NONE, NONE);
      }
    }
    for (int s = 0; s < placement.slotCount(); s++) {
      if (placement.instanceAt(s) == NONE) {
        startAtSlot(s);
      }
    }
  }

  private void startAtSlot(int slot) {
    int p = slot / placement.width();
    if (limit == MOVE) {
      for (int k = 0; k < problem.homeCount(p); k++) {
        startAtSlot(slot, problem.home(p, k), STEP);
      }
      return;
    }
    for (int i = 0; i < instances; i++) {
      startAtSlot(slot, i, (problem.isHome(p, i) ? 0 : MOVE) + STEP);
    }
  }

  private void startAtSlot(int slot, int instance, long length) {
    if (length < distance[instance] && placement.mayMove(slot, instance)) {
      reach(instance, length, NONE, slot);
    }
  }

  private void reach(int node, long length, int from, int by) {
    if (length >= distance[node] || length >= limit) {
      return;
    }
    distance[node] = length;
    cameFrom[node] = from;
    cameBy[node] = by;
    if (!queued[node]) {
      queued[node] = true;
      queue[(queueStart + queueLength++) % queue.length] = node;
    }
  }

  private void search() {
    while (queueLength > 0) {
      int node = queue[queueStart];
      queueStart = (queueStart + 1) % queue.length;
      queueLength--;
      queued[node] = false;
      if (node < instances) {
        leaveInstance(node);
      } else if (node < hub) {
        leaveZone(node - instances);
      } else {
        leaveHub();
      }
    }
  }

  private void leaveInstance(int i) {
    long here = distance[i];
    for (int c = 0; c < 3; c++) {
      openCount[c] = 0;
      for (int j = 0; j < instances; j++) {
        if (distance[j] > here + (c - 1) * MOVE + STEP) {
          open[c][openCount[c]++] = j;
        }
      }
    }
    // In ascending order of length, since an instance that one slot can't improve is dropped for
    // all
    // that come after it.
    leaveBySlots(i, here, false);
    leaveBySlots(i, here, true);
    if (placement.canRaiseTarget(i)) {
      reach(instances + problem.zoneOf(i), here + STEP, i, NONE);
    }
  }

  private void leaveBySlots(int i, long here, boolean top) {
    IntLists slots = placement.slotsOn();
    for (int s = slots.first(i); s != NONE; s = slots.next(s)) {
      if ((problem.topBefore(s / placement.width()) == i) == top) {
        leaveBySlot(s, i, here + STEP + (top ? TOP : 0));
      }
    }
  }

  private void leaveBySlot(int slot, int i, long length) {
    int p = slot / placement.width();
    int leave = problem.isHome(p, i) ? 1 : 0;
    int costClass = 1 + leave - (placement.vacantHomes(p) > 0 ? 1 : 0);
    long least = length + (costClass - 1) * MOVE;
    int[] candidates = open[costClass];
    int kept = 0;
    for (int k = 0; k < openCount[costClass]; k++) {
      int j = candidates[k];
      if (distance[j] <= least) {
        continue;
      }
      candidates[kept++] = j;
      if (placement.mayMove(slot, j)) {
        int cost = leave - (problem.isHome(p, j) ? 1 : 0);
        reach(j, length + cost * MOVE, i, slot);
      }
    }
    openCount[costClass] = kept;
  }

  private void leaveZone(int zone) {
    int node = instances + zone;
    long next = distance[node] + STEP;
    for (int j : members[zone]) {
      if (!placement.canRaiseTarget(j)) {
        reach(j, next, node, NONE);
      }
    }
    if (placement.canTakeExtra(zone)) {
      reach(hub, next, node, NONE);
    }
  }

  private void leaveHub() {
    for (int zone = 0; zone < members.length; zone++) {
      if (placement.canGiveExtra(zone)) {
        reach(instances + zone, distance[hub] + STEP, hub, NONE);
      }
    }
  }

  /** Follows the chains of the forest that do not touch one another, the cheapest first. */
  private int followChains() {
    Arrays.fill(nodeUsed, false);
    Arrays.fill(partitionUsed, false);
    int[] ends = IntStream.range(0, instances)
        .filter(i -> placement.excess(i) < 0 && distance[i] < UNREACHED)
        .boxed()
        .sorted(Comparator.<Integer>comparingLong(i -> distance[i])
            .thenComparingInt(problem::load)
            .thenComparingLong(problem::hash))
        .mapToInt(Integer::intValue)
        .toArray();
    int followed = 0;
    for (int end : ends) {
      if (isFree(end)) {
        follow(end);
        followed++;
      }
    }
    return followed;
  }

  private boolean isFree(int end) {
    for (int node = end; node != NONE; node = cameFrom[node]) {
      boolean start = cameFrom[node] == NONE && cameBy[node] == NONE;
      if (start ? placement.excess(node) <= 0 : nodeUsed[node]) {
        return false;
      }
      if (cameBy[node] != NONE && partitionUsed[cameBy[node] / placement.width()]) {
        return false;
      }
    }
    return true;
  }

  private void follow(int end) {
    for (int node = end; node != NONE; node = cameFrom[node]) {
      int before = cameFrom[node];
      nodeUsed[node] = true;
      if (cameBy[node] != NONE) {
        partitionUsed[cameBy[node] / placement.width()] = true;
        placement.move(cameBy[node], node);
      } else if (before != NONE) {
        passTarget(before, node);
      }
    }
  }

  /** An odd replica's place goes from the node after to the node before. */
  private void passTarget(int before, int node) {
    if (node < instances) {
      placement.shiftTarget(node, -1);
    } else if (node == hub) {
      placement.shiftExtra(before - instances, 1);
    } else if (before == hub) {
      placement.shiftExtra(node - instances, -1);
    } else {
      placement.shiftTarget(before, 1);
    }
  }
}
