// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

/**
 * Who may do what to a znode.
 *
 * @param scheme ZooKeeper's name of the scheme, such as {@code digest} or {@code world}
 * @param id whom, as the scheme names them
 * @param permissions a sum of the constants here
 */
public record Acl(String scheme, String id, int permissions) {
  /** Read data and list children; also what a check needs. */
  public static final int READ = 1;

  /** Set data. */
  public static final int WRITE = 2;

  /** Create children. */
  public static final int CREATE = 4;

  /** Delete children. */
  public static final int DELETE = 8;

  /** Change this list. */
  public static final int ADMIN = 16;

  /** Everything. */
  public static final int ALL = 31;

  /** What its numbers and lengths take on the wire. */
  private static final int FRAME_BYTES = 12;

  /** About how many bytes it takes of a commit. */
  int size() {
    return scheme.length() + id.length() + FRAME_BYTES;
  }
}
