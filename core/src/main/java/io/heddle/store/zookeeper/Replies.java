// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import static com.google.common.collect.ImmutableMap.toImmutableMap;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import io.heddle.store.Acl;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.Read;
import io.heddle.store.Stat;
import java.util.Arrays;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Between ZooKeeper's words and the store's. Pure functions, but for the log. */
final class Replies {
  private static final Logger log = LoggerFactory.getLogger(Replies.class);

  private static final Stat NOTHING_KNOWN = new Stat(0, 0, -1, 0);
  private static final byte[] NO_DATA = new byte[0];

  /** {@link Code#get} throws at a code that a newer server may send. */
  private static final ImmutableMap<Integer, Code> CODES =
      Arrays.stream(Code.values()).collect(toImmutableMap(Code::intValue, code -> code));

  private Replies() {}

  /** An operation as ZooKeeper's client sends it. */
  static org.apache.zookeeper.Op toZooKeeper(Op op) {
    if (op instanceof Op.Create create) {
      return org.apache.zookeeper.Op.create(
          create.path(), create.data(), acl(create.acl()), mode(create.mode()));
    } else if (op instanceof Op.Set set) {
      return org.apache.zookeeper.Op.setData(set.path(), set.data(), set.version());
    } else if (op instanceof Op.Delete delete) {
      return org.apache.zookeeper.Op.delete(delete.path(), delete.version());
    }
    Op.Check check = (Op.Check) op;
    return org.apache.zookeeper.Op.check(check.path(), check.version());
  }

  private static List<ACL> acl(List<Acl> acl) {
    return acl.isEmpty()
        ? Ids.OPEN_ACL_UNSAFE
        : acl.stream()
            .map(one -> new ACL(one.permissions(), new Id(one.scheme(), one.id())))
            .toList();
  }

  private static org.apache.zookeeper.CreateMode mode(CreateMode mode) {
    return switch (mode) {
      case PERSISTENT -> org.apache.zookeeper.CreateMode.PERSISTENT;
      case EPHEMERAL -> org.apache.zookeeper.CreateMode.EPHEMERAL;
    };
  }

  /**
   * The answer to a commit.
   *
   * @param ops what was asked
   * @param session who asked
   * @param rc ZooKeeper's code
   * @param zxid the transaction
   * @param results one per operation; null if no reply came
   */
  static Commit commit(
      List<Op> ops, long session, int rc, long zxid, @Nullable List<OpResult> results) {
    if (results == null) {
      logUnlessOfConnection(rc, "commit", ops.get(0).path());
      return new Commit.Unknown();
    }
    ImmutableList.Builder<Stat> stats = ImmutableList.builder();
    for (int i = 0; i < ops.size(); i++) {
      OpResult result = results.get(i);
      if (result instanceof OpResult.ErrorResult error) {
        // Those before the first refused one carry OK, those after it RUNTIMEINCONSISTENCY.
        if (error.getErr() != Code.OK.intValue()) {
          return refused(i, ops.get(i), error.getErr());
        }
      } else {
        stats.add(stat(ops.get(i), session, zxid, result));
      }
    }
    return new Commit.Applied(zxid, stats.build());
  }

  private static Commit refused(int index, Op op, int rc) {
    @Nullable Code code = CODES.get(rc);
    Commit.@Nullable Why why = why(code);
    if (why == null) {
      // Nothing was done, but none of the store's reasons says why. A person must look.
      log.error("ZooKeeper refused {} with {} ({})", op, code, rc);
      return new Commit.Unknown();
    }
    return new Commit.Refused(index, op.path(), why);
  }

  private static Commit.@Nullable Why why(@Nullable Code code) {
    if (code == null) {
      return null;
    }
    // ZooKeeper's enum has names that are deprecated, and grows; so there is a default.
    return switch (code) {
      case NODEEXISTS -> Commit.Why.NODE_EXISTS;
      case NONODE -> Commit.Why.NO_NODE;
      case BADVERSION -> Commit.Why.BAD_VERSION;
      case NOTEMPTY -> Commit.Why.NOT_EMPTY;
      case NOCHILDRENFOREPHEMERALS -> Commit.Why.PARENT_EPHEMERAL;
      case NOAUTH -> Commit.Why.NO_AUTH;
      case INVALIDACL, BADARGUMENTS -> Commit.Why.INVALID;
      default -> null;
    };
  }

  /** A create's reply has no stat, but all that is in it is known. */
  private static Stat stat(Op op, long session, long zxid, OpResult result) {
    if (result instanceof OpResult.SetDataResult set) {
      return stat(set.getStat());
    } else if (op instanceof Op.Create create) {
      return new Stat(zxid, zxid, 0, create.mode() == CreateMode.EPHEMERAL ? session : 0);
    }
    return NOTHING_KNOWN;
  }

  private static Stat stat(org.apache.zookeeper.data.Stat stat) {
    return new Stat(stat.getCzxid(), stat.getMzxid(), stat.getVersion(), stat.getEphemeralOwner());
  }

  /** The answer to a read; {@code stat} is null if and only if nothing was read. */
  static Read read(
      String path, int rc, byte @Nullable [] data, org.apache.zookeeper.data.@Nullable Stat stat) {
    if (stat != null) {
      return new Read.Found(new Node(path, data == null ? NO_DATA : data, stat(stat)));
    } else if (rc == Code.NONODE.intValue()) {
      return new Read.Absent(path);
    } else if (rc == Code.NOAUTH.intValue()) {
      return new Read.Denied(path);
    }
    logUnlessOfConnection(rc, "read", path);
    return new Read.Unavailable(path);
  }

  /** The answer to one read of a multi-read. */
  static Read read(String path, OpResult result) {
    if (result instanceof OpResult.GetDataResult found) {
      return read(path, Code.OK.intValue(), found.getData(), found.getStat());
    }
    return read(path, ((OpResult.ErrorResult) result).getErr(), null, null);
  }

  /** The answer to a listing; {@code names} is null if and only if nothing was listed. */
  static Children children(String path, int rc, @Nullable List<String> names) {
    if (names != null) {
      return new Children.Found(ImmutableList.sortedCopyOf(names));
    } else if (rc == Code.NONODE.intValue()) {
      return new Children.Absent();
    } else if (rc == Code.NOAUTH.intValue()) {
      return new Children.Denied();
    }
    logUnlessOfConnection(rc, "list", path);
    return new Children.Unavailable();
  }

  /** Whether a request without any other answer was carried out. */
  static boolean done(String request, String path, int rc) {
    if (rc != Code.OK.intValue()) {
      logUnlessOfConnection(rc, request, path);
    }
    return rc == Code.OK.intValue();
  }

  private static void logUnlessOfConnection(int rc, String request, String path) {
    @Nullable Code code = CODES.get(rc);
    boolean ofConnection = code == Code.CONNECTIONLOSS
        || code == Code.SESSIONEXPIRED
        || code == Code.SESSIONMOVED
        || code == Code.OPERATIONTIMEOUT
        || code == Code.AUTHFAILED;
    if (!ofConnection) {
      log.warn("ZooKeeper did not {} {}: {} ({})", request, path, code, rc);
    }
  }
}
