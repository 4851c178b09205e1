// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

/**
 * Something below a watched path changed.
 *
 * @param path the znode
 * @param zxid the transaction that changed it, or -1 if the store does not tell
 */
public record WatchEvent(String path, long zxid) {}
