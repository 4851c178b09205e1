// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;

/**
 * One transaction that changed something, as the server's log has it. Immutable, but for the data,
 * which are not to be changed.
 *
 * @param zxid the transaction
 * @param session the session that asked for it, or whose end deleted its ephemerals
 * @param changes what changed, in order; never empty
 */
public record CommittedTxn(long zxid, long session, ImmutableList<Change> changes) {
  /** What happened to a znode. */
  public enum Kind {
    /** It was created. */
    CREATED,
    /** Its data were set. */
    SET,
    /** It was deleted. */
    DELETED
  }

  /**
   * One change.
   *
   * @param path the znode
   * @param kind what happened to it
   * @param data its data afterwards, or what it held last if it was deleted; not to be changed
   */
  public record Change(String path, Kind kind, byte[] data) {
    @Override
    public String toString() {
      return kind + " " + path + " (" + data.length + " bytes)";
    }
  }
}
