// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import java.util.List;

/**
 * One operation of a commit. Data are not copied: they must not be changed afterwards.
 *
 * <p>Versions count from 0 and go up by one with each {@link Set}; they start again when a znode is
 * created again.
 */
public sealed interface Op {
  /** Accepts any version. */
  int ANY_VERSION = -1;

  /** The znode concerned. */
  String path();

  /**
   * Creates a znode; its parent must exist, and it must not.
   *
   * @param path where
   * @param data its data
   * @param mode whether it ends with the session
   * @param acl who may do what; empty for everybody everything
   */
  record Create(String path, byte[] data, CreateMode mode, List<Acl> acl) implements Op {}

  /**
   * Replaces a znode's data.
   *
   * @param path where
   * @param data the new data
   * @param version the version that it must have, or {@link #ANY_VERSION}
   */
  record Set(String path, byte[] data, int version) implements Op {}

  /**
   * Deletes a znode that has no children.
   *
   * @param path where
   * @param version the version that it must have, or {@link #ANY_VERSION}
   */
  record Delete(String path, int version) implements Op {}

  /**
   * Requires that a znode exists and has a version.
   *
   * @param path where
   * @param version the version, or {@link #ANY_VERSION}
   */
  record Check(String path, int version) implements Op {}

  /** Whether a znode outlives the session that creates it. */
  enum CreateMode {
    /** It does. */
    PERSISTENT,
    /** It goes with the session; it can have no children. */
    EPHEMERAL
  }

  /** About how many bytes this operation takes of a commit: path, data and access list. */
  default int size() {
    int data = 0;
    if (this instanceof Create create) {
      data = create.data().length + create.acl().stream().mapToInt(Acl::size).sum();
    } else if (this instanceof Set set) {
      data = set.data().length;
    }
    return path().length() + data + 64;
  }
}
