// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.locks.LockRig.Attempt;
import io.heddle.locks.LockRig.Peer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random requests under random faults. */
class LockLawTest {
  private static final int STEPS = 400;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void neverTwoHoldItTokensGrowAndItBecomesFreeInTheEnd(long seed) {
    Random random = new Random(seed);
    LockRig rig = new LockRig();
    List<Peer> processes = List.of(rig.one, rig.two, rig.new Peer());
    List<Attempt> attempts = new ArrayList<>();
    long highest = 0;
    int got = 0;

    for (int step = 0; step < STEPS; step++) {
      Peer process = processes.get(random.nextInt(processes.size()));
      int pieces = 10;
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> attempts.add(process.acquire(Duration.ofSeconds(1 + random.nextInt(60))));
        case 3, 4, 5 ->
          attempts.stream().filter(Attempt::holds).forEach(held -> held.lock().release());
        case 6 -> process.network.cut();
        case 7 -> processes.forEach(p -> p.network.heal());
        case 8 -> process.network.loseReply(1 + random.nextInt(4));
        default -> {
          // Long enough for its session to end.
          process.network.cut();
          pieces = 200;
        }
      }
      for (int i = 0; i < pieces; i++) {
        rig.pass(Duration.ofMillis(random.nextInt(300)));
        List<Attempt> holding = attempts.stream().filter(Attempt::holds).toList();
        assertThat(holding).as("seed %d step %d", seed, step).hasSizeLessThan(2);
        for (Attempt holder : holding) {
          long token = holder.lock().fencingToken();
          assertThat(token).as("seed %d step %d", seed, step).isGreaterThanOrEqualTo(highest);
          got += token > highest ? 1 : 0;
          highest = token;
        }
      }
    }

    processes.forEach(process -> process.network.heal());
    attempts.stream().filter(Attempt::holds).forEach(held -> held.lock().release());
    rig.pass(Duration.ofMinutes(2));
    attempts.stream().filter(Attempt::holds).forEach(held -> held.lock().release());
    rig.pass(Duration.ofMinutes(2));
    Attempt last = rig.one.acquire(Duration.ofMinutes(1));
    rig.pass(Duration.ofMinutes(1));
    assertThat(last.holds()).as("seed %d: free in the end", seed).isTrue();
    assertThat(last.lock().fencingToken()).as("seed %d", seed).isGreaterThan(highest);
    assertThat(got).as("the law is about something, seed %d", seed).isGreaterThan(5);
  }
}
