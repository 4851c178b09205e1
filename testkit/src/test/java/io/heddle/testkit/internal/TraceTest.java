// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class TraceTest {
  @Test
  void keepsTheLastLines() {
    Trace trace = new Trace(2);

    trace.write(1_000_000, "a", "says", "one");
    trace.write(2_000_000, "b", "says", "two");
    trace.write(3_000_500_000L, "c", "says", "three");

    assertThat(trace.last())
        .containsExactly("    0.002000 b says two", "    3.000500 c says three");
  }

  @Test
  void hashesTimesActorsAndActionsInTheirOrder() {
    assertThat(hash(1, 2)).isEqualTo(hash(1, 2));
    assertThat(hash(1, 2)).isNotEqualTo(hash(2, 1)).isNotEqualTo(hash(1, 3));
  }

  private static long hash(long first, long second) {
    Trace trace = new Trace(1);
    trace.write(first, "a", "acts", "");
    trace.fold(second);
    return trace.hash();
  }

  @Test
  void keepsAtLeastOneLine() {
    assertThatThrownBy(() -> new Trace(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0");
  }
}
