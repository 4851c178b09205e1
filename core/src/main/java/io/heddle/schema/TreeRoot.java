// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

/**
 * A subtree that a cache follows.
 *
 * @param path its root, which need not exist yet
 * @param firstLevel the first level below the root whose data matter; the root itself is level 0
 * @param lastLevel the last level that is looked at
 * @param following how it is kept current
 */
public record TreeRoot(String path, int firstLevel, int lastLevel, Following following) {
  /** How a subtree is kept current. */
  public enum Following {
    /** By a watch: others write it. */
    WATCHED,
    /** By what its only writer, the owner of the cache, puts there; read at the start only. */
    OWNED
  }

  /** Checks the levels. */
  public TreeRoot {
    if (firstLevel < 0 || lastLevel < firstLevel) {
      throw new IllegalArgumentException("levels of " + path
          + " must be 0 or more and in order, not " + firstLevel + " to " + lastLevel);
    }
  }

  /** A watched subtree in which only one level matters. */
  public static TreeRoot watched(String path, int level) {
    return new TreeRoot(path, level, level, Following.WATCHED);
  }

  /** A subtree of one's own in which only one level matters. */
  public static TreeRoot owned(String path, int level) {
    return new TreeRoot(path, level, level, Following.OWNED);
  }

  /** The level of a path below this root, or -1 if it is not below it. */
  int level(String other) {
    if (other.equals(path)) {
      return 0;
    }
    if (!other.startsWith(path + "/")) {
      return -1;
    }
    int level = 0;
    for (int i = path.length(); i < other.length(); i++) {
      if (other.charAt(i) == '/') {
        level++;
      }
    }
    return level;
  }

  /** Whether the data of a path matter. */
  boolean covers(String other) {
    int level = level(other);
    return level >= firstLevel && level <= lastLevel;
  }
}
