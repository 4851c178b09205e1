// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import io.heddle.model.PlacementPolicy.Preference;
import java.util.Arrays;

/**
 * Evens out weights by letting replicas change places in pairs, which leaves counts as they are.
 *
 * <p>Only replicas that are new where they are take part, so that it costs no move; unless the
 * policy prefers even weights, then all do. For each instance that is too far from the average, a
 * partner is taken that lies on the other side of it in as many dimensions as can be, and of their
 * replicas the pair whose exchange lowers the sum of squared distances most. Partners and replicas
 * are drawn from samples, so that a pass costs a fixed number of looks per instance.
 *
 * <p>Confined to one computation.
 */
final class WeightExchange {
  private static final int NONE = Placement.NONE;

  /** As a share of capacity, how far from the average is near enough. */
  private static final double NEAR = 0.002;

  private static final int MAX_PASSES = 24;
  private static final int PARTNERS = 32;
  private static final int SAMPLE = 48;

  private final Problem problem;
  private final Placement placement;
  private final Sites sites;
  private final int dimensions;
  private final boolean all;
  private final int budget;
  private final double[] average;
  private final int[] mine = new int[SAMPLE];
  private final int[] theirs = new int[SAMPLE];

  WeightExchange(Problem problem, Placement placement, int budget) {
    this.problem = problem;
    this.placement = placement;
    this.sites = problem.sites();
    this.dimensions = problem.weights().count();
    this.all = problem.policy().preference() == Preference.EVEN_WEIGHTS;
    this.budget = budget;
    this.average = new double[dimensions];
  }

  void run() {
    if (problem.weights().isUniform() || (!all && !isAnythingNew())) {
      return;
    }
    setAverages();
    boolean improved = true;
    for (int pass = 0; pass < MAX_PASSES && improved; pass++) {
      improved = false;
      for (int i = 0; i < problem.instances(); i++) {
        if (isFar(i) && placement.moved() < budget) {
          improved |= improve(i, pass);
        }
      }
    }
  }

  private boolean isAnythingNew() {
    for (int s = 0; s < placement.slotCount(); s++) {
      if (isNew(s)) {
        return true;
      }
    }
    return false;
  }

  private boolean isNew(int slot) {
    return placement.instanceAt(slot) != NONE
        && !problem.isHome(slot / placement.width(), placement.instanceAt(slot));
  }

  private void setAverages() {
    for (int d = 0; d < dimensions; d++) {
      double used = 0;
      double size = 0;
      for (int i = 0; i < problem.instances(); i++) {
        used += placement.used(i, d) + sites.usedByOthers(i, d);
        size += sites.size(i, d);
      }
      average[d] = used / size;
    }
  }

  /** How far an instance is from the average: above 0 if it is too full. */
  private double distance(int i, int d) {
    return (placement.used(i, d) + sites.usedByOthers(i, d)) / sites.size(i, d) - average[d];
  }

  private boolean isFar(int i) {
    for (int d = 0; d < dimensions; d++) {
      if (Math.abs(distance(i, d)) > NEAR) {
        return !sites.isAwaited(i);
      }
    }
    return false;
  }

  private boolean improve(int i, int pass) {
    long turn = problem.turn(i, pass);
    int partner = partner(i, turn);
    if (partner == NONE) {
      return false;
    }
    int mineCount = sample(i, turn, mine);
    int theirCount = sample(partner, turn, theirs);
    double best = 1e-12;
    int give = NONE;
    int take = NONE;
    for (int a = 0; a < mineCount; a++) {
      for (int b = 0; b < theirCount; b++) {
        double gain = gain(i, partner, mine[a], theirs[b]);
        if (gain > best && mayExchange(mine[a], theirs[b])) {
          best = gain;
          give = mine[a];
          take = theirs[b];
        }
      }
    }
    if (give == NONE) {
      return false;
    }
    placement.exchange(give, take);
    return true;
  }

  /** Of some instances the one that lies most on the other side of the average. */
  private int partner(int i, long turn) {
    int n = problem.instances();
    int first = (int) Long.remainderUnsigned(turn, n);
    int best = NONE;
    double farthest = 0;
    for (int k = 0; k < Math.min(n, PARTNERS); k++) {
      int j = (first + k) % n;
      if (j == i || sites.isAwaited(j)) {
        continue;
      }
      double apart = 0;
      for (int d = 0; d < dimensions; d++) {
        double difference = distance(i, d) - distance(j, d);
        apart += difference * difference;
      }
      if (apart > farthest) {
        farthest = apart;
        best = j;
      }
    }
    return best;
  }

  /** Some of the replicas of an instance that may change places. */
  private int sample(int i, long turn, int[] into) {
    IntLists on = placement.slotsOn();
    int count = 0;
    int seen = 0;
    long state = turn;
    for (int s = on.first(i); s != NONE; s = on.next(s)) {
      if (placement.isPinned(s) || (!all && !isNew(s))) {
        continue;
      }
      seen++;
      if (count < into.length) {
        into[count++] = s;
      } else {
        // Reservoir sampling: each is kept with equal chance.
        state = StableHash.of(state, s);
        int at = (int) Long.remainderUnsigned(state, seen);
        if (at < into.length) {
          into[at] = s;
        }
      }
    }
    Arrays.sort(into, 0, count);
    return count;
  }

  private double gain(int i, int j, int give, int take) {
    int p = give / placement.width();
    int q = take / placement.width();
    double gain = 0;
    for (int d = 0; d < dimensions; d++) {
      double shift = problem.weights().of(p, d) - problem.weights().of(q, d);
      double here = distance(i, d);
      double there = distance(j, d);
      double hereAfter = here - shift / sites.size(i, d);
      double thereAfter = there + shift / sites.size(j, d);
      gain += here * here + there * there - hereAfter * hereAfter - thereAfter * thereAfter;
    }
    return gain;
  }

  private boolean mayExchange(int give, int take) {
    int p = give / placement.width();
    int q = take / placement.width();
    int i = placement.instanceAt(give);
    int j = placement.instanceAt(take);
    return p != q
        && !placement.holds(p, j)
        && !placement.holds(q, i)
        && !problem.forbids(p, j)
        && !problem.forbids(q, i)
        && placement.mayEnterZone(give, problem.zoneOf(j))
        && placement.mayEnterZone(take, problem.zoneOf(i))
        && placement.fitsInsteadOf(p, take)
        && placement.fitsInsteadOf(q, give);
  }
}
