// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which instances hold the replicas of each partition, being worked out.
 *
 * <p>Each partition has a row of <em>slots</em>, one per replica; a slot has the instance that
 * holds it, or none yet. Each instance has a <em>target</em>: how many slots it is to have in the
 * end. {@link MovePlanner} and {@link PathSearch} move slots until every load equals its target.
 *
 * <p>Confined to one computation.
 */
final class Placement {
  /** No instance, slot or zone. */
  static final int NONE = -1;

  private final Problem problem;
  private final Spread spread;
  private final int width;
  private final int[] slots;
  /** Per slot without an instance the zone that it must go to, or {@link #NONE}. */
  private final int[] requiredZone;

  private final int[] load;
  private final int[] target;
  /** Per zone, how many instances have a target above the zone's floor. */
  private final int[] extra;

  private final IntLists slotsOn;
  /** Per partition, how many of its homes do not hold it. */
  private final int[] vacantHomes;

  /** Keeps every replica where it is, as far as the spread over zones allows, and sets targets. */
  Placement(Problem problem, Spread spread) {
    this.problem = problem;
    this.spread = spread;
    width = problem.replicas();
    slots = new int[problem.partitions() * width];
    requiredZone = new int[slots.length];
    load = new int[problem.instances()];
    target = new int[problem.instances()];
    extra = new int[problem.zones()];
    slotsOn = new IntLists(problem.instances(), slots.length);
    vacantHomes = new int[problem.partitions()];
    Arrays.fill(slots, NONE);
    Arrays.fill(requiredZone, NONE);
    keepHomes();
    setTargets();
  }

  private void keepHomes() {
    int[] used = new int[problem.zones()];
    boolean[] crowded = new boolean[problem.partitions()];
    for (int p = 0; p < problem.partitions(); p++) {
      int count = problem.homeCount(p);
      int[] row = new int[count];
      for (int k = 0; k < count; k++) {
        row[k] = problem.home(p, k);
      }
      crowded[p] = isCrowded(row, used);
      if (!crowded[p]) {
        fillRow(p, row, used);
      }
    }
    // Those that must drop a replica come last, when it is known where there is too much anyway.
    for (int p = 0; p < problem.partitions(); p++) {
      if (crowded[p]) {
        fillRow(p, thinnedHomes(p, used), used);
      }
    }
  }

  /** Whether a partition has too many replicas, or too many in some zone. */
  private boolean isCrowded(int[] row, int[] used) {
    int above = 0;
    boolean crowded = false;
    for (int instance : row) {
      int zone = problem.zoneOf(instance);
      used[zone]++;
      if (used[zone] > spread.least(zone)) {
        above++;
      }
      crowded |= used[zone] > spread.most(zone);
    }
    for (int instance : row) {
      used[problem.zoneOf(instance)] = 0;
    }
    return crowded || above > spread.spare();
  }

  private int[] thinnedHomes(int p, int[] used) {
    int[] row =
        IntStream.range(0, problem.homeCount(p)).map(k -> problem.home(p, k)).toArray();
    while (isCrowded(row, used)) {
      int leaves = leastUseful(p, row);
      row = Arrays.stream(row).filter(instance -> instance != leaves).toArray();
    }
    return row;
  }

  /** Of the replicas in the zones that have the most too many, the one that is missed least. */
  private int leastUseful(int p, int[] row) {
    Comparator<Integer> order = Comparator.<Integer>comparingInt(
            i -> -Math.min(2, inZone(row, problem.zoneOf(i)) - spread.least(problem.zoneOf(i))))
        .thenComparing(i -> problem.topBefore(p) == i)
        .thenComparing(i -> problem.standing(p, i))
        .thenComparingInt(i -> spread.floor(problem.zoneOf(i)) - load[i])
        .thenComparingLong(i -> problem.hash(p, i));
    return Arrays.stream(row).boxed().min(order).orElseThrow();
  }

  private int inZone(int[] row, int zone) {
    int count = 0;
    for (int instance : row) {
      count += problem.zoneOf(instance) == zone ? 1 : 0;
    }
    return count;
  }

  private void fillRow(int p, int[] row, int[] used) {
    int slot = p * width;
    vacantHomes[p] = problem.homeCount(p);
    for (int instance : row) {
      used[problem.zoneOf(instance)]++;
      move(slot++, instance);
    }
    // Zones take a replica of every partition only if there are no more zones than replicas.
    if (row.length < width && problem.zones() <= width) {
      for (int zone = 0; zone < problem.zones(); zone++) {
        for (int missing = spread.least(zone) - used[zone]; missing > 0; missing--) {
          requiredZone[slot++] = zone;
        }
      }
    }
    for (int instance : row) {
      used[problem.zoneOf(instance)] = 0;
    }
  }

