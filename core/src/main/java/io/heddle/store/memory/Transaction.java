// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.heddle.store.Acl;
import io.heddle.store.Commit.Why;
import io.heddle.store.Op;
import io.heddle.store.Stat;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One transaction under way: does operations at once and remembers how to undo them. Refusals, and
 * the order in which their causes are looked at, are those of ZooKeeper's request processor.
 * Confined to the server's loop.
 */
final class Transaction {
  /** What is known of the znode after a delete or a check. */
  private static final Stat NOTHING_KNOWN = new Stat(0, 0, -1, 0);

  private final Tree tree;
  private final long zxid;
  private final long session;
  private final List<Identity> who;
  private final ImmutableList.Builder<Stat> stats = ImmutableList.builder();
  private final List<Tree.Change> changes = new ArrayList<>();
  private final List<Runnable> undo = new ArrayList<>();

  Transaction(Tree tree, long zxid, long session, List<Identity> who) {
    this.tree = tree;
    this.zxid = zxid;
    this.session = session;
    this.who = who;
  }

  /** Does one operation, or says why not. */
  @Nullable Why perform(Op op) {
    if (op instanceof Op.Create create) {
      return create(create);
    } else if (op instanceof Op.Set set) {
      return set(set);
    } else if (op instanceof Op.Delete delete) {
      return delete(delete);
    }
    return check((Op.Check) op);
  }

  private @Nullable Why create(Op.Create op) {
    if (!Identity.isValid(op.acl(), who)) {
      return Why.INVALID;
    }
    Znode parent = tree.find(Tree.parentOf(op.path()));
    if (parent == null) {
      return Why.NO_NODE;
    }
    if (!Identity.allowed(parent.acl, Acl.CREATE, who)) {
      return Why.NO_AUTH;
    }
    if (tree.find(op.path()) != null) {
      return Why.NODE_EXISTS;
    }
    if (parent.ephemeralOwner != 0) {
      return Why.PARENT_EPHEMERAL;
    }
    long owner = op.mode() == Op.CreateMode.EPHEMERAL ? session : 0;
    Znode node = new Znode(op.path(), op.data(), zxid, owner, Identity.resolve(op.acl(), who));
    tree.add(node);
    undo.add(() -> tree.remove(node));
    done(CommittedTxn.Kind.CREATED, node, node.stat());
    return null;
  }

  private @Nullable Why set(Op.Set op) {
    Znode node = tree.find(op.path());
    if (node == null) {
      return Why.NO_NODE;
    }
    if (!Identity.allowed(node.acl, Acl.WRITE, who)) {
      return Why.NO_AUTH;
    }
    if (!matches(op.version(), node)) {
      return Why.BAD_VERSION;
    }
    byte[] data = node.data;
    long mzxid = node.mzxid;
    int version = node.version;
    node.data = op.data();
    node.mzxid = zxid;
    node.version = version + 1;
    undo.add(() -> {
      node.data = data;
      node.mzxid = mzxid;
      node.version = version;
    });
    done(CommittedTxn.Kind.SET, node, node.stat());
    return null;
  }

  private @Nullable Why delete(Op.Delete op) {
    Znode parent = tree.find(Tree.parentOf(op.path()));
    if (parent == null) {
      return Why.NO_NODE;
    }
    if (!Identity.allowed(parent.acl, Acl.DELETE, who)) {
      return Why.NO_AUTH;
    }
    Znode node = tree.find(op.path());
    if (node == null) {
      return Why.NO_NODE;
    }
    if (!matches(op.version(), node)) {
      return Why.BAD_VERSION;
    }
    if (!node.children.isEmpty()) {
      return Why.NOT_EMPTY;
    }
    tree.remove(node);
    undo.add(() -> tree.add(node));
    done(CommittedTxn.Kind.DELETED, node, NOTHING_KNOWN);
    return null;
  }

  private @Nullable Why check(Op.Check op) {
    Znode node = tree.find(op.path());
    if (node == null) {
      return Why.NO_NODE;
    }
    if (!Identity.allowed(node.acl, Acl.READ, who)) {
      return Why.NO_AUTH;
    }
    if (!matches(op.version(), node)) {
      return Why.BAD_VERSION;
    }
    stats.add(NOTHING_KNOWN);
    return null;
  }

  private static boolean matches(int expected, Znode node) {
    return expected == Op.ANY_VERSION || expected == node.version;
  }

  private void done(CommittedTxn.Kind kind, Znode node, Stat stat) {
    changes.add(new Tree.Change(kind, node, node.data));
    stats.add(stat);
  }

  /** Undoes all that was done, latest first. */
  void rollBack() {
    Lists.reverse(undo).forEach(Runnable::run);
  }

  /** What was done, in order. */
  List<Tree.Change> changes() {
    return changes;
  }

  /** Per operation what the znode is like now. */
  ImmutableList<Stat> stats() {
    return stats.build();
  }
}
