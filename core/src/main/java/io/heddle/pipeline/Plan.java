// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import java.util.OptionalLong;

/**
 * What one pass decided.
 *
 * @param decisions what to do, each atomic, in order of urgency
 * @param reasons why other things were not done
 * @param goals where everything should be
 * @param counter the next counter of this reign
 * @param wakeAtNanos when to plan again at the latest though nothing happens, in the snapshot's
 *     monotonic time
 * @param waits since when what is awaited
 */
public record Plan(
    ImmutableList<Decision> decisions,
    ImmutableList<Reason> reasons,
    ImmutableSortedMap<ResourceKey, ResourceAssignment> goals,
    long counter,
    OptionalLong wakeAtNanos,
    Waits waits) {
  /** A plan that awaits nothing. */
  public Plan(
      ImmutableList<Decision> decisions,
      ImmutableList<Reason> reasons,
      ImmutableSortedMap<ResourceKey, ResourceAssignment> goals,
      long counter,
      OptionalLong wakeAtNanos) {
    this(decisions, reasons, goals, counter, wakeAtNanos, Waits.NONE);
  }
}
