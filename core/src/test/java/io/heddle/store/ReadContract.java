// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static io.heddle.store.StoreFacts.delete;
import static io.heddle.store.StoreFacts.ephemeral;
import static io.heddle.store.StoreFacts.persistent;
import static io.heddle.store.StoreFacts.set;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Lists;
import io.heddle.store.Op.CreateMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reads, and the order in which requests are carried out and answered. */
interface ReadContract extends StoreFacts {
  @Test
  default void tellsWhatIsAbsent() {
    TestSession session = open();

    assertThat(session.read("/none")).isEqualTo(new Read.Absent("/none"));
    assertThat(session.children("/none")).isEqualTo(new Children.Absent());
  }

  @Test
  default void listsChildrenSorted() {
    TestSession session = open();
    session.apply(
        persistent("/p"),
        persistent("/p/b"),
        ephemeral("/p/c"),
        persistent("/p/a"),
        persistent("/p/B"),
        persistent("/p/a/x"));

    assertThat(session.children("/p"))
        .isEqualTo(new Children.Found(ImmutableList.of("B", "a", "b", "c")));
    assertThat(session.children("/p/b")).isEqualTo(new Children.Found(ImmutableList.of()));
    assertThat(session.children("/")).isEqualTo(new Children.Found(ImmutableList.of("p")));
  }

  @Test
  default void readsTheRoot() {
    TestSession session = open();

    assertThat(session.find("/").path()).isEqualTo("/");
  }

  @Test
  default void readsManyInTheOrderOfThePaths() {
    TestSession session = open();
    for (List<Integer> part : Lists.partition(indexes(0, 1_500), 500)) {
      session.apply(part.stream().map(i -> persistent("/n" + i, "" + i)).toArray(Op[]::new));
    }
    List<String> paths = new ArrayList<>();
    indexes(0, 1_500).forEach(i -> paths.add(i % 7 == 0 ? "/none" + i : "/n" + (1_499 - i)));
    paths.add("/n3");
    paths.add("/n3");

    List<Read> reads = session.readAll(paths);

    assertThat(reads).extracting(Read::path).isEqualTo(paths);
    assertThat(reads).allSatisfy(read -> {
      if (read.path().startsWith("/none")) {
        assertThat(read).isInstanceOf(Read.Absent.class);
      } else {
        assertThat("/n" + text(read)).isEqualTo(read.path());
      }
    });
  }

  @Test
  default void readsNothingWhenAskedForNothing() {
    assertThat(open().readAll(List.of())).isEmpty();
  }

  @Test
  default void readsManyLargeZnodesAtOnce() {
    TestSession session = open();
    byte[] large = new byte[StoreSession.MAX_NODE_BYTES];
    List<String> paths = new ArrayList<>();
    for (int i = 0; i < 24; i += 2) {
      session.apply(
          new Op.Create("/l" + i, large, CreateMode.PERSISTENT, List.of()),
          new Op.Create("/l" + (i + 1), large, CreateMode.PERSISTENT, List.of()));
      paths.add("/l" + i);
      paths.add("/l" + (i + 1));
    }

    List<Read> reads = session.readAll(paths);

    assertThat(reads)
        .hasSize(24)
        .allSatisfy(read -> assertThat(read)
            .isInstanceOfSatisfying(
                Read.Found.class, found -> assertThat(found.node().data()).hasSize(large.length)));
  }

  @Test
  default void answersInTheOrderOfTheRequests() {
    TestSession session = open();
    List<String> order = new ArrayList<>();
    List<String> expected = new ArrayList<>();

    rig().world().run(() -> {
      StoreSession store = session.session();
      for (int i = 0; i < 20; i++) {
        String path = "/n" + i;
        String mark = "" + i;
        store.commit(List.of(persistent(path)), answer -> order.add("create " + mark));
        store.read(path, answer -> order.add("read " + mark));
        store.children(path, answer -> order.add("children " + mark));
        store.commit(List.of(set(path, "", 7)), answer -> order.add("refused " + mark));
        store.readAll(List.of(path, "/none", path), answer -> order.add("readAll " + mark));
        store.readAll(List.of(), answer -> order.add("readNone " + mark));
        store.sync(answer -> order.add("sync " + mark));
        store.watch(path, event -> {}, answer -> order.add("watch " + mark));
        store.commit(List.of(delete(path)), answer -> order.add("delete " + mark));
        for (String kind : List.of(
            "create",
            "read",
            "children",
            "refused",
            "readAll",
            "readNone",
            "sync",
            "watch",
            "delete")) {
          expected.add(kind + " " + mark);
        }
      }
    });
    rig().world().await("all answers", () -> order.size() >= expected.size());

    assertThat(order).isEqualTo(expected);
  }

  @Test
  default void carriesRequestsOutInOrderAlsoAroundALongRead() {
    TestSession session = open();
    session.apply(persistent("/first", "old"), persistent("/last", "old"));
    List<String> paths = new ArrayList<>();
    paths.add("/first");
    indexes(0, 3_000).forEach(i -> paths.add("/none" + i));
    paths.add("/last");

    Answers<List<Read>> before = session.readingAll(paths);
    session.committing(set("/last", "new"), set("/first", "new"));
    Answers<List<Read>> after = session.readingAll(paths);

    assertThat(text(session.await(before).get(0))).isEqualTo("old");
    assertThat(text(session.await(before).get(3_001))).isEqualTo("old");
    assertThat(text(session.await(after).get(0))).isEqualTo("new");
    assertThat(text(session.await(after).get(3_001))).isEqualTo("new");
  }

  @Test
  default void seesItsOwnWritesWithoutWaitingForTheirAnswers() {
    TestSession session = open();

    session.committing(persistent("/a", "one"));
    Answers<Read> first = session.reading("/a");
    session.committing(set("/a", "two"));
    Answers<Read> second = session.reading("/a");
    session.committing(delete("/a"));
    Answers<Read> third = session.reading("/a");

    assertThat(text(session.await(first))).isEqualTo("one");
    assertThat(text(session.await(second))).isEqualTo("two");
    assertThat(session.await(third)).isEqualTo(new Read.Absent("/a"));
  }

  @Test
  default void seesWhatOthersWroteBeforeASync() {
    TestSession writer = open();
    TestSession reader = open();
    writer.apply(persistent("/a", "new"));

    assertThat(reader.sync()).isTrue();
    assertThat(reader.text("/a")).isEqualTo("new");
  }

  private static List<Integer> indexes(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  private static String text(Read read) {
    assertThat(read).isInstanceOf(Read.Found.class);
    return new String(((Read.Found) read).node().data(), StandardCharsets.UTF_8);
  }
}
