// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import java.util.Optional;

/** Told of the routes of one resource. */
@FunctionalInterface
public interface ResourceListener {
  /**
   * The routes of the resource differ from those that were told last. Runs on the provider's loop:
   * must not block. What it throws is logged.
   *
   * @param routing the routes now; empty if there is no such resource (any more)
   * @param table the table that they are part of
   */
  void changed(Optional<ResourceRouting> routing, RoutingTable table);
}
