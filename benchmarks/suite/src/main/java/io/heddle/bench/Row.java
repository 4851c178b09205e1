// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.google.common.collect.ImmutableSet;

/**
 * One figure of one system.
 *
 * @param work what was done, with its sizes
 * @param system who did it
 * @param metric what the figure is
 * @param unit its unit
 * @param min the smallest of all runs
 * @param median the middle one, or the mean of the two in the middle
 * @param max the greatest
 * @param runs how many runs there were
 */
record Row(
    String work,
    String system,
    String metric,
    String unit,
    double min,
    double median,
    double max,
    int runs) {

  /** Units in which one system can be so many times better than another. */
  private static final ImmutableSet<String> COSTS =
      ImmutableSet.of("s", "ms", "us", "ns", "B", "writes", "reads", "packets");

  /** Whether more is better: a rate. */
  boolean moreIsBetter() {
    return unit.endsWith("/s");
  }

  /** Whether a ratio says something: not where the figure only describes what was done. */
  boolean isComparable() {
    return moreIsBetter() || COSTS.contains(unit);
  }
}
