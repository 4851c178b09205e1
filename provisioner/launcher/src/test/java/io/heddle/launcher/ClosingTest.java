// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private final List<String> closed = new ArrayList<>();
  private final Closing closing = new Closing();

  @Test
  void closesTheLastFirstWhateverBecomesOfIt() {
    closing.add("one", () -> closed.add("one"));
    closing.add("two", () -> {
      throw new IllegalStateException("two fails on purpose");
    });
    closing.add("three", () -> closed.add("three"));

    closing.close();
    closing.close();

    assertThat(closed).containsExactly("three", "one");
  }

  @Test
  void closesAtOnceWhatComesTooLate() {
    closing.close();

    assertThatIllegalStateException()
        .isThrownBy(() -> closing.add("late", () -> closed.add("late")))
        .withMessageContaining("late");
    assertThat(closed).containsExactly("late");
    assertThat(closing.hasBegun()).isTrue();
  }
}
