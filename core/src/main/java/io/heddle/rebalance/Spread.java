// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;

/**
 * How evenly replicas can be spread, found by counting before anything is placed.
 *
 * <p>All partitions have the same number of replicas. So each zone takes between {@link #least} and
 * {@link #most} replicas of each partition: the same number of each where zones are large enough.
 * That bounds what a zone holds in all; within these bounds the most even loads are those of water
 * poured into the zones: to a level everywhere, and one more on some instances, but a zone that is
 * too small for its share lies higher, one whose partitions' replicas are too few lies lower.
 * Likewise an instance that may hold only so many lies lower, one that is lost but waited for keeps
 * what it has. Instances are vessels of equal width; where a resource has weights and instances
 * differ in capacity, they are as wide as their scarcest capacity is great. Without zones, limits
 * and weights this is the quotient and the remainder.
 *
 * <p>Where nothing but zones tells instances apart, every distribution of the odd replicas that
 * {@link #minExtra} and {@link #maxExtra} allow can be had (a 0/1 matrix with equal row sums and
 * given column sums exists, by Gale and Ryser), so these figures are exact. Otherwise they are
 * goals.
 *
 * <p>Not changed after construction.
 */
final class Spread {
  /** The width of the widest instance: levels are counted in this fraction of a replica. */
  private static final long WIDEST = 1 << 10;

  private final Problem problem;
  private final int[] zoneSize;
  private final int[][] members;
  private final int[] least;
  private final int[] most;
  private final int spare;

  private final long[] width;
  private final long unit;
  private final long highest;
  private final int[] atLeast;
  private final int[] atMost;

  private final int[] floor;
  private final boolean[] raisable;
  private final int[] minExtra;
  private final int[] maxExtra;
  private final int extras;

  Spread(Problem problem) {
    this.problem = problem;
    int zones = problem.zones();
    members = members(problem);
    zoneSize = Arrays.stream(members).mapToInt(m -> m.length).toArray();
    int replicas = problem.replicas();
    int round = fullRounds(replicas);
    spare = replicas - cappedSum(round);
    least = new int[zones];
    most = new int[zones];
    for (int z = 0; z < zones; z++) {
      least[z] = Math.min(zoneSize[z], round);
      most[z] = spare > 0 ? Math.min(zoneSize[z], round + 1) : least[z];
    }

    width = widths(problem);
    unit = Arrays.stream(width).max().orElse(1);
    highest = (problem.partitions() + 1L) * (unit / Arrays.stream(width).min().orElse(1) + 1);
    atLeast = kept(problem);
    atMost = new int[problem.instances()];
    for (int i = 0; i < atMost.length; i++) {
      atMost[i] = problem.sites().isAwaited(i) ? atLeast[i] : problem.sites().maxCount(i);
    }

    floor = new int[problem.instances()];
    raisable = new boolean[problem.instances()];
    minExtra = new int[zones];
    maxExtra = new int[zones];
    extras = pour(Math.min((long) problem.partitions() * replicas, volume(highest)));
  }

  /** The instances of each zone, in ascending order. */
  static int[][] members(Problem problem) {
    int[] size = new int[problem.zones()];
    for (int i = 0; i < problem.instances(); i++) {
      size[problem.zoneOf(i)]++;
    }
    int[][] members = new int[size.length][];
    for (int z = 0; z < size.length; z++) {
      members[z] = new int[size[z]];
    }
    for (int i = problem.instances() - 1; i >= 0; i--) {
      int z = problem.zoneOf(i);
      members[z][--size[z]] = i;
    }
    return members;
  }

  /** How wide instances are: all alike, unless they differ in a capacity that is used. */
  private static long[] widths(Problem problem) {
    Sites sites = problem.sites();
    int n = problem.instances();
    double[] share = new double[n];
    Arrays.fill(share, Double.MAX_VALUE);
    for (int d = 0; d < problem.weights().count(); d++) {
      double greatest = 0;
      for (int i = 0; i < n; i++) {
        greatest = Math.max(greatest, sites.size(i, d));
      }
      for (int i = 0; i < n; i++) {
        share[i] = Math.min(share[i], sites.size(i, d) / greatest);
      }
    }
    boolean alike = Arrays.stream(share).distinct().count() <= 1;
    long[] width = new long[n];
    for (int i = 0; i < n; i++) {
      width[i] = alike ? 1 : Math.max(1, Math.round(share[i] * WIDEST));
    }
    return width;
  }

