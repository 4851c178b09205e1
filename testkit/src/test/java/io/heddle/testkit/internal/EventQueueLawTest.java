// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The queue against a sorted list. */
final class EventQueueLawTest {
  private final EventQueue<String> queue = new EventQueue<>();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void givesEventsByTimeThenByOrderWhateverIsTakenBack(long seed) {
    Random random = new Random(seed);
    List<Event<String>> expected = new ArrayList<>();

    for (int i = 0; i < 5_000; i++) {
      int action = random.nextInt(10);
      if (action < 5 || expected.isEmpty()) {
        expected.add(queue.add("owner", random.nextInt(50), () -> {}));
      } else if (action < 7) {
        Event<String> taken = expected.remove(random.nextInt(expected.size()));
        queue.cancel(taken);
        queue.cancel(taken);
      } else {
        expected.sort(Comparator.comparingLong((Event<String> e) -> e.atNanos)
            .thenComparingLong(e -> e.order));
        Event<String> first = expected.remove(0);
        assertThat(queue.poll(first.atNanos - 1)).isNull();
        assertThat(queue.poll(first.atNanos)).isSameAs(first);
        if (action == 9) {
          queue.addAgain(first, first.atNanos + random.nextInt(10));
          expected.add(first);
        }
      }
      assertThat(queue.size()).isEqualTo(expected.size());
    }
  }

  @Test
  void runsNothingThatWasTakenBackAfterItLeftTheQueue() {
    List<String> ran = new ArrayList<>();
    Event<String> event = queue.add("owner", 1, () -> ran.add("it"));

    Event<String> polled = queue.poll(1);
    queue.cancel(event);
    assertThat(polled).isNotNull();
    queue.addAgain(event, 2);
    event.run();

    assertThat(ran).isEmpty();
  }
}
