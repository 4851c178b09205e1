// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Begins a {@link Placement}: every replica is kept where it is, unless there are too many of its
 * partition, or in its zone, or on its instance.
 *
 * <p>Confined to one computation.
 */
final class KeptReplicas {
  private static final int NONE = Placement.NONE;

  private final Problem problem;
  private final Sites sites;
  private final Weights weights;
  private final Spread spread;
  private final Placement placement;
  private final int width;

  KeptReplicas(Problem problem, Spread spread, Placement placement) {
    this.problem = problem;
    this.sites = problem.sites();
    this.weights = problem.weights();
    this.spread = spread;
    this.placement = placement;
    this.width = placement.width();
  }

  void run() {
    keepHomes();
    if (sites.isLimited()) {
      emptyTheOverfull();
    }
  }

  private void keepHomes() {
    int[] used = new int[problem.zones()];
    boolean[] crowded = new boolean[problem.partitions()];
    for (int p = 0; p < problem.partitions(); p++) {
      int[] row = homes(p);
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

  /** The homes of a partition, and its preferred leader. */
  private int[] homes(int p) {
    int count = problem.homeCount(p);
    boolean added = problem.preferred(p) != NONE && !problem.isHome(p, problem.preferred(p));
    int[] row = new int[count + (added ? 1 : 0)];
    for (int k = 0; k < count; k++) {
      row[k] = problem.home(p, k);
    }
    if (added) {
      row[count] = problem.preferred(p);
    }
    return row;
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
    int[] row = homes(p);
    while (isCrowded(row, used)) {
      int leaves = leastUseful(p, row);
      row = Arrays.stream(row).filter(instance -> instance != leaves).toArray();
    }
    return row;
  }

  /** Of the replicas in the zones that have the most too many, the one that is missed least. */
  private int leastUseful(int p, int[] row) {
    Comparator<Integer> order = Comparator.<Integer, Boolean>comparing(
            i -> problem.preferred(p) == i)
        .thenComparingInt(
            i -> -Math.min(2, inZone(row, problem.zoneOf(i)) - spread.least(problem.zoneOf(i))))
        .thenComparing(i -> problem.topBefore(p) == i)
        .thenComparing(i -> problem.standing(p, i))
        .thenComparingInt(i -> spread.floor(i) - placement.load(i))
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
    for (int instance : row) {
      used[problem.zoneOf(instance)]++;
      placement.move(slot++, instance);
    }
    // Zones take a replica of every partition only if there are no more zones than replicas.
    if (row.length < width && problem.zones() <= width) {
      for (int zone = 0; zone < problem.zones(); zone++) {
        for (int missing = spread.least(zone) - used[zone]; missing > 0; missing--) {
          placement.bind(slot++, zone);
        }
      }
    }
    for (int instance : row) {
      used[problem.zoneOf(instance)] = 0;
    }
  }

  /**
   * Takes replicas off instances that have more than they may: those that are missed least; where a
   * capacity is short the heaviest first, so that they are few.
   */
  private void emptyTheOverfull() {
    for (int i = 0; i < problem.instances(); i++) {
      while (!sites.isAwaited(i) && isOverfull(i)) {
        int slot = heaviest(i, shortest(i));
        int zone = problem.zoneOf(i);
        placement.move(slot, NONE);
        if (problem.zones() <= width && placement.inZone(slot / width, zone) < spread.least(zone)) {
          placement.bind(slot, zone);
        }
      }
    }
  }

  private boolean isOverfull(int i) {
    return placement.load(i) > sites.maxCount(i) || shortest(i) != NONE;
  }

  /** A dimension of which more is used than there is, or {@link #NONE}. */
  private int shortest(int i) {
    for (int d = 0; d < weights.count(); d++) {
      if (placement.used(i, d) > sites.room(i, d)) {
        return d;
      }
    }
    return NONE;
  }

  private int heaviest(int i, int dimension) {
    int best = NONE;
    long bestRank = 0;
    for (int s = placement.slotsOn().first(i);
        s != NONE;
        s = placement.slotsOn().next(s)) {
      int p = s / width;
      long weight = dimension == NONE ? 0 : weights.of(p, dimension);
      int missed = placement.isPinned(s) ? 4 : placement.missed(p, i);
      long rank = weight * 8 + (7 - missed);
      if (best == NONE || rank > bestRank || (rank == bestRank && s < best)) {
        best = s;
        bestRank = rank;
      }
    }
    return best;
  }
}
