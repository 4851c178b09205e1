// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Places the replicas of one resource, as one system's rebalancer does; nothing runs.
 *
 * @param <T> a placement, as that rebalancer gives it
 */
public interface Placer<T> {
  /** Makes one for a resource. */
  interface Factory {
    /** For instances that stand in zones in turn. */
    Placer<?> create(Request request, int instances, int zones, int partitions, int replicas);
  }

  /** No instance is lost. */
  int NONE = -1;

  /**
   * Gets everything ready.
   *
   * @param before what was placed before, all of which runs; null if nothing was
   * @param lost the number of the instance that is gone, or {@link #NONE}
   * @return the rebalancer's work alone, to be timed
   */
  Supplier<T> prepare(@Nullable T before, int lost);

  /** For each partition the numbers of its instances, the master first. */
  int[][] read(T placement);
}
