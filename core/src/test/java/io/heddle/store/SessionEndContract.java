// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static io.heddle.store.SessionEvent.CONNECTED;
import static io.heddle.store.SessionEvent.DISCONNECTED;
import static io.heddle.store.SessionEvent.EXPIRED;
import static io.heddle.store.StoreFacts.delete;
import static io.heddle.store.StoreFacts.ephemeral;
import static io.heddle.store.StoreFacts.persistent;
import static io.heddle.store.StoreFacts.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How sessions end, and what becomes of their ephemerals and requests. */
interface SessionEndContract extends StoreFacts {
  @Test
  default void endsEphemeralsWithTheClosedSession() {
    TestSession session = open();
    TestSession other = open();
    TestSession.Seen seen = other.watch("/e");
    session.apply(ephemeral("/e"), persistent("/p"));
    seen.awaitPaths("/e");

    session.close();

    seen.awaitPaths("/e", "/e");
    assertThat(other.read("/e")).isEqualTo(new Read.Absent("/e"));
    assertThat(other.read("/p")).isInstanceOf(Read.Found.class);
    assertThat(session.events()).containsExactly(CONNECTED);
  }

  @Test
  default void answersWhatIsPendingWhenClosed() {
    TestSession session = open();
    session.client().loseReplies();
    Answers<Commit> commit = session.committing(persistent("/a"));
    Answers<Read> read = session.reading("/a");
    Answers<List<Read>> reads = session.readingAll(List.of("/a", "/b"));
    Answers<Children> children = session.listing("/");
    Answers<Boolean> sync = session.syncing();
    Answers<Boolean> watch = session.watching("/", event -> {});

    session.close();

    assertThat(session.await(commit)).isEqualTo(new Commit.Unknown());
    assertThat(session.await(read)).isEqualTo(new Read.Unavailable("/a"));
    assertThat(session.await(reads))
        .isEqualTo(List.of(new Read.Unavailable("/a"), new Read.Unavailable("/b")));
    assertThat(session.await(children)).isEqualTo(new Children.Unavailable());
    assertThat(session.await(sync)).isFalse();
    assertThat(session.await(watch)).isFalse();
    session.client().cut();
    assertThat(session.events()).containsExactly(CONNECTED);
  }

  @Test
  default void answersWhatIsAskedOfAClosedSession() {
    TestSession session = open();
    session.close();
    session.close();

    assertThat(session.commit(persistent("/a"))).isEqualTo(new Commit.Unknown());
    assertThat(session.read("/")).isEqualTo(new Read.Unavailable("/"));
    assertThat(session.readAll(List.of("/"))).isEqualTo(List.of(new Read.Unavailable("/")));
    assertThat(session.children("/")).isEqualTo(new Children.Unavailable());
    assertThat(session.sync()).isFalse();
    assertThat(session.await(session.watching("/", event -> {}))).isFalse();
    assertThat(open().read("/a")).isEqualTo(new Read.Absent("/a"));
  }

  @Test
  default void closesBeforeItIsConnected() {
    StoreWorld.Client client = rig().world().newClient();
    client.cut();
    TestSession session = rig().open(client, StoreRig.PATIENT);
    Answers<Commit> commit = session.committing(ephemeral("/e"));

    session.close();
    client.heal();

    assertThat(session.await(commit)).isEqualTo(new Commit.Unknown());
    assertThat(session.events()).isEmpty();
    assertThat(open().read("/e")).isEqualTo(new Read.Absent("/e"));
  }

  @Test
  default void tellsWatchesNothingOnceClosed() {
    TestSession session = open();
    TestSession other = open();
    TestSession.Seen closed = session.watch("/w");
    TestSession.Seen open = other.watch("/w");

    session.close();
    other.apply(persistent("/w"), set("/w", "x"));

    open.awaitPaths("/w", "/w");
    assertThat(closed.paths()).isEmpty();
  }

  @Test
  default void losesEphemeralsWhenItExpires() {
    TestSession session = open();
    TestSession other = open();
    TestSession.Seen seen = other.watch("/e");
    session.apply(ephemeral("/e"), persistent("/p"));

    session.client().expire(session.session());

    seen.awaitPaths("/e", "/e");
    session.awaitEvent(EXPIRED);
    assertThat(session.events())
        .isIn(List.of(CONNECTED, EXPIRED), List.of(CONNECTED, DISCONNECTED, EXPIRED));
    assertThat(other.read("/e")).isEqualTo(new Read.Absent("/e"));
    assertThat(session.commit(set("/p", "x"))).isEqualTo(new Commit.Unknown());
    assertThat(session.read("/p")).isEqualTo(new Read.Unavailable("/p"));
    assertThat(other.find("/p").stat().version()).isZero();
  }

  @Test
  default void learnsOfItsExpiryWhenItIsConnectedAgain() {
    TestSession session = open();
    TestSession other = open();
    TestSession.Seen seen = other.watch("/e");
    session.apply(ephemeral("/e"));

    session.client().cut();
    session.awaitEvents(CONNECTED, DISCONNECTED);
    session.client().expire(session.session());
    seen.awaitPaths("/e", "/e");
    session.client().heal();

    session.awaitEvents(CONNECTED, DISCONNECTED, EXPIRED);
    assertThat(session.commit(ephemeral("/e"))).isEqualTo(new Commit.Unknown());
    assertThat(other.read("/e")).isEqualTo(new Read.Absent("/e"));
  }

  @Test
  default void leavesAnEphemeralNameToTheNextSession() {
    TestSession first = open();
    TestSession second = open();
    first.apply(ephemeral("/e"));
    TestSession.Seen seen = second.watch("/e");

    Commit tooEarly = second.commit(ephemeral("/e"));
    first.close();
    seen.awaitPaths("/e");
    Commit.Applied afterwards = second.apply(ephemeral("/e"));

    assertThat(tooEarly).isEqualTo(new Commit.Refused(0, "/e", Commit.Why.NODE_EXISTS));
    assertThat(afterwards.stats().get(0).ephemeralOwner()).isEqualTo(second.id());
  }

  @Test
  default void lateWritesOfADeletedEphemeralsOwnerStillLand() {
    // Why a certified end bumps the incarnation as well: deleting the ephemeral fences nothing.
    TestSession owner = open();
    TestSession other = open();
    owner.apply(ephemeral("/e"), persistent("/p"));

    other.apply(delete("/e"));

    owner.apply(set("/p", "late", 0));
    assertThat(other.sync()).isTrue();
    assertThat(other.text("/p")).isEqualTo("late");
  }
}