  /** What lost instances that are waited for keep; nothing for others. */
  private static int[] kept(Problem problem) {
    int[] kept = new int[problem.instances()];
    for (int p = 0; p < problem.partitions(); p++) {
      for (int k = 0; k < problem.homeCount(p); k++) {
        int home = problem.home(p, k);
        kept[home] += problem.sites().isAwaited(home) ? 1 : 0;
      }
    }
    return kept;
  }

  /** How many replicas of a partition each zone can take before some zone must take one more. */
  private int fullRounds(int replicas) {
    int largest = Arrays.stream(zoneSize).max().orElse(0);
    int round = 0;
    while (round < largest && cappedSum(round + 1) <= replicas) {
      round++;
    }
    return round;
  }

  private int cappedSum(int cap) {
    int sum = 0;
    for (int s : zoneSize) {
      sum += Math.min(s, cap);
    }
    return sum;
  }

  /** Fills zones and instances; the number of odd replicas. */
  private int pour(long total) {
    long level = level(total);
    boolean odd = volume(level) < total;
    long rest = total;
    for (int z = 0; z < members.length; z++) {
      long low = volume(z, level);
      long high = odd ? volume(z, level + 1) : low;
      long held = fillZone(z, low);
      minExtra[z] = (int) (low - held);
      maxExtra[z] = (int) (high - held);
      rest -= held;
    }
    return (int) rest;
  }

  /** Sets the floors of a zone's instances; their sum. */
  private long fillZone(int zone, long amount) {
    long low = 0;
    long high = highest;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      if (filled(zone, middle) <= amount) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    for (int i : members[zone]) {
      floor[i] = fill(i, low);
      raisable[i] = low < highest && fill(i, low + 1) > floor[i];
    }
    return filled(zone, low);
  }

  /** The highest level to which all zones can be filled. */
  private long level(long total) {
    long low = 0;
    long high = highest;
    while (low < high) {
      long middle = (low + high + 1) >>> 1;
      if (volume(middle) <= total) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long volume(long level) {
    long sum = 0;
    for (int z = 0; z < members.length; z++) {
      sum += volume(z, level);
    }
    return sum;
  }

  /** What a zone holds when it is filled to a level. */
  private long volume(int zone, long level) {
    long partitions = problem.partitions();
    long wanted = Math.max(filled(zone, level), partitions * least[zone]);
    return Math.min(Math.min(wanted, partitions * most[zone]), filled(zone, highest));
  }

  private long filled(int zone, long level) {
    long sum = 0;
    for (int i : members[zone]) {
      sum += fill(i, level);
    }
    return sum;
  }

  private int fill(int instance, long level) {
    long poured = Math.min(level * width[instance] / unit, problem.partitions());
    return (int) Math.min(Math.max(poured, atLeast[instance]), atMost[instance]);
  }

  /** How many replicas of each partition a zone has at least. */
  int least(int zone) {
    return least[zone];
  }

  /** How many replicas of each partition a zone has at most. */
  int most(int zone) {
    return most[zone];
  }

  /** In how many zones a partition has {@link #most} where that is more than {@link #least}. */
  int spare() {
    return spare;
  }

  /** Whether fewer fault domains than replicas put several replicas of a partition into one. */
  boolean isCrowded() {
    return Arrays.stream(most).anyMatch(count -> count > 1);
  }

  /** The smallest load of an instance; the greatest is one more. */
  int floor(int instance) {
    return floor[instance];
  }

  /** Whether an instance may hold one more than its {@link #floor}. */
  boolean isRaisable(int instance) {
    return raisable[instance];
  }

  /** How many instances of a zone hold one more at least. */
  int minExtra(int zone) {
    return minExtra[zone];
  }

  /** How many instances of a zone may hold one more. */
  int maxExtra(int zone) {
    return maxExtra[zone];
  }

  /** How many instances hold one more, in all zones together. */
  int extras() {
    return extras;
  }
}
