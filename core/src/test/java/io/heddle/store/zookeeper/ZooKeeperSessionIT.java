// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.embedded.OperationCounts;
import io.heddle.runtime.Loop;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.Acl;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.OnLoop;
import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What only a real server can show, beyond the contract. */
class ZooKeeperSessionIT {
  private static EmbeddedZooKeeper server;

  private final Loop loop = new ThreadLoop("test");

  @BeforeAll
  static void startTheServer() {
    server = EmbeddedZooKeeper.builder()
        .tickTime(Duration.ofMillis(100))
        .minSessionTimeout(Duration.ofSeconds(4))
        .maxSessionTimeout(Duration.ofSeconds(5))
        .fsync(false)
        .start();
  }

  @AfterAll
  static void stopTheServer() {
    server.close();
  }

  @AfterEach
  void closeTheLoop() {
    loop.close();
  }

  private StoreSession open(ZooKeeperStore store, Duration timeout) {
    List<SessionEvent> events = new ArrayList<>();
    // From this thread and not from the loop, which is fine too.
    StoreSession session = store.open(SessionOptions.of(timeout), loop, events::add);
    OnLoop.await(loop, "CONNECTED", () -> !events.isEmpty());
    assertThat(events).containsExactly(SessionEvent.CONNECTED);
    return session;
  }

  private <T> T ask(Consumer<Consumer<T>> request) {
    List<T> answers = new ArrayList<>();
    loop.execute(() -> request.accept(answers::add));
    OnLoop.await(loop, "an answer", () -> !answers.isEmpty());
    return answers.get(0);
  }

  private Commit commit(StoreSession session, Op... ops) {
    return ask(answer -> session.commit(List.of(ops), answer));
  }

  private static Op.Create create(String path, CreateMode mode, Acl... acl) {
    return new Op.Create(path, new byte[1], mode, List.of(acl));
  }

  @Test
  void tellsTheTimeoutThatTheServerGrants() {
    try (ZooKeeperStore store = new ZooKeeperStore(server.connectString())) {
      StoreSession least = open(store, Duration.ofSeconds(3));
      StoreSession most = open(store, Duration.ofMinutes(1));

      assertThat(OnLoop.call(loop, least::timeout)).isEqualTo(Duration.ofSeconds(4));
      assertThat(OnLoop.call(loop, most::timeout)).isEqualTo(Duration.ofSeconds(5));
      OnLoop.run(loop, least::close);
      OnLoop.run(loop, most::close);
    }
  }

  @Test
  void hasEndedClosedSessionsAtTheServerWhenTheStoreIsClosed() {
    ZooKeeperStore leaving = new ZooKeeperStore(server.connectString());
    StoreSession session = open(leaving, Duration.ofSeconds(5));
    commit(session, create("/leaving", CreateMode.EPHEMERAL));
    OnLoop.run(loop, session::close);

    leaving.close();

    try (ZooKeeperStore staying = new ZooKeeperStore(server.connectString())) {
      StoreSession other = open(staying, Duration.ofSeconds(5));
      assertThat(this.<Read>ask(answer -> other.read("/leaving", answer)))
          .isEqualTo(new Read.Absent("/leaving"));
      OnLoop.run(loop, other::close);
    }
  }

  @Test
  void keepsRequestsThroughVainAttemptsToConnect() {
    List<SessionEvent> events = new ArrayList<>();
    List<Object> answers = new ArrayList<>();
    try (CuttableProxy proxy = new CuttableProxy(server.port());
        ZooKeeperStore store = new ZooKeeperStore("127.0.0.1:" + proxy.port())) {
      proxy.cut();
      StoreSession session =
          store.open(SessionOptions.of(Duration.ofSeconds(10)), loop, events::add);
      loop.execute(
          () -> session.commit(List.of(create("/kept", CreateMode.PERSISTENT)), answers::add));
      OnLoop.await(loop, "two vain attempts", () -> proxy.refused() >= 2);
      OnLoop.run(loop, () -> assertThat(answers).isEmpty());
      OnLoop.run(loop, () -> assertThat(events).isEmpty());

      proxy.heal();

      OnLoop.await(loop, "an answer", () -> !answers.isEmpty());
      assertThat(answers).hasOnlyElementsOfType(Commit.Applied.class);
      assertThat(events).containsExactly(SessionEvent.CONNECTED);
      OnLoop.run(loop, session::close);
    }
  }

  @Test
  void tellsTheTransactionOfEachWatchEvent() {
    try (ZooKeeperStore store = new ZooKeeperStore(server.connectString())) {
      StoreSession session = open(store, Duration.ofSeconds(5));
      List<WatchEvent> events = new ArrayList<>();
      this.<Boolean>ask(answer -> session.watch("/zxid", events::add, answer));

      Commit.Applied first =
          (Commit.Applied) commit(session, create("/zxid", CreateMode.PERSISTENT));
      Commit.Applied second = (Commit.Applied) commit(session, new Op.Delete("/zxid", 0));

      OnLoop.await(loop, "both events", () -> events.size() == 2);
      assertThat(events)
          .containsExactly(
              new WatchEvent("/zxid", first.zxid()), new WatchEvent("/zxid", second.zxid()));
      OnLoop.run(loop, session::close);
    }
  }

  @Test
  void countsEachZnodeOfAMultiReadAsOneRead() {
    try (ZooKeeperStore store = new ZooKeeperStore(server.connectString())) {
      StoreSession session = open(store, Duration.ofSeconds(5));
      List<String> paths = IntStream.range(0, 130).mapToObj(i -> "/none" + i).toList();
      OperationCounts before = server.operations();

      List<Read> reads = ask(answer -> session.readAll(paths, answer));

      assertThat(reads).hasSize(130);
      assertThat(server.operations().since(before)).isEqualTo(new OperationCounts(0, 130, 0));
      OnLoop.run(loop, session::close);
    }
  }

  @Test
  void refusesWhatIsBelowARootThatDoesNotExist() {
    try (ZooKeeperStore store = new ZooKeeperStore(server.connectString() + "/no/such/root")) {
      StoreSession session = open(store, Duration.ofSeconds(5));

      assertThat(commit(session, create("/a", CreateMode.PERSISTENT)))
          .isEqualTo(new Commit.Refused(0, "/a", Commit.Why.NO_NODE));
      assertThat(this.<Children>ask(answer -> session.children("/", answer)))
          .isEqualTo(new Children.Absent());
      OnLoop.run(loop, session::close);
    }
  }

  @Test
  void refusesAnAccessRuleThatZooKeeperDoesNotKnow() {
    try (ZooKeeperStore store = new ZooKeeperStore(server.connectString())) {
      StoreSession session = open(store, Duration.ofSeconds(5));
      Acl unknown = new Acl("no-such-scheme", "x", Acl.ALL);

      assertThat(commit(session, create("/rule", CreateMode.PERSISTENT, unknown)))
          .isEqualTo(new Commit.Refused(0, "/rule", Commit.Why.INVALID));
      OnLoop.run(loop, session::close);
    }
  }

  @Test
  void leavesTheSystemPropertiesAsTheyWere() {
    Properties before = (Properties) System.getProperties().clone();

    try (ZooKeeperStore store = new ZooKeeperStore(server.connectString())) {
      OnLoop.run(loop, open(store, Duration.ofSeconds(5))::close);
    }

    assertThat(System.getProperties()).isEqualTo(before);
  }
}
