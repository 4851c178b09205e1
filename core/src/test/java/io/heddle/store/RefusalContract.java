// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import static io.heddle.store.StoreFacts.check;
import static io.heddle.store.StoreFacts.delete;
import static io.heddle.store.StoreFacts.ephemeral;
import static io.heddle.store.StoreFacts.persistent;
import static io.heddle.store.StoreFacts.set;
import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.store.Commit.Why;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a refused commit tells, and that it changes nothing. */
interface RefusalContract extends StoreFacts {
  /** In a store that holds /a (version 1), /a/b, the ephemeral /e, and /b. */
  static Stream<Arguments> refusals() {
    return Stream.of(
        Arguments.of(persistent("/a"), Why.NODE_EXISTS),
        Arguments.of(ephemeral("/e"), Why.NODE_EXISTS),
        Arguments.of(persistent("/none/x"), Why.NO_NODE),
        Arguments.of(persistent("/e/x"), Why.PARENT_EPHEMERAL),
        Arguments.of(ephemeral("/e/x"), Why.PARENT_EPHEMERAL),
        Arguments.of(set("/none", ""), Why.NO_NODE),
        Arguments.of(set("/none", "", 0), Why.NO_NODE),
        Arguments.of(set("/a", "", 0), Why.BAD_VERSION),
        Arguments.of(set("/a", "", 2), Why.BAD_VERSION),
        Arguments.of(delete("/none"), Why.NO_NODE),
        Arguments.of(delete("/a/b", 1), Why.BAD_VERSION),
        Arguments.of(delete("/a", 1), Why.NOT_EMPTY),
        Arguments.of(delete("/a", 0), Why.BAD_VERSION),
        Arguments.of(check("/none"), Why.NO_NODE),
        Arguments.of(check("/none", 0), Why.NO_NODE),
        Arguments.of(check("/a", 0), Why.BAD_VERSION));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  default void saysWhy(Op op, Why why) {
    TestSession session = open();
    session.apply(
        persistent("/a"),
        persistent("/a/b"),
        set("/a", ""),
        ephemeral("/e"),
        persistent("/b", "kept"));

    Commit alone = session.commit(op);
    Commit amongOthers = session.commit(check("/a", 1), set("/b", "lost"), op, set("/b", "lost"));

    assertThat(alone).isEqualTo(new Commit.Refused(0, op.path(), why));
    assertThat(amongOthers).isEqualTo(new Commit.Refused(2, op.path(), why));
    assertThat(session.text("/b")).isEqualTo("kept");
  }

  @Test
  default void namesTheFirstRefusedOperationAndChangesNothing() {
    TestSession session = open();
    session.apply(persistent("/a", "kept"), persistent("/b"));
    Stat before = session.find("/a").stat();

    Commit answer = session.commit(
        set("/a", "lost"),
        persistent("/c"),
        delete("/b"),
        check("/a", 7),
        persistent("/a"),
        delete("/none"));

    assertThat(answer).isEqualTo(new Commit.Refused(3, "/a", Why.BAD_VERSION));
    assertThat(session.find("/a").stat()).isEqualTo(before);
    assertThat(session.text("/a")).isEqualTo("kept");
    assertThat(session.read("/c")).isEqualTo(new Read.Absent("/c"));
    assertThat(session.find("/b").stat().version()).isZero();
  }

  @Test
  default void refusesWhatOnlyChecksAtTheFirstThatFails() {
    TestSession session = open();
    session.apply(persistent("/a"));

    Commit answer = session.commit(check("/a", 0), check("/none", 0), check("/a", 1));

    assertThat(answer).isEqualTo(new Commit.Refused(1, "/none", Why.NO_NODE));
  }

  @Test
  default void provesAbsenceByCreatingAndDeletingAnEphemeral() {
    TestSession living = open();
    TestSession remover = open();
    living.apply(persistent("/live"), ephemeral("/live/s"));

    Commit whileItLives = remover.commit(ephemeral("/live/s"), delete("/live/s"));
    living.apply(delete("/live/s"));
    Commit afterwards = remover.commit(ephemeral("/live/s"), delete("/live/s"));

    assertThat(whileItLives).isEqualTo(new Commit.Refused(0, "/live/s", Why.NODE_EXISTS));
    assertThat(afterwards).isInstanceOf(Commit.Applied.class);
  }

  @Test
  default void goesOnAfterARefusal() {
    TestSession session = open();
    session.apply(persistent("/a"));

    Answers<Commit> refused = session.committing(set("/a", "x", 5));
    Answers<Commit> applied = session.committing(set("/a", "y", 0));

    assertThat(session.await(refused)).isInstanceOf(Commit.Refused.class);
    assertThat(session.await(applied)).isInstanceOf(Commit.Applied.class);
    assertThat(session.text("/a")).isEqualTo("y");
  }
}
