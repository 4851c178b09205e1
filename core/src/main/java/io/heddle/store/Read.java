// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

/** The answer to a read. */
public sealed interface Read {
  /** The path that was read. */
  String path();

  /**
   * It is there.
   *
   * @param node what was read
   */
  record Found(Node node) implements Read {
    @Override
    public String path() {
      return node.path();
    }
  }

  /**
   * It is not there.
   *
   * @param path what was read
   */
  record Absent(String path) implements Read {}

  /**
   * It could not be read: the connection is gone, or the session is over.
   *
   * @param path what was read
   */
  record Unavailable(String path) implements Read {}

  /**
   * One may not read it.
   *
   * @param path what was read
   */
  record Denied(String path) implements Read {}
}
