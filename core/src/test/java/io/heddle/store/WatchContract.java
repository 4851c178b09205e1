// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static io.heddle.store.StoreFacts.check;
import static io.heddle.store.StoreFacts.delete;
import static io.heddle.store.StoreFacts.ephemeral;
import static io.heddle.store.StoreFacts.persistent;
import static io.heddle.store.StoreFacts.set;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What persistent watches deliver. */
interface WatchContract extends StoreFacts {
  @Test
  default void tellsOfEachChangeAtAndBelowTheWatchedZnode() {
    TestSession watcher = open();
    TestSession writer = open();
    TestSession.Seen seen = watcher.watch("/w");

    writer.apply(persistent("/w"));
    writer.apply(
        persistent("/w/a"),
        persistent("/w/a/b"),
        persistent("/x"),
        persistent("/wx"),
        persistent("/wx/a"));
    writer.apply(set("/w/a/b", "1"));
    writer.apply(set("/w", "1"), set("/x", "1"));
    writer.apply(delete("/w/a/b"), delete("/w/a"), delete("/w"));
    writer.apply(persistent("/w"));

    seen.awaitPaths("/w", "/w/a", "/w/a/b", "/w/a/b", "/w", "/w/a/b", "/w/a", "/w", "/w");
  }

  @Test
  default void tellsOfOwnChangesToo() {
    TestSession session = open();
    TestSession.Seen seen = session.watch("/w");

    session.apply(persistent("/w"), set("/w", "1"));

    seen.awaitPaths("/w", "/w");
  }

  @Test
  default void watchesEverythingFromTheRoot() {
    TestSession watcher = open();
    TestSession.Seen seen = watcher.watch("/");

    watcher.apply(persistent("/a"), persistent("/a/b"), set("/", "x"));

    seen.awaitPaths("/a", "/a/b", "/");
  }

  @Test
  default void tellsTheTransactionUnlessUnknown() {
    TestSession watcher = open();
    TestSession writer = open();
    TestSession.Seen seen = watcher.watch("/w");

    long created = writer.apply(persistent("/w"), persistent("/w/a")).zxid();
    long deleted = writer.apply(delete("/w/a")).zxid();

    seen.awaitPaths("/w", "/w/a", "/w/a");
    assertThat(seen.events().stream().map(WatchEvent::zxid).toList())
        .isIn(List.of(created, created, deleted), List.of(-1L, -1L, -1L));
  }

  @Test
  default void tellsOfAnEphemeralCreatedAndDeletedInOneCommit() {
    TestSession watcher = open();
    TestSession writer = open();
    writer.apply(persistent("/live"));
    TestSession.Seen seen = watcher.watch("/live");

    writer.apply(ephemeral("/live/s"), delete("/live/s"));

    seen.awaitPaths("/live/s", "/live/s");
  }

  @Test
  default void tellsNothingOfRefusedCommitsChecksAndReads() {
    TestSession watcher = open();
    TestSession writer = open();
    writer.apply(persistent("/w"));
    TestSession.Seen seen = watcher.watch("/w");

    writer.commit(set("/w", "lost"), persistent("/w/a"), check("/w", 9));
    writer.commit(check("/w", 0));
    writer.read("/w");
    writer.apply(persistent("/w/end"));

    seen.awaitPaths("/w/end");
  }

  @Test
  default void tellsEachOfSeveralOverlappingWatchesOnce() {
    TestSession watcher = open();
    TestSession writer = open();
    TestSession.Seen all = watcher.watch("/w");
    TestSession.Seen below = watcher.watch("/w/a");
    TestSession.Seen same = watcher.watch("/w/a");
    TestSession.Seen other = watcher.watch("/w/b");

    writer.apply(persistent("/w"), persistent("/w/a"), persistent("/w/a/x"), persistent("/w/b"));
    writer.apply(delete("/w/a/x"));

    all.awaitPaths("/w", "/w/a", "/w/a/x", "/w/b", "/w/a/x");
    below.awaitPaths("/w/a", "/w/a/x", "/w/a/x");
    same.awaitPaths("/w/a", "/w/a/x", "/w/a/x");
    other.awaitPaths("/w/b");
  }

