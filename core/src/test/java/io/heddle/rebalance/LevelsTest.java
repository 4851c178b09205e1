// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LevelsTest {
  @Test
  void staysInOrderWhateverIsLowered() {
    Random random = new Random(7);
    for (int round = 0; round < 200; round++) {
      int[] expected = random.ints(1 + random.nextInt(9), 0, 6).toArray();
      Levels levels = new Levels(expected);
      for (int step = 0; step < 30; step++) {
        int item = random.nextInt(expected.length);
        if (expected[item] > 0) {
          levels.lower(item);
          expected[item]--;
        }
        assertInOrder(levels, expected);
      }
    }
  }

  private static void assertInOrder(Levels levels, int[] expected) {
    int[] items = IntStream.range(0, levels.size()).map(levels::at).toArray();
    assertThat(Arrays.stream(items).sorted().toArray())
        .isEqualTo(IntStream.range(0, expected.length).toArray());
    assertThat(Arrays.stream(items).map(levels::level).toArray())
        .isEqualTo(Arrays.stream(expected).sorted().toArray());
    for (int k = 0; k < items.length; k++) {
      int begin = levels.blockStart(k);
      assertThat(levels.level(items[begin])).isEqualTo(expected[items[k]]);
      assertThat(begin == 0 || expected[items[begin - 1]] < expected[items[k]]).isTrue();
    }
  }
}
