// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

/**
 * A znode as it was read.
 *
 * @param path where
 * @param data its data, not to be changed
 * @param stat what the store says of it
 */
public record Node(String path, byte[] data, Stat stat) {}