  @Test
  default void tellsAnEventBeforeTheAnswerToAReadThatShowsIt() {
    TestSession watcher = open();
    TestSession writer = open();
    TestSession.Seen seen = watcher.watch("/w");
    List<Boolean> toldFirst = new ArrayList<>();
    writer.apply(persistent("/w"));

    for (int i = 0; i < 100; i++) {
      String path = "/w/" + i;
      rig().world().run(() -> readUntilFound(watcher.session(), path, seen, toldFirst));
      writer.committing(persistent(path));
    }
    rig().world().await("all are found", () -> toldFirst.size() == 100);

    assertThat(toldFirst).doesNotContain(false);
  }

  private static void readUntilFound(
      StoreSession session, String path, TestSession.Seen seen, List<Boolean> toldFirst) {
    session.read(path, answer -> {
      if (answer instanceof Read.Found) {
        toldFirst.add(seen.hasSeen(path));
      } else {
        readUntilFound(session, path, seen, toldFirst);
      }
    });
  }

  @Test
  default void tellsEventsInTheOrderOfTheChanges() {
    TestSession watcher = open();
    TestSession writer = open();
    writer.apply(persistent("/w"));
    TestSession.Seen seen = watcher.watch("/w");
    List<String> expected = new ArrayList<>();

    for (int i = 0; i < 200; i++) {
      String path = "/w/" + i % 5;
      writer.committing(i % 10 < 5 ? persistent(path) : delete(path));
      expected.add(path);
    }

    seen.awaitPaths(expected.toArray(String[]::new));
  }

  @Test
  default void losesWhatHappensWhileCutOffAndIsInForceAgainAfterwards() {
    TestSession watcher = open();
    TestSession writer = open();
    writer.apply(persistent("/w"), persistent("/w/a", "before"));
    TestSession.Seen seen = watcher.watch("/w");
    TestSession.Seen overlapping = watcher.watch("/w/a");

    watcher.client().cut();
    watcher.awaitEvents(SessionEvent.CONNECTED, SessionEvent.DISCONNECTED);
    writer.apply(set("/w/a", "meanwhile"), persistent("/w/b"), persistent("/w/c"), delete("/w/c"));
    watcher.client().heal();
    watcher.awaitEvents(SessionEvent.CONNECTED, SessionEvent.DISCONNECTED, SessionEvent.CONNECTED);

    // What is read now is what catches up; nothing was told.
    Node caughtUp = watcher.find("/w/a");
    assertThat(new String(caughtUp.data(), StandardCharsets.UTF_8)).isEqualTo("meanwhile");
    assertThat(caughtUp.stat().version()).isEqualTo(1);
    assertThat(seen.paths()).isEmpty();
    assertThat(overlapping.paths()).isEmpty();

    writer.apply(set("/w/b", "after"), set("/w/a", "after"));

    seen.awaitPaths("/w/b", "/w/a");
    overlapping.awaitPaths("/w/a");
  }

  @Test
  default void watchesAgainAfterEachOfSeveralDisconnections() {
    TestSession watcher = open();
    TestSession writer = open();
    writer.apply(persistent("/w"));
    TestSession.Seen seen = watcher.watch("/w");

    watcher.client().cut();
    watcher.awaitEvents(SessionEvent.CONNECTED, SessionEvent.DISCONNECTED);
    watcher.client().heal();
    watcher.awaitEvents(SessionEvent.CONNECTED, SessionEvent.DISCONNECTED, SessionEvent.CONNECTED);
    watcher.client().cut();
    watcher.awaitEvents(
        SessionEvent.CONNECTED,
        SessionEvent.DISCONNECTED,
        SessionEvent.CONNECTED,
        SessionEvent.DISCONNECTED);
    watcher.client().heal();
    watcher.awaitEvents(
        SessionEvent.CONNECTED,
        SessionEvent.DISCONNECTED,
        SessionEvent.CONNECTED,
        SessionEvent.DISCONNECTED,
        SessionEvent.CONNECTED);
    watcher.sync();
    writer.apply(set("/w", "after"));

    seen.awaitPaths("/w");
  }

  @Test
  default void tellsOfEphemeralsThatGoWithTheirSession() {
    TestSession watcher = open();
    TestSession leaving = open();
    leaving.apply(persistent("/w"), ephemeral("/w/e"));
    TestSession.Seen seen = watcher.watch("/w");

    leaving.close();

    seen.awaitPaths("/w/e");
    assertThat(watcher.read("/w/e")).isEqualTo(new Read.Absent("/w/e"));
  }
}
