// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.heddle.store.Acl;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Commit.Why;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.Read;
import io.heddle.store.Stat;
import java.util.List;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.OpResult;
import org.apache.zookeeper.ZooDefs.Ids;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class RepliesTest {
  private static final long SESSION = 77;
  private static final int NO_SUCH_CODE = -9_999;

  private static final List<Op> OPS = List.of(
      new Op.Check("/a", 0),
      new Op.Create("/b", new byte[0], CreateMode.EPHEMERAL, List.of()),
      new Op.Set("/c", new byte[0], 4),
      new Op.Delete("/d", 1));

  private static org.apache.zookeeper.data.Stat stat(
      long czxid, long mzxid, int version, long owner) {
    org.apache.zookeeper.data.Stat stat = new org.apache.zookeeper.data.Stat();
    stat.setCzxid(czxid);
    stat.setMzxid(mzxid);
    stat.setVersion(version);
    stat.setEphemeralOwner(owner);
    return stat;
  }

  private static OpResult error(Code code) {
    return new OpResult.ErrorResult(code.intValue());
  }

  @Test
  void tellsAStatForEachOperationApplied() {
    List<OpResult> results = List.of(
        new OpResult.CheckResult(),
        new OpResult.CreateResult("/b"),
        new OpResult.SetDataResult(stat(3, 9, 5, 0)),
        new OpResult.DeleteResult());

    Commit commit = Replies.commit(OPS, SESSION, 0, 9, results);

    assertThat(commit)
        .isEqualTo(new Commit.Applied(
            9,
            ImmutableList.of(
                new Stat(0, 0, -1, 0),
                new Stat(9, 9, 0, SESSION),
                new Stat(3, 9, 5, 0),
                new Stat(0, 0, -1, 0))));
  }

  @Test
  void namesTheFirstRefusedAmongThoseThatZooKeeperMarks() {
    List<OpResult> results = List.of(
        error(Code.OK), error(Code.OK), error(Code.BADVERSION), error(Code.RUNTIMEINCONSISTENCY));

    Commit commit = Replies.commit(OPS, SESSION, Code.BADVERSION.intValue(), 9, results);

    assertThat(commit).isEqualTo(new Commit.Refused(2, "/c", Why.BAD_VERSION));
  }

  @ParameterizedTest
  @CsvSource({
    "NODEEXISTS, NODE_EXISTS",
    "NONODE, NO_NODE",
    "BADVERSION, BAD_VERSION",
    "NOTEMPTY, NOT_EMPTY",
    "NOCHILDRENFOREPHEMERALS, PARENT_EPHEMERAL",
    "NOAUTH, NO_AUTH",
    "INVALIDACL, INVALID",
    "BADARGUMENTS, INVALID"
  })
  void saysWhy(Code code, Why why) {
    Commit commit =
        Replies.commit(OPS.subList(0, 1), SESSION, code.intValue(), 9, List.of(error(code)));

    assertThat(commit).isEqualTo(new Commit.Refused(0, "/a", why));
  }

  @Test
  void doesNotClaimToKnowWhatACodeUnheardOfMeans() {
    Commit unheardOf = Replies.commit(
        OPS.subList(0, 1),
        SESSION,
        NO_SUCH_CODE,
        9,
        List.of(new OpResult.ErrorResult(NO_SUCH_CODE)));

    assertThat(unheardOf).isEqualTo(new Commit.Unknown());
    assertThat(Replies.commit(OPS, SESSION, NO_SUCH_CODE, 0, null)).isEqualTo(new Commit.Unknown());
    assertThat(Replies.read("/a", NO_SUCH_CODE, null, null)).isEqualTo(new Read.Unavailable("/a"));
    assertThat(Replies.children("/a", NO_SUCH_CODE, null)).isEqualTo(new Children.Unavailable());
    assertThat(Replies.done("sync", "/", NO_SUCH_CODE)).isFalse();
  }

  @ParameterizedTest
  @EnumSource(
      value = Code.class,
      names = {"CONNECTIONLOSS", "SESSIONEXPIRED", "SESSIONMOVED", "OPERATIONTIMEOUT", "AUTHFAILED"
      })
  void knowsNothingOfWhatTheConnectionLost(Code code) {
    int rc = code.intValue();

    assertThat(Replies.commit(OPS, SESSION, rc, 0, null)).isEqualTo(new Commit.Unknown());
    assertThat(Replies.read("/a", rc, null, null)).isEqualTo(new Read.Unavailable("/a"));
    assertThat(Replies.children("/a", rc, null)).isEqualTo(new Children.Unavailable());
    assertThat(Replies.done("watch", "/a", rc)).isFalse();
  }

  @Test
  void tellsWhatWasReadAndWhatWasNot() {
    byte[] data = {1};

    assertThat(Replies.read("/a", 0, data, stat(1, 2, 3, 4)))
        .isEqualTo(new Read.Found(new Node("/a", data, new Stat(1, 2, 3, 4))));
    // ZooKeeper's result copies the data.
    assertThat(Replies.read("/a", new OpResult.GetDataResult(data, stat(1, 2, 3, 4))))
        .usingRecursiveComparison()
        .isEqualTo(new Read.Found(new Node("/a", data, new Stat(1, 2, 3, 4))));
    assertThat(Replies.read("/a", error(Code.NONODE))).isEqualTo(new Read.Absent("/a"));
    assertThat(Replies.read("/a", error(Code.NOAUTH))).isEqualTo(new Read.Denied("/a"));
    assertThat(Replies.children("/a", 0, List.of("b", "B", "a")))
        .isEqualTo(new Children.Found(ImmutableList.of("B", "a", "b")));
    assertThat(Replies.children("/a", Code.NOAUTH.intValue(), null))
        .isEqualTo(new Children.Denied());
  }

  @Test
  void tellsAZnodeWithoutDataAsEmpty() {
    Read read = Replies.read("/a", 0, null, stat(1, 2, 3, 4));

    assertThat(read)
        .isInstanceOfSatisfying(
            Read.Found.class, found -> assertThat(found.node().data()).isEmpty());
  }

  @Test
  void sendsTheAclAndAnOpenOneIfThereIsNone() {
    byte[] data = {1};
    Acl acl = new Acl("digest", "u:h", Acl.READ | Acl.ADMIN);

    assertThat(Replies.toZooKeeper(new Op.Create("/a", data, CreateMode.PERSISTENT, List.of(acl))))
        .isEqualTo(org.apache.zookeeper.Op.create(
            "/a", data, List.of(new ACL(17, new Id("digest", "u:h"))), 0));
    assertThat(Replies.toZooKeeper(new Op.Create("/a", data, CreateMode.EPHEMERAL, List.of())))
        .isEqualTo(org.apache.zookeeper.Op.create("/a", data, Ids.OPEN_ACL_UNSAFE, 1));
    assertThat(Replies.toZooKeeper(new Op.Set("/a", data, 3)))
        .isEqualTo(org.apache.zookeeper.Op.setData("/a", data, 3));
    assertThat(Replies.toZooKeeper(new Op.Delete("/a", 3)))
        .isEqualTo(org.apache.zookeeper.Op.delete("/a", 3));
    assertThat(Replies.toZooKeeper(new Op.Check("/a", 3)))
        .isEqualTo(org.apache.zookeeper.Op.check("/a", 3));
  }
}
