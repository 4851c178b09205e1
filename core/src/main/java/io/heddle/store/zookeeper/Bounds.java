// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import io.heddle.store.Op;
import io.heddle.store.StoreSession;
import java.util.List;
import org.apache.zookeeper.common.PathUtils;

/** What is refused before anything is sent. Pure functions. */
final class Bounds {
  private Bounds() {}

  /**
   * Checks a commit.
   *
   * @throws IllegalArgumentException if a bound is exceeded or a path can't be
   */
  static void check(List<Op> ops) {
    if (ops.isEmpty() || ops.size() > StoreSession.MAX_OPS) {
      throw new IllegalArgumentException(
          "a commit has 1 to %d operations, not %d".formatted(StoreSession.MAX_OPS, ops.size()));
    }
    long bytes = 0;
    for (Op op : ops) {
      check(op);
      bytes += op.size();
    }
    if (bytes > StoreSession.MAX_COMMIT_BYTES) {
      throw new IllegalArgumentException("a commit has at most %d bytes, not %d, from %s on"
          .formatted(StoreSession.MAX_COMMIT_BYTES, bytes, ops.get(0).path()));
    }
  }

  private static void check(Op op) {
    checkPath(op.path());
    if (op instanceof Op.Create create) {
      checkNotRoot(op);
      checkData(op, create.data());
    } else if (op instanceof Op.Set set) {
      checkData(op, set.data());
    } else if (op instanceof Op.Delete) {
      checkNotRoot(op);
    }
  }

  private static void checkData(Op op, byte[] data) {
    if (data.length > StoreSession.MAX_NODE_BYTES) {
      throw new IllegalArgumentException("%s has at most %d bytes, not %d"
          .formatted(op.path(), StoreSession.MAX_NODE_BYTES, data.length));
    }
  }

  private static void checkNotRoot(Op op) {
    if (op.path().equals("/")) {
      throw new IllegalArgumentException("the root can be neither created nor deleted");
    }
  }

  /**
   * Checks a path.
   *
   * @throws IllegalArgumentException if ZooKeeper would not accept it
   */
  static void checkPath(String path) {
    PathUtils.validatePath(path);
  }
}
