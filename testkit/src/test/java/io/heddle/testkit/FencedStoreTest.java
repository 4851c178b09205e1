// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.model.PartitionId;
import io.heddle.model.ResourceId;
import io.heddle.testkit.FencedStore.Answer;
import org.junit.jupiter.api.Test;

final class FencedStoreTest {
  private static final PartitionId FIRST = new PartitionId(ResourceId.of("db"), 0);
  private static final PartitionId SECOND = new PartitionId(ResourceId.of("db"), 1);

  private final FencedStore store = new FencedStore();

  @Test
  void refusesATokenBelowOneThatItHasSeen() {
    Answer unused = store.write(FIRST, 7, "b");

    assertThat(store.write(FIRST, 6, "a")).isEqualTo(Answer.REFUSED);
    assertThat(store.highest(FIRST)).isEqualTo(7);
    assertThat(store.writer(FIRST)).isEqualTo("b");
    assertThat(store.refused()).isEqualTo(1);
  }

  @Test
  void acceptsMoreWritesOfTheSameWriterAndOfItsSuccessor() {
    assertThat(store.write(FIRST, 7, "a")).isEqualTo(Answer.ACCEPTED);
    assertThat(store.write(FIRST, 7, "a")).isEqualTo(Answer.ACCEPTED);
    assertThat(store.write(FIRST, 8, "b")).isEqualTo(Answer.ACCEPTED);

    assertThat(store.accepted()).isEqualTo(3);
  }

  @Test
  void keepsPartitionsApart() {
    Answer unused = store.write(FIRST, 7, "a");

    assertThat(store.write(SECOND, 6, "a")).isEqualTo(Answer.ACCEPTED);
  }

  @Test
  void failsWhereTwoWritersHaveOneToken() {
    Answer unused = store.write(FIRST, 7, "a");

    assertThatThrownBy(() -> store.write(FIRST, 7, "b"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("db/0")
        .hasMessageContaining("used by a too, b");
  }
}
