// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.time.Duration;

/**
 * One work that both systems do.
 *
 * @param title what it is, with its sizes: the rows' work
 * @param work its name in the processes
 * @param sizes how much of what, for each system that does it
 * @param bound how long one system may take for all its runs
 */
record Step(
    String title,
    String work,
    ImmutableMap<Contestant, ImmutableSortedMap<String, Integer>> sizes,
    Duration bound) {
  /** Whether a system does it. */
  boolean isFor(Contestant contestant) {
    return sizes.containsKey(contestant);
  }

  /** The sizes for a system; none if it does not do it. */
  ImmutableSortedMap<String, Integer> sizesFor(Contestant contestant) {
    return sizes.getOrDefault(contestant, ImmutableSortedMap.of());
  }
}
