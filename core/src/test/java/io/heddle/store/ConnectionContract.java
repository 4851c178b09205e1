// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static io.heddle.store.SessionEvent.CONNECTED;
import static io.heddle.store.SessionEvent.DISCONNECTED;
import static io.heddle.store.SessionEvent.EXPIRED;
import static io.heddle.store.StoreFacts.check;
import static io.heddle.store.StoreFacts.ephemeral;
import static io.heddle.store.StoreFacts.persistent;
import static io.heddle.store.StoreFacts.set;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What sessions go through while they are connected, cut off, and connected again. */
interface ConnectionContract extends StoreFacts {
  @Test
  default void hasAnIdAndATimeoutOnceConnected() {
    TestSession session = open();

    assertThat(session.id()).isNotZero();
    assertThat(open().id()).isNotEqualTo(session.id());
    rig()
        .world()
        .run(() -> assertThat(session.session().timeout()).isEqualTo(StoreRig.PATIENT.timeout()));
  }

  @Test
  default void queuesWhatIsAskedBeforeItIsConnected() {
    StoreWorld.Client client = rig().world().newClient();
    client.cut();

    TestSession session = rig().open(client, StoreRig.PATIENT);
    assertThat(session.id()).isZero();
    Answers<Commit> commit = session.committing(persistent("/a", "x"));
    Answers<Read> read = session.reading("/a");
    Answers<List<Read>> reads = session.readingAll(List.of("/a", "/none"));
    client.heal();

    assertThat(session.await(commit)).isInstanceOf(Commit.Applied.class);
    assertThat(session.await(read)).isInstanceOf(Read.Found.class);
    assertThat(session.await(reads))
        .hasSize(2)
        .hasOnlyElementsOfTypes(Read.Found.class, Read.Absent.class);
    assertThat(session.events()).containsExactly(CONNECTED);
  }

  @Test
  default void isOverIfNoConnectionComesAboutWithinTheTimeout() {
    StoreWorld.Client client = rig().world().newClient();
    client.cut();

    TestSession session = rig().open(client, SessionOptions.of(Duration.ofMillis(500)));
    Answers<Commit> commit = session.committing(persistent("/a"));
    Answers<List<Read>> reads = session.readingAll(List.of("/a", "/b"));
    session.awaitEvents(EXPIRED);

    assertThat(session.await(commit)).isEqualTo(new Commit.Unknown());
    assertThat(session.await(reads))
        .isEqualTo(List.of(new Read.Unavailable("/a"), new Read.Unavailable("/b")));
    client.heal();
    assertThat(session.commit(persistent("/a"))).isEqualTo(new Commit.Unknown());
    assertThat(session.events()).containsExactly(EXPIRED);
    assertThat(open().read("/a")).isEqualTo(new Read.Absent("/a"));
  }

  @Test
  default void answersWhatIsInFlightWhenTheConnectionIsLost() {
    TestSession session = open();
    session.apply(persistent("/a"));
    session.client().loseReplies();

    Answers<Commit> commit = session.committing(set("/a", "x"));
    Answers<Commit> check = session.committing(check("/a"));
    Answers<Read> read = session.reading("/a");
    List<String> paths = IntStream.range(0, 3_000).mapToObj(i -> "/n" + i).toList();
    Answers<List<Read>> reads = session.readingAll(paths);
    Answers<Children> children = session.listing("/");
    Answers<Boolean> sync = session.syncing();
    Answers<Boolean> watch = session.watching("/a", event -> {});
    session.client().cut();

    assertThat(session.await(commit)).isEqualTo(new Commit.Unknown());
    assertThat(session.await(check)).isEqualTo(new Commit.Unknown());
    assertThat(session.await(read)).isEqualTo(new Read.Unavailable("/a"));
    assertThat(session.await(reads))
        .isEqualTo(paths.stream().map(Read.Unavailable::new).toList());
    assertThat(session.await(children)).isEqualTo(new Children.Unavailable());
    assertThat(session.await(sync)).isFalse();
    assertThat(session.await(watch)).isFalse();
    session.awaitEvents(CONNECTED, DISCONNECTED);
  }

  @Test
  default void mayHaveDoneWhatHasAnUnknownOutcome() {
    TestSession session = open();
    TestSession other = open();
    session.apply(persistent("/a", "before"));
    TestSession.Seen seen = other.watch("/a");

    session.client().loseReplies();
    Answers<Commit> commit = session.committing(set("/a", "after", 0));
    seen.awaitPaths("/a");
    session.client().cut();

    assertThat(session.await(commit)).isEqualTo(new Commit.Unknown());
    session.client().heal();
    session.awaitEvents(CONNECTED, DISCONNECTED, CONNECTED);
    assertThat(session.sync()).isTrue();
    assertThat(session.text("/a")).isEqualTo("after");
  }

  @Test
  default void keepsTheSessionAcrossADisconnection() {
    TestSession session = open();
    TestSession other = open();
    long id = session.id();
    session.apply(ephemeral("/e"));

    session.client().cut();
    session.awaitEvents(CONNECTED, DISCONNECTED);
    session.client().heal();
    session.awaitEvents(CONNECTED, DISCONNECTED, CONNECTED);

    assertThat(session.id()).isEqualTo(id);
    assertThat(session.apply(set("/e", "x", 0)).stats().get(0).ephemeralOwner()).isEqualTo(id);
    assertThat(other.find("/e").stat().ephemeralOwner()).isEqualTo(id);
  }

  @Test
  default void answersOnceAndInOrderWhatIsAskedWhileCutOff() {
    TestSession session = open();
    session.client().cut();
    session.awaitEvents(CONNECTED, DISCONNECTED);
    List<Integer> order = new ArrayList<>();

    rig().world().run(() -> {
      for (int i = 0; i < 10; i += 2) {
        int mark = i;
        session.session().read("/none", answer -> order.add(mark));
        session.session().commit(List.of(StoreFacts.check("/")), answer -> order.add(mark + 1));
      }
    });
    Answers<Commit> commit = session.committing(persistent("/a"));
    session.client().heal();
    Commit outcome = session.await(commit);

    rig().world().run(() -> assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
    session.awaitEvents(CONNECTED, DISCONNECTED, CONNECTED);
    // It may have been tried in vain meanwhile, or been kept until now; it is never lost silently.
    assertThat(session.sync()).isTrue();
    assertThat(session.read("/a").getClass())
        .isEqualTo(outcome instanceof Commit.Applied ? Read.Found.class : Read.Absent.class);
  }

  @Test
  default void goesOnAfterARestartOfTheServer() {
    TestSession session = open();
    long id = session.id();
    session.apply(persistent("/a", "kept"), ephemeral("/e"));
    TestSession.Seen seen = session.watch("/a");

    rig().world().restart();
    session.awaitEvents(CONNECTED, DISCONNECTED, CONNECTED);

    assertThat(session.text("/a")).isEqualTo("kept");
    assertThat(session.find("/e").stat().ephemeralOwner()).isEqualTo(id);
    session.apply(set("/a", "new", 0));
    seen.awaitPaths("/a");
    assertThat(session.children("/")).isEqualTo(new Children.Found(ImmutableList.of("a", "e")));
  }
}
