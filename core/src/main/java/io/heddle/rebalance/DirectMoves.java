// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;

/**
 * Moves replicas straight from where there are too many, or from nowhere, to where there are too
 * few.
 *
 * <p>Zones and instances are kept ordered by need, so that a replica finds its place in about as
 * many steps as its partition has replicas. That rows are dealt to the neediest columns first is
 * Gale and Ryser's construction: on an empty cluster it leaves nothing over.
 *
 * <p>Confined to one computation.
 */
final class DirectMoves {
  private static final int NONE = Placement.NONE;

  /** Of how many equally needy instances the emptiest is taken, where partitions differ. */
  private static final int SAMPLE = 32;

  private final Problem problem;
  private final Placement placement;
  /** The zones by what they need and no slot is bound to bring. */
  private final Levels zones;
  /** Per zone its instances, by their position in it, ordered by what they need. */
  private final Levels[] inZone;

  private final int[][] members;
  private final int[] positionInZone;
  private final boolean byWeight;

  DirectMoves(Problem problem, Placement placement) {
    this.problem = problem;
    this.placement = placement;
    byWeight = !problem.weights().isUniform();
    positionInZone = new int[problem.instances()];
    members = Spread.members(problem);
    inZone = new Levels[problem.zones()];
    int[] need = new int[problem.zones()];
    for (int z = 0; z < members.length; z++) {
      for (int k = 0; k < members[z].length; k++) {
        positionInZone[members[z][k]] = k;
        need[z] -= placement.excess(members[z][k]);
      }
      int[] shortage =
          Arrays.stream(members[z]).map(i -> Math.max(0, -placement.excess(i))).toArray();
      inZone[z] = new Levels(shortage);
    }
    for (int s = 0; s < placement.slotCount(); s++) {
      if (placement.instanceAt(s) == NONE && placement.zoneOfSlot(s) != NONE) {
        need[placement.zoneOfSlot(s)]--;
      }
    }
    zones = new Levels(Arrays.stream(need).map(n -> Math.max(0, n)).toArray());
  }

  /** Gives slots that have no instance one, the heaviest first, so that light ones fill gaps. */
  void placeNew() {
    for (long key : open()) {
      moveSlot((int) key);
    }
  }

  /** The slots without an instance; the slot is in the lower half of the key. */
  private long[] open() {
    long[] keys = new long[placement.slotCount()];
    int count = 0;
    for (int s = 0; s < keys.length; s++) {
      if (placement.instanceAt(s) == NONE) {
        keys[count++] = s;
      }
    }
    keys = Arrays.copyOf(keys, count);
    if (byWeight) {
      double[] total = new double[problem.weights().count()];
      for (int p = 0; p < problem.partitions(); p++) {
        for (int d = 0; d < total.length; d++) {
          total[d] += problem.weights().of(p, d);
        }
      }
      for (int k = 0; k < count; k++) {
        keys[k] |= (long) (Integer.MAX_VALUE - heaviness((int) keys[k], total)) << 32;
      }
      Arrays.sort(keys);
    }
    return keys;
  }

  /** How heavy a slot is, all dimensions taken together: in thousandths of the average. */
  private int heaviness(int slot, double[] total) {
    int p = slot / placement.width();
    double sum = 0;
    for (int d = 0; d < total.length; d++) {
      sum += problem.weights().of(p, d) * problem.partitions() / Math.max(1, total[d]);
    }
    return (int) Math.min(Integer.MAX_VALUE - 1, sum * 1_000);
  }

  /**
   * Moves slots from instances that have too many.
   *
   * @param budget how many may move
   */
  void relieveFull(int budget) {
    for (int i = 0; i < problem.instances(); i++) {
      if (placement.excess(i) > 0) {
        relieve(i, budget);
      }
    }
  }

  private void relieve(int instance, int budget) {
    for (long key : victims(instance)) {
      if (placement.excess(instance) == 0 || placement.moved() >= budget) {
        return;
      }
      moveSlot((int) key);
    }
  }

