// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.store.Op;
import io.heddle.store.StoreSession;
import java.util.List;

/** What a client refuses before it sends anything. Pure functions. */
final class Limits {
  private Limits() {}

  /** Throws if a commit exceeds a bound or names an impossible znode. */
  static void check(List<Op> ops) {
    if (ops.isEmpty() || ops.size() > StoreSession.MAX_OPS) {
      throw new IllegalArgumentException(
          "a commit has 1 to %d operations, not %d".formatted(StoreSession.MAX_OPS, ops.size()));
    }
    int bytes = 0;
    for (Op op : ops) {
      checkPath(op.path());
      if (op instanceof Op.Create create) {
        checkNotRoot(op);
        checkData(op, create.data());
      } else if (op instanceof Op.Set set) {
        checkData(op, set.data());
      } else if (op instanceof Op.Delete) {
        checkNotRoot(op);
      }
      bytes += op.size();
    }
    if (bytes > StoreSession.MAX_COMMIT_BYTES) {
      throw new IllegalArgumentException(
          "a commit has at most %d bytes, not %d; its first znode is %s"
              .formatted(StoreSession.MAX_COMMIT_BYTES, bytes, ops.get(0).path()));
    }
  }

  private static void checkNotRoot(Op op) {
    if (op.path().equals("/")) {
      throw new IllegalArgumentException("the root can be neither created nor deleted");
    }
  }

  private static void checkData(Op op, byte[] data) {
    if (data.length > StoreSession.MAX_NODE_BYTES) {
      throw new IllegalArgumentException("%s may have at most %d bytes, not %d"
          .formatted(op.path(), StoreSession.MAX_NODE_BYTES, data.length));
    }
  }

  /** Throws if ZooKeeper would not accept a path. */
  static void checkPath(String path) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("a path starts with /, not so '" + path + "'");
    }
    if (path.length() == 1) {
      return;
    }
    int start = 1;
    while (start <= path.length()) {
      int end = path.indexOf('/', start);
      if (end < 0) {
        end = path.length();
      }
      checkSegment(path, start, end);
      start = end + 1;
    }
  }

  private static void checkSegment(String path, int start, int end) {
    int length = end - start;
    boolean relative = length <= 2 && path.substring(start, end).chars().allMatch(c -> c == '.');
    if (length == 0 || relative) {
      throw new IllegalArgumentException(
          "'%s' has an empty or relative part at character %d".formatted(path, start));
    }
    for (int i = start; i < end; i++) {
      if (isForbidden(path.charAt(i))) {
        throw new IllegalArgumentException(
            "'%s' has a character that ZooKeeper refuses, U+%04X, at %d"
                .formatted(path, (int) path.charAt(i), i));
      }
    }
  }

  private static boolean isForbidden(char c) {
    return c <= '\u001f'
        || (c >= '\u007f' && c <= '\u009f')
        || (c >= '\ud800' && c <= '\uf8ff')
        || c >= '\ufff0';
  }
}
