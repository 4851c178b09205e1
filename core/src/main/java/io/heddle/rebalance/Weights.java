// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableList;
import io.heddle.model.PlacementRules;
import io.heddle.model.ResourceSpec;
import java.util.Map;

/**
 * How much of each capacity dimension a replica takes, in one flat array.
 *
 * <p>Not changed after construction.
 */
final class Weights {
  private final ImmutableList<String> dimensions;
  private final int count;
  private final boolean uniform;
  private final long[] weights;

  Weights(ResourceSpec resource) {
    Map<String, PlacementRules.Weight> rules = resource.placement().weights();
    dimensions = ImmutableList.copyOf(rules.keySet());
    count = dimensions.size();
    uniform = rules.values().stream().allMatch(weight -> weight.byPartition().isEmpty());
    weights = new long[count * (uniform ? 1 : resource.partitions())];
    int d = 0;
    for (PlacementRules.Weight weight : rules.values()) {
      for (int k = d, p = 0; k < weights.length; k += count, p++) {
        weights[k] = weight.of(p);
      }
      d++;
    }
  }

  /** The names of the dimensions. */
  ImmutableList<String> dimensions() {
    return dimensions;
  }

  /** How many dimensions there are. */
  int count() {
    return count;
  }

  /** Whether all partitions weigh the same. */
  boolean isUniform() {
    return uniform;
  }

  /** The weight of a replica of a partition. */
  long of(int partition, int dimension) {
    return weights[(uniform ? 0 : partition * count) + dimension];
  }
}
