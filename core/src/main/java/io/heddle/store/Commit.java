// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import com.google.common.collect.ImmutableList;

/** The answer to a commit. */
public sealed interface Commit {
  /**
   * All was done.
   *
   * @param zxid the transaction
   * @param stats per operation what the znode is like now; for a delete or a check what is known,
   *     with version -1
   */
  record Applied(long zxid, ImmutableList<Stat> stats) implements Commit {}

  /**
   * Nothing was done.
   *
   * @param index the first operation that was refused, from 0
   * @param path its znode
   * @param why why
   */
  record Refused(int index, String path, Why why) implements Commit {}

  /** It was done, or it was not: the connection was lost before the answer came. */
  record Unknown() implements Commit {}

  /** Why an operation was refused. */
  enum Why {
    /** It exists already. */
    NODE_EXISTS,
    /** It, or its parent, does not exist. */
    NO_NODE,
    /** It has another version. */
    BAD_VERSION,
    /** It has children. */
    NOT_EMPTY,
    /** Its parent is ephemeral. */
    PARENT_EPHEMERAL,
    /** One may not. */
    NO_AUTH,
    /** It can't be, whoever asks: such as an access list that names nobody. */
    INVALID
  }
}
