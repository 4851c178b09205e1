// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SimThreadsTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Simulation simulation = new Simulation(5);
  private final SimProcess process = simulation.process("p");
  private final Loop loop = process.newLoop("main");
  private final SimThreads threads = process.threads(Delays.exactly(Duration.ofMillis(10)));
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void end() {
    simulation.close();
  }

  private void see(String what) {
    seen.add(what + " at " + simulation.now().toSeconds());
  }

  /** A call that sleeps, and tells how that ended. */
  private void sleeper(String name, Duration time) {
    threads.execute(() -> {
      see(name + " begins");
      try {
        SimThreads.sleep(time);
        loop.execute(() -> see(name + " ends"));
      } catch (InterruptedException e) {
        see(name + " is interrupted");
      }
    });
  }

  @Test
  void goesOnWhileCallsSleep() {
    sleeper("long", SECOND.multipliedBy(3));
    sleeper("short", SECOND);
    loop.schedule(SECOND.multipliedBy(2), () -> see("a timer"));
    simulation.runFor(SECOND.multipliedBy(4));

    assertThat(seen)
        .containsExactly(
            "long begins at 0",
            "short begins at 0",
            "short ends at 1",
            "a timer at 2",
            "long ends at 3");
  }

  @Test
  void wakesWhomIsInterruptedAtOnce() {
    Thread[] thread = new Thread[1];
    threads.execute(() -> {
      thread[0] = Thread.currentThread();
      try {
        SimThreads.sleep(SECOND.multipliedBy(5));
      } catch (InterruptedException e) {
        see("interrupted");
      }
    });
    loop.schedule(SECOND, () -> thread[0].interrupt());
    simulation.runFor(SECOND.multipliedBy(2));

    assertThat(seen).containsExactly("interrupted at 1");
  }

  @Test
  void sleepsNotIfItWasInterruptedBefore() {
    threads.execute(() -> {
      Thread.currentThread().interrupt();
      try {
        SimThreads.sleep(SECOND);
      } catch (InterruptedException e) {
        see("interrupted");
      }
    });
    simulation.runFor(SECOND);

    assertThat(seen).containsExactly("interrupted at 0");
  }

  @Test
  void neverWakesInAKilledProcessAndLaterInAPausedOne() {
    sleeper("first", SECOND);
    simulation.runFor(Duration.ofMillis(100));
    process.pause();
    simulation.runFor(SECOND.multipliedBy(3));
    process.resume();
    sleeper("second", SECOND);
    simulation.runFor(SECOND.dividedBy(2));
    process.kill();
    simulation.runFor(SECOND.multipliedBy(2));

    assertThat(seen).containsExactly("first begins at 0", "first ends at 3", "second begins at 3");
  }

  @Test
  void endsTheSimulationWhenACallThrows() {
    threads.execute(() -> {
      throw new UnsupportedOperationException("of the user");
    });

    assertThatThrownBy(() -> simulation.runFor(SECOND))
        .isInstanceOf(AssertionError.class)
        .hasRootCauseMessage("of the user");
  }

  @Test
  void leavesNoThreadBehind() throws InterruptedException {
    Thread[] thread = new Thread[1];
    threads.execute(() -> {
      thread[0] = Thread.currentThread();
      try {
        SimThreads.sleep(SECOND);
      } catch (InterruptedException e) {
        see("interrupted");
      } finally {
        see("left");
      }
    });
    simulation.runFor(SECOND.dividedBy(2));
    simulation.close();
    thread[0].join(10_000);

    assertThat(thread[0].isAlive()).isFalse();
    assertThat(seen).containsExactly("left at 0");
  }

  @Test
  void refusesToHaveAnotherThreadSleep() {
    assertThatThrownBy(() -> SimThreads.sleep(SECOND)).isInstanceOf(IllegalStateException.class);
  }
}