  /**
   * The slots on an instance, those that are missed least there first: of a partition that does not
   * move otherwise, not in the top state, not caught up. The slot is in the lower half of the key.
   */
  private long[] victims(int instance) {
    long[] keys = new long[64];
    int count = 0;
    IntLists slots = placement.slotsOn();
    for (int s = slots.first(instance); s != NONE; s = slots.next(s)) {
      if (placement.isPinned(s)) {
        continue;
      }
      int p = s / placement.width();
      long rank = 4L * Math.min(3, movesOf(p)) + placement.missed(p, instance);
      long tie = problem.hash(p, instance) >>> 40;
      if (count == keys.length) {
        keys = Arrays.copyOf(keys, 2 * count);
      }
      keys[count++] = rank << 56 | tie << 32 | s;
    }
    long[] sorted = Arrays.copyOf(keys, count);
    Arrays.sort(sorted);
    return sorted;
  }

  private int movesOf(int p) {
    int moves = 0;
    for (int s = p * placement.width(); s < (p + 1) * placement.width(); s++) {
      moves +=
          placement.instanceAt(s) != NONE && problem.isHome(p, placement.instanceAt(s)) ? 0 : 1;
    }
    return moves;
  }

  private void moveSlot(int slot) {
    int p = slot / placement.width();
    long turn = problem.turn(p, slot % placement.width());
    int zoneBefore = placement.zoneOfSlot(slot);
    int to = zoneBefore == NONE ? NONE : neediest(zoneBefore, p, turn);
    if (to == NONE && placement.mayLeaveZone(slot)) {
      to = neediestElsewhere(slot, turn);
    }
    if (to == NONE) {
      return;
    }
    int zone = problem.zoneOf(to);
    placement.move(slot, to);
    inZone[zone].lower(positionInZone[to]);
    if (zone != zoneBefore && zones.level(zone) > 0) {
      zones.lower(zone);
    }
  }

  private int neediestElsewhere(int slot, long turn) {
    int p = slot / placement.width();
    for (int end = zones.size(); end > 0; ) {
      int begin = zones.blockStart(end - 1);
      int width = end - begin;
      int first = (int) Long.remainderUnsigned(turn, width);
      for (int k = 0; k < width; k++) {
        int zone = zones.at(begin + (first + k) % width);
        if (zone != placement.zoneOfSlot(slot) && placement.mayEnterZone(slot, zone)) {
          int to = neediest(zone, p, turn);
          if (to != NONE) {
            return to;
          }
        }
      }
      end = begin;
    }
    return NONE;
  }

  /** The instance of a zone that needs most and does not hold the partition, or {@link #NONE}. */
  private int neediest(int zone, int p, long turn) {
    Levels levels = inZone[zone];
    int end = levels.size();
    while (end > 0 && levels.level(levels.at(end - 1)) > 0) {
      int begin = levels.blockStart(end - 1);
      int width = end - begin;
      int first = (int) Long.remainderUnsigned(turn >>> 1, width);
      int best = NONE;
      double bestFullness = 0;
      int seen = 0;
      for (int k = 0; k < width && seen < (byWeight ? SAMPLE : 1); k++) {
        int instance = members[zone][levels.at(begin + (first + k) % width)];
        if (placement.holds(p, instance) || !isAllowed(p, instance)) {
          continue;
        }
        seen++;
        double fullness = byWeight ? placement.fullness(instance, p) : 0;
        if (best == NONE || fullness < bestFullness) {
          best = instance;
          bestFullness = fullness;
        }
      }
      if (best != NONE) {
        return best;
      }
      end = begin;
    }
    return NONE;
  }

  private boolean isAllowed(int p, int instance) {
    return !problem.sites().isLimited()
        || (!problem.forbids(p, instance) && placement.fits(p, instance));
  }
}
