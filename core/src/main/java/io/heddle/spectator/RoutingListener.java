// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.ResourceId;

/** Told of new routing tables. */
@FunctionalInterface
public interface RoutingListener {
  /**
   * A new table is in force. Runs on the provider's loop: must not block. What it throws is logged.
   *
   * @param table the new table; by now {@link RoutingTableProvider#table} gives it or a later one
   * @param changed the resources whose routes differ from those of the last table; empty if only
   *     {@link RoutingTable#isStale} or {@link RoutingTable#members} changed
   */
  void changed(RoutingTable table, ImmutableSortedSet<ResourceId> changed);
}