  /**
   * Says which instances carry an odd replica: those that would have to give one away otherwise;
   * then those with fewer replicas of other resources.
   */
  private void setTargets() {
    for (int i = 0; i < target.length; i++) {
      target[i] = spread.floor(problem.zoneOf(i));
    }
    int[] order = IntStream.range(0, target.length)
        .boxed()
        .sorted(Comparator.<Integer, Boolean>comparing(i -> load[i] <= target[i])
            .thenComparingInt(problem::load)
            .thenComparingLong(problem::hash))
        .mapToInt(Integer::intValue)
        .toArray();
    int left = spread.extras();
    for (int i : order) {
      if (extra[problem.zoneOf(i)] < spread.minExtra(problem.zoneOf(i))) {
        raiseTarget(i);
        left--;
      }
    }
    for (int i : order) {
      if (left > 0
          && canRaiseTarget(i)
          && extra[problem.zoneOf(i)] < spread.maxExtra(problem.zoneOf(i))) {
        raiseTarget(i);
        left--;
      }
    }
  }

  private void raiseTarget(int instance) {
    target[instance]++;
    extra[problem.zoneOf(instance)]++;
  }

  /** Whether an instance's target is the lower of the two that its zone allows. */
  boolean canRaiseTarget(int instance) {
    return target[instance] == spread.floor(problem.zoneOf(instance));
  }

  /** Raises or lowers an instance's target: an odd replica's place is passed on. */
  void shiftTarget(int instance, int by) {
    target[instance] += by;
  }

  /** Counts the odd replicas of a zone up or down. */
  void shiftExtra(int zone, int by) {
    extra[zone] += by;
  }

  boolean canTakeExtra(int zone) {
    return extra[zone] < spread.maxExtra(zone);
  }

  boolean canGiveExtra(int zone) {
    return extra[zone] > spread.minExtra(zone);
  }

  /** Gives a slot to an instance, which must not hold a replica of the partition. */
  void move(int slot, int instance) {
    int p = slot / width;
    int from = slots[slot];
    if (from != NONE) {
      slotsOn.remove(from, slot);
      load[from]--;
      vacantHomes[p] += problem.isHome(p, from) ? 1 : 0;
    }
    slots[slot] = instance;
    requiredZone[slot] = NONE;
    slotsOn.add(instance, slot);
    load[instance]++;
    vacantHomes[p] -= problem.isHome(p, instance) ? 1 : 0;
  }

  /** Whether an instance holds a replica of a partition. */
  boolean holds(int p, int instance) {
    for (int slot = p * width; slot < (p + 1) * width; slot++) {
      if (slots[slot] == instance) {
        return true;
      }
    }
    return false;
  }

  /** How many replicas of a partition are, or must come, in a zone. */
  int inZone(int p, int zone) {
    int count = 0;
    for (int slot = p * width; slot < (p + 1) * width; slot++) {
      int in = slots[slot] == NONE ? requiredZone[slot] : problem.zoneOf(slots[slot]);
      count += in == zone ? 1 : 0;
    }
    return count;
  }

  /** Whether a slot may leave the zone that it is in, or is bound to. */
  boolean mayLeaveZone(int slot) {
    if (slots[slot] == NONE) {
      return requiredZone[slot] == NONE;
    }
    int zone = problem.zoneOf(slots[slot]);
    return inZone(slot / width, zone) > spread.least(zone);
  }

  /** Whether a slot may go to a zone, as far as zones are concerned. */
  boolean mayEnterZone(int slot, int zone) {
    return zoneOfSlot(slot) == zone
        || (mayLeaveZone(slot) && inZone(slot / width, zone) < spread.most(zone));
  }

  /** The zone that a slot is in or bound to, or {@link #NONE}. */
  int zoneOfSlot(int slot) {
    return slots[slot] == NONE ? requiredZone[slot] : problem.zoneOf(slots[slot]);
  }

  /** Whether a slot may go to an instance. */
  boolean mayMove(int slot, int instance) {
    return !holds(slot / width, instance) && mayEnterZone(slot, problem.zoneOf(instance));
  }

  /** Replicas per partition. */
  int width() {
    return width;
  }

  /** All slots: those of partition {@code p} start at {@code p * width()}. */
  int slotCount() {
    return slots.length;
  }

  /** The instance that holds a slot, or {@link #NONE}. */
  int instanceAt(int slot) {
    return slots[slot];
  }

  /** How many replicas an instance has too many (above 0) or too few (below 0). */
  int excess(int instance) {
    return load[instance] - target[instance];
  }

  /** The slots on an instance. */
  IntLists slotsOn() {
    return slotsOn;
  }

  /** How many homes of a partition do not hold it. */
  int vacantHomes(int p) {
    return vacantHomes[p];
  }
}
