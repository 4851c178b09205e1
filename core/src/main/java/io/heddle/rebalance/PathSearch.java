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
 * replica's place passes between its instances; and one node, the hub, through which such places
 * pass between zones.
 *
 * <p>A round measures how far each node is from the nearest replica that is too many (Bellman and
 * Ford's method with a queue), then follows steps that lie on shortest paths as long as there are
 * any (depth first, as in Dinic's method). As only cheapest chains are followed there is never a
 * cycle of negative cost (successive shortest paths): rounds end, and the moves in all are the
 * fewest. Of chains of equal cost those that leave top states alone come first, then those of
 * fewest steps: a chain that used one partition's slots twice, in a way that both steps could not
 * be taken together, could be cut short.
 *
 * <p>An instance tries its slots in classes of equal least cost, and drops from a class's list the
 * instances that the class can no longer improve. So measuring costs a node about as much as it has
 * slots and there are instances, not their product.
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
  private final int[] queue;
  private final boolean[] queued;
  private int queueStart;
  private int queueLength;
  private long limit;
  private int budget;

  /** Whether no chain leads on from a node in this round, as far as is known. */
  private final boolean[] dead;

  /** Per instance the next slot to try in this round. */
  private final int[] cursor;

  /** The instances in ascending order of distance. */
  private int[] byDistance = {};

  /** Per class of slots, by least cost −1, 0, 1, the instances that it may still improve. */
  private final int[][] open;

  private final int[] openCount = new int[3];

  PathSearch(Problem problem, Placement placement) {
    this.problem = problem;
    this.placement = placement;
    instances = problem.instances();
    hub = instances + problem.zones();
    members = Spread.members(problem);
    distance = new long[hub + 1];
    queue = new int[hub + 1];
    queued = new boolean[hub + 1];
    open = new int[3][instances];
    dead = new boolean[hub + 1];
    cursor = new int[instances];
  }

  /**
   * Follows chains that cost no move, until there is none.
   *
   * @param budget how many replicas may have left their homes before it stops
   */
  void exchangeHomes(int budget) {
    searchUntilNone(MOVE, budget);
  }

  /** Follows chains of any cost, until there is none. */
  void run(int budget) {
    searchUntilNone(UNREACHED, budget);
  }

  private void searchUntilNone(long below, int moves) {
    limit = below;
    budget = moves;
    do {
      if (!isAnywhereRoom()) {
        return;
      }
      start();
      measure();
    } while (followChains() > 0);
  }

  private boolean isAnywhereRoom() {
    for (int i = 0; i < instances; i++) {
      if (placement.excess(i) < 0) {
        return true;
      }
    }
    return false;
  }

  private void start() {
    Arrays.fill(distance, UNREACHED);
    queueStart = 0;
    queueLength = 0;
    for (int i = 0; i < instances; i++) {
      if (placement.excess(i) > 0 && placement.moved() < budget) {
        reach(i, 0);
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
      reach(instance, length);
    }
  }

  private void reach(int node, long length) {
    if (length >= distance[node] || length >= limit) {
      return;
    }
    distance[node] = length;
    if (!queued[node]) {
      queued[node] = true;
      queue[(queueStart + queueLength++) % queue.length] = node;
    }
  }

  private void measure() {
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
      reach(instances + problem.zoneOf(i), here + STEP);
    }
  }

  private void leaveBySlots(int i, long here, boolean top) {
    IntLists slots = placement.slotsOn();
    for (int s = slots.first(i); s != NONE; s = slots.next(s)) {
      if ((problem.topBefore(s / placement.width()) == i) == top && !placement.isPinned(s)) {
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
        reach(j, length + cost * MOVE);
      }
    }
    openCount[costClass] = kept;
  }

  private void leaveZone(int zone) {
    int node = instances + zone;
    long next = distance[node] + STEP;
    for (int j : members[zone]) {
      if (placement.canLowerTarget(j)) {
        reach(j, next);
      }
    }
    if (placement.canTakeExtra(zone)) {
      reach(hub, next);
    }
  }

  private void leaveHub() {
    for (int zone = 0; zone < members.length; zone++) {
      if (placement.canGiveExtra(zone)) {
        reach(instances + zone, distance[hub] + STEP);
      }
    }
  }

  /** Moves along chains of shortest steps, until there is none; says how many there were. */
  private int followChains() {
    Arrays.fill(dead, false);
    byDistance = IntStream.range(0, instances)
        .filter(i -> distance[i] < UNREACHED)
        .boxed()
        .sorted(Comparator.<Integer>comparingLong(i -> distance[i])
            .thenComparing(i -> placement.excess(i) >= 0)
            .thenComparingInt(problem.sites()::load)
            .thenComparingLong(problem::hash))
        .mapToInt(Integer::intValue)
        .toArray();
    for (int i = 0; i < instances; i++) {
      cursor[i] = placement.slotsOn().first(i);
    }
    int followed = 0;
    for (int s = 0; s < placement.slotCount(); s++) {
      followed += placement.instanceAt(s) == NONE && placeSlot(s) ? 1 : 0;
    }
    for (int i = 0; i < instances; i++) {
      while (placement.excess(i) > 0
          && placement.moved() < budget
          && distance[i] == 0
          && leadsOn(i)) {
        followed++;
      }
    }
    return followed;
  }

  private boolean placeSlot(int slot) {
    return passOn(slot, STEP) || passOn(slot, MOVE + STEP);
  }

  /** Gives a slot to an instance at this distance that it can go to at this cost. */
  private boolean passOn(int slot, long length) {
    int p = slot / placement.width();
    int from = placement.instanceAt(slot);
    long here = from == NONE ? 0 : distance[from];
    int leave = from == NONE || problem.isHome(p, from) ? 1 : 0;
    for (int k = firstAt(here + length); k < byDistance.length; k++) {
      int to = byDistance[k];
      if (distance[to] > here + length) {
        return false;
      }
      int cost = leave - (problem.isHome(p, to) ? 1 : 0);
      if (!dead[to]
          && isCost(length, cost)
          && placement.mayMove(slot, to)
          && leadsOn(to)
          && placement.mayMove(slot, to)) {
        placement.move(slot, to);
        return true;
      }
    }
    return false;
  }

  private static boolean isCost(long length, int cost) {
    return length > cost * MOVE && length < cost * MOVE + MOVE / 2;
  }

  private int firstAt(long length) {
    int low = 0;
    int high = byDistance.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (distance[byDistance[middle]] < length) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Whether a node has room for one more, or has made it along a chain of shortest steps. */
  private boolean leadsOn(int node) {
    if (node < instances && placement.excess(node) < 0) {
      return true;
    }
    dead[node] = true;
    boolean found = node < instances
        ? leadsOnFromInstance(node)
        : node < hub ? leadsOnFromZone(node - instances) : leadsOnFromHub();
    dead[node] = !found;
    return found;
  }

  private boolean leadsOnFromInstance(int i) {
    while (cursor[i] != NONE) {
      int slot = cursor[i];
      int p = slot / placement.width();
      cursor[i] = placement.slotsOn().next(slot);
      if (placement.isPinned(slot)) {
        continue;
      }
      long step = STEP + (problem.topBefore(p) == i ? TOP : 0);
      int leave = problem.isHome(p, i) ? 1 : 0;
      if ((placement.vacantHomes(p) > 0 && passOn(slot, step + (leave - 1) * MOVE))
          || passOn(slot, step + leave * MOVE)) {
        return true;
      }
    }
    int zone = problem.zoneOf(i);
    if (placement.canRaiseTarget(i) && isStep(i, instances + zone) && leadsOn(instances + zone)) {
      placement.shiftTarget(i, 1);
      return true;
    }
    return false;
  }

  private boolean leadsOnFromZone(int zone) {
    for (int j : members[zone]) {
      if (placement.canLowerTarget(j) && isStep(instances + zone, j) && leadsOn(j)) {
        placement.shiftTarget(j, -1);
        return true;
      }
    }
    if (placement.canTakeExtra(zone) && isStep(instances + zone, hub) && leadsOn(hub)) {
      placement.shiftExtra(zone, 1);
      return true;
    }
    return false;
  }

  private boolean leadsOnFromHub() {
    for (int zone = 0; zone < members.length; zone++) {
      if (placement.canGiveExtra(zone)
          && isStep(hub, instances + zone)
          && leadsOn(instances + zone)) {
        placement.shiftExtra(zone, -1);
        return true;
      }
    }
    return false;
  }

  private boolean isStep(int from, int to) {
    return !dead[to] && distance[to] == distance[from] + STEP;
  }
}
