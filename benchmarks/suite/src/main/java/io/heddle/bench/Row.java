// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

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

  /** Whether more is better: a rate, or how much was done. */
  boolean moreIsBetter() {
    return unit.endsWith("/s") || metric.equals("completed");
  }
}
