// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static io.heddle.store.StoreFacts.bytes;
import static io.heddle.store.StoreFacts.check;
import static io.heddle.store.StoreFacts.delete;
import static io.heddle.store.StoreFacts.ephemeral;
import static io.heddle.store.StoreFacts.persistent;
import static io.heddle.store.StoreFacts.set;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import io.heddle.store.Op.CreateMode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a commit does when it is applied, and what is never sent. */
interface CommitContract extends StoreFacts {
  @Test
  default void createsWithDataAndTellsTheStat() {
    TestSession session = open();

    Commit.Applied applied = session.apply(persistent("/a", "one"), ephemeral("/e"));

    long zxid = applied.zxid();
    assertThat(zxid).isPositive();
    assertThat(applied.stats())
        .containsExactly(new Stat(zxid, zxid, 0, 0), new Stat(zxid, zxid, 0, session.id()));
    assertThat(session.text("/a")).isEqualTo("one");
    assertThat(session.find("/a").stat()).isEqualTo(applied.stats().get(0));
    assertThat(session.find("/e").stat()).isEqualTo(applied.stats().get(1));
  }

  @Test
  default void setsAndTellsTheStat() {
    TestSession session = open();
    long created = session.apply(persistent("/a")).zxid();

    Commit.Applied applied = session.apply(set("/a", "two", 0));

    assertThat(applied.zxid()).isGreaterThan(created);
    assertThat(applied.stats()).containsExactly(new Stat(created, applied.zxid(), 1, 0));
    assertThat(session.find("/a").stat()).isEqualTo(applied.stats().get(0));
    assertThat(session.text("/a")).isEqualTo("two");
  }

  @Test
  default void tellsVersionMinusOneForDeletesAndChecks() {
    TestSession session = open();
    session.apply(persistent("/a"), persistent("/b"));

    Commit.Applied applied = session.apply(check("/a", 0), delete("/b", 0));

    assertThat(applied.stats()).extracting(Stat::version).containsExactly(-1, -1);
    assertThat(session.read("/b")).isEqualTo(new Read.Absent("/b"));
  }

  @Test
  default void doesTheOperationsInOrderEachSeeingTheOnesBefore() {
    TestSession session = open();

    Commit.Applied applied = session.apply(
        persistent("/a"),
        persistent("/a/b"),
        set("/a/b", "x", 0),
        set("/a/b", "y", 1),
        check("/a/b", 2));

    assertThat(applied.stats()).extracting(Stat::version).containsExactly(0, 0, 1, 2, -1);
    assertThat(session.text("/a/b")).isEqualTo("y");
  }

  @Test
  default void createsAndDeletesAnEphemeralInOneCommit() {
    TestSession session = open();
    session.apply(persistent("/live"));

    session.apply(ephemeral("/live/s"), delete("/live/s"), persistent("/proof"));

    assertThat(session.read("/live/s")).isEqualTo(new Read.Absent("/live/s"));
    assertThat(session.children("/live")).isEqualTo(new Children.Found(ImmutableList.of()));
    assertThat(session.find("/proof").stat().version()).isZero();
  }

  @Test
  default void commitsWhatOnlyChecks() {
    TestSession session = open();
    long created = session.apply(persistent("/a")).zxid();

    Commit.Applied applied = session.apply(check("/a", 0), check("/a"));

    assertThat(applied.zxid()).isGreaterThanOrEqualTo(created);
    assertThat(session.find("/a").stat()).isEqualTo(new Stat(created, created, 0, 0));
  }

  @Test
  default void startsVersionsAgainWhenAZnodeIsCreatedAgain() {
    TestSession session = open();
    session.apply(persistent("/a"));
    Stat before = session.apply(set("/a", "x"), set("/a", "x")).stats().get(1);

    Commit.Applied again = session.apply(delete("/a", 2), persistent("/a", "x"));

    Stat after = session.find("/a").stat();
    assertThat(before.version()).isEqualTo(2);
    assertThat(after).isEqualTo(new Stat(again.zxid(), again.zxid(), 0, 0));
    assertThat(after.czxid()).isGreaterThan(before.mzxid());
    assertThat(session.commit(check("/a", 2)))
        .isEqualTo(new Commit.Refused(0, "/a", Commit.Why.BAD_VERSION));
    // A version alone can't tell the two apart: the old znode had version 0 as well.
    session.apply(check("/a", 0));
  }

  @Test
  default void holdsEmptyAndLargestData() {
    TestSession session = open();
    byte[] largest = new byte[StoreSession.MAX_NODE_BYTES];
    largest[largest.length - 1] = 7;

    session.apply(
        persistent("/empty"), new Op.Create("/large", largest, CreateMode.PERSISTENT, List.of()));

    assertThat(session.find("/empty").data()).isEmpty();
    assertThat(session.find("/large").data()).isEqualTo(largest);
  }

  @Test
  default void takesTheMostOperationsAtOnce() {
    TestSession session = open();

    Commit.Applied applied = session.apply(IntStream.range(0, StoreSession.MAX_OPS)
        .mapToObj(i -> persistent("/n" + i))
        .toArray(Op[]::new));

    assertThat(applied.stats()).hasSize(StoreSession.MAX_OPS);
    assertThat(((Children.Found) session.children("/")).names()).hasSize(StoreSession.MAX_OPS);
  }

  @Test
  default void sendsNothingAboveABound() {
    TestSession session = open();
    byte[] tooLarge = new byte[StoreSession.MAX_NODE_BYTES + 1];
    byte[] large = new byte[StoreSession.MAX_NODE_BYTES];
    Op[] tooMany = IntStream.rangeClosed(0, StoreSession.MAX_OPS)
        .mapToObj(i -> check("/n" + i))
        .toArray(Op[]::new);

    assertThatThrownBy(() -> session.committing()).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> session.committing(tooMany))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("601");
    assertThatThrownBy(() -> session.committing(
            persistent("/ok"), new Op.Create("/big", tooLarge, CreateMode.PERSISTENT, List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/big")
        .hasMessageContaining(String.valueOf(tooLarge.length));
    assertThatThrownBy(() -> session.committing(new Op.Set("/big", tooLarge, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/big")
        .hasMessageContaining(String.valueOf(tooLarge.length));
    assertThatThrownBy(() -> session.committing(
            new Op.Set("/x1", large, 0), new Op.Set("/x2", large, 0), new Op.Set("/x3", large, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/x1")
        .hasMessageContaining(String.valueOf(3 * (large.length + 3 + 64)));

    assertThat(session.read("/ok")).isEqualTo(new Read.Absent("/ok"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "/a/", "//a", "/a/../b", "/a/./b", "/a\u0000b"})
  default void refusesPathsThatCanNotBe(String path) {
    TestSession session = open();

    assertThatThrownBy(() -> session.committing(check(path)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> session.reading(path)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> session.readingAll(List.of("/a", path)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> session.listing(path)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> session.watching(path, event -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void refusesToCreateOrDeleteTheRoot() {
    TestSession session = open();

    assertThatThrownBy(() -> session.committing(persistent("/", "x")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> session.committing(delete("/")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void letsOnlyOneOfTwoClientsSetAVersion() {
    TestSession one = open();
    TestSession two = open();
    one.apply(persistent("/a"));

    Commit first = one.commit(set("/a", "one", 0));
    Commit second = two.commit(set("/a", "two", 0));

    assertThat(first).isInstanceOf(Commit.Applied.class);
    assertThat(second).isEqualTo(new Commit.Refused(0, "/a", Commit.Why.BAD_VERSION));
    assertThat(one.find("/a").data()).isEqualTo(bytes("one"));
  }
}
