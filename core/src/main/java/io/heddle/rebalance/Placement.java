// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import io.heddle.model.PlacementPolicy;
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
  private final Sites sites;
  private final Weights weights;
  private final Spread spread;
  private final int width;
  private final int[] slots;
  /** Per slot without an instance the zone that it must go to, or {@link #NONE}. */
  private final int[] requiredZone;

  private final int[] load;
  /** Per instance and dimension what the replicas on it take. */
  private final long[] used;

  private final int[] target;
  /** Per zone, how many instances have a target above the zone's floor. */
  private final int[] extra;

  private final IntLists slotsOn;
  /** Per partition, how many of its homes do not hold it. */
  private final int[] vacantHomes;

  private int moved;

  private Placement(Problem problem, Spread spread) {
    this.problem = problem;
    this.sites = problem.sites();
    this.weights = problem.weights();
    this.spread = spread;
    width = problem.replicas();
    slots = new int[problem.partitions() * width];
    requiredZone = new int[slots.length];
    load = new int[problem.instances()];
    used = new long[problem.instances() * weights.count()];
    target = new int[problem.instances()];
    extra = new int[problem.zones()];
    slotsOn = new IntLists(problem.instances(), slots.length);
    vacantHomes = new int[problem.partitions()];
    Arrays.fill(slots, NONE);
    Arrays.fill(requiredZone, NONE);
    for (int p = 0; p < vacantHomes.length; p++) {
      vacantHomes[p] = problem.homeCount(p);
    }
  }

  /** Every replica where it is, as far as zones and limits allow, and targets set. */
  static Placement of(Problem problem, Spread spread) {
    Placement placement = new Placement(problem, spread);
    new KeptReplicas(problem, spread, placement).run();
    placement.setTargets();
    placement.moved = 0;
    return placement;
  }

  /** 0 to 3: whether a replica was in the top state, and whether it has caught up. */
  int missed(int p, int instance) {
    return (problem.topBefore(p) == instance ? 2 : 0)
        + (problem.standing(p, instance).isReady() ? 1 : 0);
  }

  /**
   * Says which instances carry an odd replica: those with fewer replicas of other resources, so
   * that all resources together are even; then those that would have to give one away otherwise.
   */
  private void setTargets() {
    boolean sticky = problem.policy().preference() == PlacementPolicy.Preference.LEAST_MOVEMENT;
    for (int i = 0; i < target.length; i++) {
      target[i] = spread.floor(i);
    }
    Comparator<Integer> holders = Comparator.comparing(i -> load[i] <= target[i]);
    Comparator<Integer> others = Comparator.comparingInt(sites::load);
    int[] order = IntStream.range(0, target.length)
        .boxed()
        .sorted((sticky ? holders.thenComparing(others) : others.thenComparing(holders))
            .thenComparingLong(problem::hash))
        .mapToInt(Integer::intValue)
        .toArray();
    int left = spread.extras();
    for (int i : order) {
      if (canRaiseTarget(i) && extra[problem.zoneOf(i)] < spread.minExtra(problem.zoneOf(i))) {
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

  /** Whether an instance may be the one that has an odd replica. */
  boolean canRaiseTarget(int instance) {
    return spread.isRaisable(instance) && target[instance] == spread.floor(instance);
  }

  /** Whether an instance is one that has an odd replica. */
  boolean canLowerTarget(int instance) {
    return target[instance] > spread.floor(instance);
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

  /**
   * Gives a slot to an instance, which must not hold a replica of the partition; or to none.
   *
   * @param instance the instance, or {@link #NONE}
   */
  void move(int slot, int instance) {
    int p = slot / width;
    int from = slots[slot];
    if (from != NONE) {
      slotsOn.remove(from, slot);
      load[from]--;
      use(p, from, -1);
      boolean home = problem.isHome(p, from);
      vacantHomes[p] += home ? 1 : 0;
      moved += home ? 1 : 0;
    }
    slots[slot] = instance;
    requiredZone[slot] = NONE;
    if (instance != NONE) {
      slotsOn.add(instance, slot);
      load[instance]++;
      use(p, instance, 1);
      boolean home = problem.isHome(p, instance);
      vacantHomes[p] -= home ? 1 : 0;
      moved -= home ? 1 : 0;
    }
  }

  /** Lets two slots change places. */
  void exchange(int slot, int other) {
    int here = slots[slot];
    int there = slots[other];
    move(slot, there);
    move(other, here);
  }

  private void use(int p, int instance, int times) {
    for (int d = 0; d < weights.count(); d++) {
      used[instance * weights.count() + d] += times * weights.of(p, d);
    }
  }

  /** How many replicas left their homes since all that could stay were there. */
  int moved() {
    return moved;
  }

  /** Whether an instance has room for one more replica of a partition. */
  boolean fits(int p, int instance) {
    if (load[instance] >= sites.maxCount(instance)) {
      return false;
    }
    for (int d = 0; d < weights.count(); d++) {
      if (used[instance * weights.count() + d] + weights.of(p, d) > sites.room(instance, d)) {
        return false;
      }
    }
    return true;
  }

  /** Whether an instance would have room for a replica of a partition without one that it has. */
  boolean fitsInsteadOf(int p, int slot) {
    int instance = slots[slot];
    if (load[instance] > sites.maxCount(instance) || sites.maxCount(instance) == 0) {
      return false;
    }
    for (int d = 0; d < weights.count(); d++) {
      long without = used(instance, d) - weights.of(slot / width, d);
      if (without + weights.of(p, d) > sites.room(instance, d)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a zone may have one more of a partition, a slot of it left aside. */
  boolean hasRoomInZone(int slot, int zone) {
    int p = slot / width;
    int count = 0;
    for (int s = p * width; s < (p + 1) * width; s++) {
      count += s != slot && slots[s] != NONE && problem.zoneOf(slots[s]) == zone ? 1 : 0;
    }
    return count < spread.most(zone);
  }

  /** How much of a dimension the replicas on an instance take. */
  long used(int instance, int dimension) {
    return used[instance * weights.count() + dimension];
  }

  /** How full an instance would be with one more replica: the greatest share of a dimension. */
  double fullness(int instance, int p) {
    double fullest = 0;
    for (int d = 0; d < weights.count(); d++) {
      double share = (used[instance * weights.count() + d]
              + sites.usedByOthers(instance, d)
              + weights.of(p, d))
          / sites.size(instance, d);
      fullest = Math.max(fullest, share);
    }
    return fullest;
  }

  /** Says that a slot without an instance must go to a zone. */
  void bind(int slot, int zone) {
    requiredZone[slot] = zone;
  }

  /** Whether a slot must stay: it is on the partition's preferred leader. */
  boolean isPinned(int slot) {
    return slots[slot] != NONE && problem.preferred(slot / width) == slots[slot];
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

  /**
   * Whether a slot may go to an instance. Where all partitions weigh the same, room for it is not
   * asked for: targets are within it. Otherwise there must be room even if the instance gives
   * nothing away.
   */
  boolean mayMove(int slot, int instance) {
    int p = slot / width;
    return !holds(p, instance)
        && mayEnterZone(slot, problem.zoneOf(instance))
        && !problem.forbids(p, instance)
        && (weights.isUniform() || fits(p, instance));
  }

  /** How many replicas an instance has. */
  int load(int instance) {
    return load[instance];
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
