// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;

/**
 * How good a placement is, next to what counting proves that no placement can be better than.
 *
 * <p>Where a figure equals its bound, it is the best there is. Where it does not, either the bound
 * is weaker than the truth, or a better placement may exist.
 *
 * @param wanted how many replicas there were to be
 * @param placed how many were placed
 * @param counts replicas per instance
 * @param tops replicas in the top state per instance
 * @param utilisation per capacity dimension, how full instances are, this resource and others
 *     together
 * @param moves replicas that are where none was wanted before; what was placed for the first time
 *     counts too
 * @param roleChanges partitions whose top state another replica has than before; first ones do not
 *     count
 */
public record Certificate(
    long wanted,
    long placed,
    Evenness counts,
    Evenness tops,
    ImmutableSortedMap<String, Utilisation> utilisation,
    Effort moves,
    Effort roleChanges) {
  /** Of nothing. */
  public static final Certificate EMPTY = new Certificate(
      0,
      0,
      Evenness.NONE,
      Evenness.NONE,
      ImmutableSortedMap.of(),
      new Effort(0, 0),
      new Effort(0, 0));

  /**
   * How evenly something is spread over the eligible instances.
   *
   * @param least what the instance with the fewest has
   * @param most what the instance with the most has
   * @param bound no placement of as many has a difference of {@code most} and {@code least} below
   *     this
   */
  public record Evenness(int least, int most, int bound) {
    /** No instances. */
    public static final Evenness NONE = new Evenness(0, 0, 0);

    /** The difference. */
    public int spread() {
      return most - least;
    }
  }

  /**
   * How full instances are in one dimension, as shares of their capacity.
   *
   * @param least of the emptiest
   * @param most of the fullest
   * @param bound no placement of these replicas has its fullest instance below this
   */
  public record Utilisation(double least, double most, double bound) {
    /** The difference. */
    public double spread() {
      return most - least;
    }
  }

  /**
   * How much changes.
   *
   * @param count how often
   * @param bound no placement at least as even does with less
   */
  public record Effort(long count, long bound) {
    /** Whether it is the least there is. */
    public boolean isLeast() {
      return count <= bound;
    }
  }
}
