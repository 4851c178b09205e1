// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.util.Arrays;

/** Figures of the same thing, for quantiles. Confined to one thread. */
public final class Samples {
  private double[] values = new double[64];
  private int count;

  /** Adds one. */
  public void add(double value) {
    if (count == values.length) {
      values = Arrays.copyOf(values, 2 * count);
    }
    values[count++] = value;
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /**
   * The smallest value that at least a share of all values do not exceed.
   *
   * @param share above 0, at most 1; 0.5 is the median
   * @throws IllegalStateException if there is no value
   */
  public double quantile(double share) {
    if (share <= 0 || share > 1) {
      throw new IllegalArgumentException("a share is above 0 and at most 1, not " + share);
    }
    if (count == 0) {
      throw new IllegalStateException("there are no samples");
    }
    double[] sorted = Arrays.copyOf(values, count);
    Arrays.sort(sorted);
    return sorted[(int) Math.ceil(share * count) - 1];
  }

  /** Tells the median, the 95th and the 99th percentile. */
  public void tell(Conversation conversation, String unit) {
    conversation.value("p50", unit, quantile(0.50));
    conversation.value("p95", unit, quantile(0.95));
    conversation.value("p99", unit, quantile(0.99));
  }
}
