// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class SimulationTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Simulation simulation = new Simulation(1);

  @Test
  void letsTimePassOnlyWhenTold() {
    List<Duration> ran = new ArrayList<>();
    simulation.schedule(SECOND, () -> ran.add(simulation.now()));
    simulation.schedule(SECOND.multipliedBy(3), () -> ran.add(simulation.now()));

    simulation.runFor(SECOND.multipliedBy(2));

    assertThat(ran).containsExactly(SECOND);
    assertThat(simulation.now()).isEqualTo(SECOND.multipliedBy(2));
  }

  @Test
  void stopsAsSoonAsAConditionHolds() {
    List<String> ran = new ArrayList<>();
    simulation.schedule(SECOND, () -> ran.add("first"));
    simulation.schedule(SECOND.multipliedBy(2), () -> ran.add("second"));

    boolean first = simulation.runUntil(() -> ran.contains("first"), SECOND.multipliedBy(5));
    Duration then = simulation.now();
    boolean third = simulation.runUntil(() -> ran.contains("third"), SECOND.multipliedBy(5));

    assertThat(first).isTrue();
    assertThat(then).isEqualTo(SECOND);
    assertThat(third).isFalse();
    assertThat(simulation.now()).isEqualTo(SECOND.multipliedBy(6));
  }

  @Test
  void runsNothingThatWasTakenBack() {
    List<String> ran = new ArrayList<>();
    Loop loop = simulation.process("p").newLoop("main");
    loop.schedule(SECOND, () -> ran.add("timer")).cancel();
    simulation.schedule(SECOND, () -> ran.add("outside")).cancel();

    simulation.runFor(SECOND.multipliedBy(2));

    assertThat(ran).isEmpty();
  }

  @Test
  void givesEqualHistoriesForEqualSeeds() {
    assertThat(history(7)).isEqualTo(history(7));
    assertThat(history(7)).isNotEqualTo(history(8));
  }

  /** Three loops that hand tasks to each other at random. */
  private static List<String> history(long seed) {
    Simulation run = new Simulation(seed);
    SimRandom random = run.random("test");
    List<String> history = new ArrayList<>();
    List<Loop> loops = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      loops.add(run.process("p" + i).newLoop("main"));
    }
    for (int i = 0; i < 100; i++) {
      String name = "task " + i;
      Loop to = random.pick(loops);
      random
          .pick(loops)
          .schedule(
              random.between(Duration.ZERO, SECOND), () -> to.execute(() -> history.add(name)));
    }
    run.runFor(SECOND.multipliedBy(2));
    history.add(Long.toHexString(run.traceHash()) + " " + run.events());
    return history;
  }

  @Test
  void endsWithTheTaskThatThrows() {
    Loop loop = simulation.process("p").newLoop("main");
    loop.schedule(SECOND, () -> {
      throw new IllegalStateException("broken");
    });

    assertThatThrownBy(() -> simulation.runFor(SECOND.multipliedBy(2)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("p/main")
        .hasMessageContaining("broken")
        .hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesTasksFromAnotherThread() {
    Loop loop = simulation.process("p").newLoop("main");

    assertThatThrownBy(
            () -> CompletableFuture.runAsync(() -> loop.execute(() -> {})).join())
        .isInstanceOf(CompletionException.class)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("p/main");
  }

  @Test
  void refusesToLetTimePassWithinAnEvent() {
    simulation.schedule(SECOND, () -> simulation.runFor(SECOND));

    assertThatThrownBy(() -> simulation.runFor(SECOND.multipliedBy(2)))
        .hasRootCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void givesEachPurposeItsOwnNumbers() {
    SimRandom once = simulation.random("a");
    SimRandom again = simulation.random("a");
    SimRandom other = simulation.random("b");

    long number = once.nextLong();

    assertThat(again.nextLong()).isEqualTo(number);
    assertThat(other.nextLong()).isNotEqualTo(number);
  }
}
