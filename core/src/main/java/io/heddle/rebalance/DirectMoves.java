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

  private final Problem problem;
  private final Placement placement;
  /** The zones by what they need and no slot is bound to bring. */
  private final Levels zones;
  /** Per zone its instances, by their position in it, ordered by what they need. */
  private final Levels[] inZone;

  private final int[][] members;
  private final int[] positionInZone;

  DirectMoves(Problem problem, Placement placement) {
    this.problem = problem;
    this.placement = placement;
    positionInZone = new int[problem.instances()];
    members = new int[problem.zones()][];
    inZone = new Levels[problem.zones()];
    int[] size = new int[problem.zones()];
    int[] need = new int[problem.zones()];
    for (int i = 0; i < problem.instances(); i++) {
      int zone = problem.zoneOf(i);
      positionInZone[i] = size[zone]++;
      need[zone] -= placement.excess(i);
    }
    for (int z = 0; z < members.length; z++) {
      members[z] = new int[size[z]];
    }
    for (int i = 0; i < problem.instances(); i++) {
      members[problem.zoneOf(i)][positionInZone[i]] = i;
    }
    for (int z = 0; z < members.length; z++) {
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

  void run() {
    for (int s = 0; s < placement.slotCount(); s++) {
      if (placement.instanceAt(s) == NONE) {
        moveSlot(s);
      }
    }
    for (int i = 0; i < problem.instances(); i++) {
      if (placement.excess(i) > 0) {
        relieve(i);
      }
    }
  }

  private void relieve(int instance) {
    for (long key : victims(instance)) {
      if (placement.excess(instance) == 0) {
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
      int p = s / placement.width();
      long rank = 4L * Math.min(3, movesOf(p)) + missed(p, instance);
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

  /** 0 to 3: whether a replica was in the top state, and whether it has caught up. */
  private int missed(int p, int instance) {
    return (problem.topBefore(p) == instance ? 2 : 0)
        + (problem.standing(p, instance).isReady() ? 1 : 0);
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
      for (int k = 0; k < width; k++) {
        int instance = members[zone][levels.at(begin + (first + k) % width)];
        if (!placement.holds(p, instance)) {
          return instance;
        }
      }
      end = begin;
    }
    return NONE;
  }
}
