// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

/**
 * What the store says of a znode.
 *
 * @param czxid the transaction that created it; part of an entity's identity
 * @param mzxid the transaction that changed it last
 * @param version how often it was set since it was created
 * @param ephemeralOwner the session that it ends with, or 0
 */
public record Stat(long czxid, long mzxid, int version, long ephemeralOwner) {}
