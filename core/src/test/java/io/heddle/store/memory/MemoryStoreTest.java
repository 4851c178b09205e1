// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import static io.heddle.store.SessionEvent.CONNECTED;
import static io.heddle.store.SessionEvent.DISCONNECTED;
import static io.heddle.store.SessionEvent.EXPIRED;
import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.runtime.Loop;
import io.heddle.store.Acl;
import io.heddle.store.Commit;
import io.heddle.store.Credential;
import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.WatchEvent;
import io.heddle.store.memory.CommittedTxn.Kind;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the contract, in real time, can't show: times, what is lost or late, counts, the log. */
final class MemoryStoreTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(6);
  private static final Duration MOMENT = Duration.ofMillis(1);
  private static final Duration THIRD = TIMEOUT.dividedBy(3);

  private final VirtualTime time = new VirtualTime();
  private final HeldNetwork network = new HeldNetwork();
  private final MemoryStore store = new MemoryStore(time.newLoop(), network);
  private final Loop clientLoop = time.newLoop();
  private final List<SessionEvent> events = new ArrayList<>();

  private StoreSession open() {
    StoreSession session = store.open(SessionOptions.of(TIMEOUT), clientLoop, events::add);
    time.pass(MOMENT);
    return session;
  }

  private StoreSession openOther(Credential... credentials) {
    StoreSession session = store
        .through(new DirectNetwork())
        .open(new SessionOptions(TIMEOUT, List.of(credentials)), time.newLoop(), event -> {});
    time.pass(MOMENT);
    return session;
  }

  private static Op create(String path, CreateMode mode, Acl... acl) {
    return new Op.Create(path, bytes(path), mode, List.of(acl));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Commit commit(StoreSession session, Op... ops) {
    List<Commit> answers = new ArrayList<>();
    session.commit(List.of(ops), answers::add);
    time.pass(MOMENT);
    assertThat(answers).hasSize(1);
    return answers.get(0);
  }

  @Test
  void keepsAnIdleSessionAliveByPings() {
    StoreSession session = open();
    commit(session, create("/e", CreateMode.EPHEMERAL));

    time.pass(TIMEOUT.multipliedBy(20));

    assertThat(events).containsExactly(CONNECTED);
    assertThat(store.contents()).containsKey("/e");
    assertThat(store.operations()).isEqualTo(new OperationCounts(1, 0));
  }

  @Test
  void endsASilentSessionAtItsTimeoutAndNotBefore() {
    StoreSession session = open();
    commit(session, create("/e", CreateMode.EPHEMERAL));
    commit(session, new Op.Set("/e", bytes("last heard"), 0));
    clientLoop.close();

    time.pass(TIMEOUT.minus(MOMENT).minus(MOMENT));
    assertThat(store.contents()).containsKey("/e");
    time.pass(MOMENT.multipliedBy(2));

    assertThat(store.contents()).isEmpty();
    assertThat(store.sessions()).isEmpty();
  }

  @Test
  void takesAConnectionForLostAfterTwoThirdsOfTheTimeoutWithoutAWord() {
    open();
    network.loseToClient();
    network.holdNewLinksToo();

    time.pass(THIRD.multipliedBy(2).minus(MOMENT.multipliedBy(2)));
    assertThat(events).containsExactly(CONNECTED);
    time.pass(MOMENT.multipliedBy(2));

    assertThat(events).containsExactly(CONNECTED, DISCONNECTED);
  }

  @Test
  void learnsOfItsEndOnlyFromTheServer() {
    StoreSession session = open();
    network.loseToClient();
    network.holdToServer();
    network.holdNewLinksToo();

    time.pass(TIMEOUT.multipliedBy(3));
    assertThat(store.sessions()).isEmpty();
    assertThat(events).containsExactly(CONNECTED, DISCONNECTED);
    network.release();
    time.pass(MOMENT);

    assertThat(events).containsExactly(CONNECTED, DISCONNECTED);
    assertThat(session.id()).isNotZero();
  }

  @Test
  void isToldExpiredWhenItReconnectsTooLate() {
    StoreSession session = open();
    store.expire(session.id());

    time.pass(THIRD);

    assertThat(events).containsExactly(CONNECTED, DISCONNECTED, EXPIRED);
  }

  @Test
  void carriesOutWhatADeadProcessHadSent() {
    StoreSession session = open();
    network.holdToServer();
    session.commit(List.of(create("/late", CreateMode.PERSISTENT)), answer -> {});
    clientLoop.close();

    time.pass(THIRD);
    assertThat(store.contents()).isEmpty();
    network.release();
    time.pass(MOMENT);

    assertThat(store.contents()).containsOnlyKeys("/late");
  }

  @Test
  void carriesOutNothingOfADeadProcessAfterItsSessionEnded() {
    StoreSession session = open();
    network.holdToServer();
    session.commit(List.of(create("/late", CreateMode.PERSISTENT)), answer -> {});
    clientLoop.close();

    time.pass(TIMEOUT);
    network.release();
    time.pass(MOMENT);

    assertThat(store.contents()).isEmpty();
  }

  @Test
  void carriesOutNothingOfAnOldConnectionOnceTheSessionUsesAnother() {
    StoreSession session = open();
    List<Commit> answers = new ArrayList<>();
    network.holdToServer();
    network.loseToClient();
    session.commit(List.of(create("/late", CreateMode.PERSISTENT)), answers::add);

    time.pass(TIMEOUT);
    assertThat(events).containsExactly(CONNECTED, DISCONNECTED, CONNECTED);
    network.release();
    time.pass(MOMENT);

    assertThat(answers).containsExactly(new Commit.Unknown());
    assertThat(store.contents()).isEmpty();
    assertThat(commit(session, create("/next", CreateMode.PERSISTENT)))
        .isInstanceOf(Commit.Applied.class);
  }

  @Test
  void failsWhatWaitsWhenAnAttemptToReconnectFails() {
    StoreSession session = open();
    network.loseToClient();
    network.holdToServer();
    network.holdNewLinksToo();
    time.pass(THIRD.multipliedBy(2));
    List<Object> answers = new ArrayList<>();

    session.commit(List.of(create("/a", CreateMode.PERSISTENT)), answers::add);
    session.readAll(List.of("/a", "/b"), answers::add);
    time.pass(THIRD.plus(THIRD));

    assertThat(events).containsExactly(CONNECTED, DISCONNECTED);
    assertThat(answers)
        .containsExactly(
            new Commit.Unknown(), List.of(new Read.Unavailable("/a"), new Read.Unavailable("/b")));
  }

  @Test
  void countsWritesInsideCommitsAndAtTheEndOfASessionAndReads() {
    StoreSession session = open();
    commit(
        session,
        create("/a", CreateMode.PERSISTENT),
        create("/e", CreateMode.EPHEMERAL),
        new Op.Check("/a", 0));
    OperationCounts before = store.operations();

    commit(session, new Op.Check("/a", 0));
    commit(session, new Op.Set("/a", bytes("x"), 0), new Op.Delete("/none", 0));
    session.readAll(List.of("/a", "/none"), answer -> {});
    session.children("/", answer -> {});
    session.sync(answer -> {});
    time.pass(MOMENT);
    session.close();
    time.pass(MOMENT);

    assertThat(before).isEqualTo(new OperationCounts(2, 0));
    assertThat(store.operations().since(before)).isEqualTo(new OperationCounts(1, 3));
  }

  @Test
  void logsEachTransactionThatChangedSomething() {
    List<CommittedTxn> log = new ArrayList<>();
    store.onCommit(log::add);
    StoreSession session = open();
    long id = session.id();

    Commit.Applied first = (Commit.Applied) commit(session, create("/e", CreateMode.EPHEMERAL));
    commit(session, new Op.Check("/e", 0));
    commit(session, create("/lost", CreateMode.PERSISTENT), new Op.Check("/e", 9));
    Commit.Applied second = (Commit.Applied)
        commit(session, new Op.Set("/e", bytes("1"), 0), new Op.Set("/e", bytes("2"), 1));
    session.close();
    time.pass(MOMENT);

    assertThat(log).extracting(CommittedTxn::session).containsExactly(id, id, id);
    assertThat(log.get(0).zxid()).isEqualTo(first.zxid());
    assertThat(log.get(1).zxid()).isEqualTo(second.zxid());
    assertThat(log.get(2).zxid()).isGreaterThan(second.zxid());
    assertThat(log.stream().map(MemoryStoreTest::told))
        .containsExactly(
            List.of(Kind.CREATED + " /e=/e"),
            List.of(Kind.SET + " /e=1", Kind.SET + " /e=2"),
            List.of(Kind.DELETED + " /e=2"));
  }

  private static List<String> told(CommittedTxn txn) {
    return txn.changes().stream()
        .map(c -> c.kind() + " " + c.path() + "=" + new String(c.data(), StandardCharsets.UTF_8))
        .toList();
  }

  @Test
  void numbersARefusedCommitToo() {
    StoreSession session = open();
    long before = ((Commit.Applied) commit(session, new Op.Check("/", 0))).zxid();

    commit(session, new Op.Check("/none", 0));

    long after = ((Commit.Applied) commit(session, new Op.Check("/", 0))).zxid();
    assertThat(after).isEqualTo(before + 2);
  }

  @Test
  void tellsNoEventOfWhatAClientMayNotRead() {
    StoreSession nobody = openOther();
    StoreSession alice = openOther(new Credential("digest", bytes("alice:secret")));
    List<WatchEvent> seenByNobody = new ArrayList<>();
    List<WatchEvent> seenByAlice = new ArrayList<>();
    nobody.watch("/", seenByNobody::add, answer -> {});
    alice.watch("/", seenByAlice::add, answer -> {});

    commit(alice, create("/hers", CreateMode.PERSISTENT, new Acl("auth", "", Acl.ALL)));
    commit(alice, create("/all", CreateMode.PERSISTENT));

    assertThat(seenByAlice).extracting(WatchEvent::path).containsExactly("/hers", "/all");
    assertThat(seenByNobody).extracting(WatchEvent::path).containsExactly("/all");
  }

  @Test
  void survivesACallbackThatClosesTheSessionWhenItsConnectionIsLost() {
    StoreSession session = open();
    List<Object> answers = new ArrayList<>();
    network.loseToClient();
    network.holdNewLinksToo();
    session.sync(done -> {
      answers.add(done);
      session.close();
      session.read("/", answers::add);
    });
    session.sync(answers::add);

    time.pass(TIMEOUT.multipliedBy(3));

    assertThat(answers).containsExactly(false, false, new Read.Unavailable("/"));
    assertThat(events).containsExactly(CONNECTED);
    assertThat(store.sessions()).isEmpty();
  }
}
