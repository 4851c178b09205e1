// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import io.heddle.store.Commit;
import io.heddle.store.Commit.Why;
import io.heddle.store.Op;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** All znodes, and which sessions own which of them. Confined to the server's loop. */
final class Tree {
  private final Map<String, Znode> nodes = new HashMap<>();
  private final Map<Long, LinkedHashSet<String>> ephemerals = new HashMap<>();

  /** A tree that has only its root. */
  Tree() {
    nodes.put("/", new Znode("/", new byte[0], 0, 0, Identity.resolve(List.of(), List.of())));
  }

  @Nullable Znode find(String path) {
    return nodes.get(path);
  }

  /** All znodes, in no order. */
  Collection<Znode> all() {
    return nodes.values();
  }

  /**
   * Does all operations, or none of them.
   *
   * @param session who owns the ephemerals that are created
   * @param who what the client has proved to be
   * @param changed told of each change, in order, if all were done
   */
  Commit commit(
      List<Op> ops, long zxid, long session, List<Identity> who, Consumer<Change> changed) {
    Transaction txn = new Transaction(this, zxid, session, who);
    for (int i = 0; i < ops.size(); i++) {
      Op op = ops.get(i);
      Why refused = txn.perform(op);
      if (refused != null) {
        txn.rollBack();
        return new Commit.Refused(i, op.path(), refused);
      }
    }
    txn.changes().forEach(changed);
    return new Commit.Applied(zxid, txn.stats());
  }

  /** Deletes what a session owns, at its end. */
  void deleteEphemerals(long session, Consumer<Change> changed) {
    LinkedHashSet<String> owned = ephemerals.get(session);
    if (owned == null) {
      return;
    }
    for (String path : ImmutableList.copyOf(owned)) {
      Znode node = nodes.get(path);
      if (node != null) {
        remove(node);
        changed.accept(new Change(CommittedTxn.Kind.DELETED, node, node.data));
      }
    }
  }

  /** Puts a znode in; its parent must be there. */
  void add(Znode node) {
    nodes.put(node.path, node);
    parent(node.path).children.add(name(node.path));
    if (node.ephemeralOwner != 0) {
      ephemerals
          .computeIfAbsent(node.ephemeralOwner, s -> new LinkedHashSet<>())
          .add(node.path);
    }
  }

  /** Takes a znode out; it must be there. */
  void remove(Znode node) {
    nodes.remove(node.path);
    parent(node.path).children.remove(name(node.path));
    LinkedHashSet<String> owned = ephemerals.get(node.ephemeralOwner);
    if (owned != null) {
      owned.remove(node.path);
      if (owned.isEmpty()) {
        ephemerals.remove(node.ephemeralOwner);
      }
    }
  }

  private Znode parent(String path) {
    Znode parent = nodes.get(parentOf(path));
    if (parent == null) {
      throw new IllegalStateException(path + " has no parent in the tree");
    }
    return parent;
  }

  /** The path of the parent; the root has none. */
  static String parentOf(String path) {
    int slash = path.lastIndexOf('/');
    return slash == 0 ? "/" : path.substring(0, slash);
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * One change that was made.
   *
   * @param kind what happened
   * @param node to which znode
   * @param data its data after this change; if it was deleted, what it held last
   */
  record Change(CommittedTxn.Kind kind, Znode node, byte[] data) {}
}
