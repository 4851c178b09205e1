// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import java.time.Duration;

/**
 * A table, and how it stood at the moment of asking. Immutable.
 *
 * @param table the table that was in force; its {@link RoutingTable#version} tells it from others
 * @param age how long its routes had been in force; they get old while they are right
 * @param staleFor how long the provider had been cut off, so that things may have changed
 *     meanwhile; zero if it was not
 */
public record RoutingSnapshot(RoutingTable table, Duration age, Duration staleFor) {}
