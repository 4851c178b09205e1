// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import java.util.Arrays;

/**
 * How evenly replicas can be spread, found by counting before anything is placed.
 *
 * <p>All partitions have the same number of replicas and may use the same instances. So each zone
 * takes between {@link #least} and {@link #most} replicas of each partition: the same number of
 * each where zones are large enough. That bounds what a zone holds in all; within these bounds the
 * most even loads are those of water poured into the zones: to a level {@code f} everywhere, and
 * one more on some instances, but a zone that is too small for its share lies higher, one whose
 * partitions' replicas are too few lies lower. Within a zone loads differ by at most one. Without
 * zones this is the quotient and the remainder.
 *
 * <p>Every distribution of the odd replicas that {@link #minExtra} and {@link #maxExtra} allow can
 * be had (a 0/1 matrix with equal row sums and given column sums exists, by Gale and Ryser), so
 * these figures are exact, not merely bounds.
 *
 * <p>Not changed after construction.
 */
final class Spread {
  private final int[] least;
  private final int[] most;
  private final int spare;
  private final int[] floor;
  private final int[] minExtra;
  private final int[] maxExtra;
  private final int extras;

  Spread(Problem problem) {
    int zones = problem.zones();
    int[] size = new int[zones];
    for (int i = 0; i < problem.instances(); i++) {
      size[problem.zoneOf(i)]++;
    }
    int replicas = problem.replicas();
    long partitions = problem.partitions();

    int round = fullRounds(size, replicas);
    spare = replicas - cappedSum(size, round);
    least = new int[zones];
    most = new int[zones];
    for (int z = 0; z < zones; z++) {
      least[z] = Math.min(size[z], round);
      most[z] = spare > 0 ? Math.min(size[z], round + 1) : least[z];
    }

    long total = partitions * replicas;
    int level = level(size, partitions, total);
    floor = new int[zones];
    minExtra = new int[zones];
    maxExtra = new int[zones];
    boolean odd = volume(size, partitions, level) < total;
    long rest = total;
    for (int z = 0; z < zones; z++) {
      long low = volume(size, partitions, level, z);
      long high = odd ? volume(size, partitions, level + 1L, z) : low;
      floor[z] = (int) (low / size[z]);
      minExtra[z] = (int) (low - (long) floor[z] * size[z]);
      maxExtra[z] = (int) (high - (long) floor[z] * size[z]);
      rest -= (long) floor[z] * size[z];
    }
    extras = (int) rest;
  }

  /** How many replicas of a partition each zone can take before some zone must take one more. */
  private static int fullRounds(int[] size, int replicas) {
    int largest = Arrays.stream(size).max().orElse(0);
    int round = 0;
    while (round < largest && cappedSum(size, round + 1) <= replicas) {
      round++;
    }
    return round;
  }

  private static int cappedSum(int[] size, int cap) {
    int sum = 0;
    for (int s : size) {
      sum += Math.min(s, cap);
    }
    return sum;
  }

  /** The highest level to which all zones can be filled. */
  private int level(int[] size, long partitions, long total) {
    int low = 0;
    int high = (int) partitions;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (volume(size, partitions, middle) <= total) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private long volume(int[] size, long partitions, long level) {
    long sum = 0;
    for (int z = 0; z < size.length; z++) {
      sum += volume(size, partitions, level, z);
    }
    return sum;
  }

  /** What a zone holds when it is filled to a level. */
  private long volume(int[] size, long partitions, long level, int zone) {
    return Math.min(
        Math.max(size[zone] * level, partitions * least[zone]), partitions * most[zone]);
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

  /** The smallest load of an instance of a zone; the greatest is one more. */
  int floor(int zone) {
    return floor[zone];
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
