// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SimProcessTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration MOMENT = Duration.ofMillis(2);

  private final Simulation simulation = new Simulation(3);
  private final SimProcess process = simulation.process("p");
  private final Loop loop = process.newLoop("main");
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsTasksInTheOrderInWhichTheyWereHandedOver() {
    List<String> expected = IntStream.range(0, 100).mapToObj(i -> "task " + i).toList();

    expected.forEach(name -> loop.execute(() -> ran.add(name)));
    assertThat(ran).isEmpty();
    simulation.runFor(SECOND);

    assertThat(ran).isEqualTo(expected);
  }

  @Test
  void runsTimersLateByLittleAndNeverEarly() {
    long start = loop.nanoTime();
    List<Long> late = new ArrayList<>();

    for (int i = 0; i < 100; i++) {
      loop.schedule(SECOND, () -> late.add(loop.nanoTime() - start - SECOND.toNanos()));
    }
    simulation.runFor(SECOND.plus(MOMENT));

    assertThat(late).hasSize(100).allMatch(nanos -> nanos >= 0 && nanos < 1_000_000);
  }

  @Test
  void keepsWhatBecomesDueDuringAPauseAndRunsItInOrderAfterwards() {
    long start = loop.nanoTime();
    List<Duration> times = new ArrayList<>();
    Runnable clock = () -> times.add(Duration.ofNanos(loop.nanoTime() - start));
    loop.schedule(SECOND.multipliedBy(3), () -> ran.add("third"));
    loop.schedule(SECOND.multipliedBy(2), () -> ran.add("second"));
    loop.schedule(SECOND.multipliedBy(2), clock);
    simulation.schedule(SECOND.multipliedBy(4), () -> loop.execute(() -> ran.add("fourth")));
    loop.execute(() -> ran.add("first"));

    simulation.runFor(SECOND);
    process.pause();
    simulation.runFor(SECOND.multipliedBy(4));
    assertThat(ran).containsExactly("first");
    process.resume();
    simulation.runFor(MOMENT);

    assertThat(ran).containsExactly("first", "second", "third", "fourth");
    // The clock went on, as a process that was stopped sees it.
    assertThat(times).hasSize(1).allMatch(time -> time.compareTo(SECOND.multipliedBy(5)) >= 0);
  }

  @Test
  void staysPausedWhenPausedAgainBeforeItWentOn() {
    process.pause();
    loop.execute(() -> ran.add("task"));
    simulation.runFor(SECOND);

    process.resume();
    process.pause();
    simulation.runFor(SECOND);
    assertThat(ran).isEmpty();
    process.resume();
    simulation.runFor(MOMENT);

    assertThat(ran).containsExactly("task");
  }

  @Test
  void takesBackATimerThatBecameDueDuringAPause() {
    List<Loop.Timer> timer = new ArrayList<>();
    loop.schedule(SECOND, () -> timer.get(0).cancel());
    timer.add(loop.schedule(SECOND.plus(MOMENT), () -> ran.add("late")));

    process.pause();
    simulation.runFor(SECOND.multipliedBy(2));
    process.resume();
    simulation.runFor(SECOND);

    assertThat(ran).isEmpty();
  }

  @Test
  void runsNothingOnceKilledAlsoNotOnNewLoops() {
    loop.schedule(SECOND, () -> ran.add("timer"));
    loop.execute(() -> ran.add("task"));

    process.kill();
    process.newLoop("other").execute(() -> ran.add("other"));
    process
        .callbacks(CallbackTimes.of(1, Delays.exactly(SECOND)))
        .execute(() -> ran.add("callback"));
    simulation.runFor(SECOND.multipliedBy(2));

    assertThat(ran).isEmpty();
    assertThat(process.isAlive()).isFalse();
  }

  @Test
  void runsNothingOnALoopThatClosedItself() {
    loop.execute(() -> {
      ran.add("last");
      loop.close();
    });
    loop.execute(() -> ran.add("too late"));

    simulation.runFor(SECOND);

    assertThat(ran).containsExactly("last");
  }

  @Test
  void hasClocksOfItsOwn() {
    SimProcess other = simulation.process("other");
    Loop otherLoop = other.newLoop("main");
    long wall = loop.wallMillis();
    long mono = loop.nanoTime();

    assertThat(otherLoop.wallMillis()).isNotEqualTo(wall);
    assertThat(otherLoop.nanoTime()).isNotEqualTo(mono);
    simulation.runFor(SECOND);
    process.jumpWallClock(Duration.ofMinutes(-5));

    assertThat(loop.nanoTime() - mono).isEqualTo(SECOND.toNanos());
    assertThat(loop.wallMillis() - wall).isEqualTo(1_000 - 300_000);
  }

  @Test
  void runsCallbacksWhenTheirTimeIsOverAsManyAtOnceAsThereAreThreads() {
    Executor callbacks = process.callbacks(CallbackTimes.of(2, Delays.exactly(SECOND)));
    for (int i = 1; i <= 4; i++) {
      String name = "callback " + i;
      callbacks.execute(() -> ran.add(name + " at " + simulation.now()));
    }

    simulation.runFor(SECOND.multipliedBy(5));

    assertThat(ran)
        .containsExactly(
            "callback 1 at PT1S", "callback 2 at PT1S", "callback 3 at PT2S", "callback 4 at PT2S");
  }

  @Test
  void neverRunsCallbacksThatHangNorThoseBehindThem() {
    Executor callbacks = process.callbacks(new CallbackTimes(1, Delays.exactly(SECOND), 1));

    callbacks.execute(() -> ran.add("hangs"));
    callbacks.execute(() -> ran.add("behind"));
    simulation.runFor(SECOND.multipliedBy(100));

    assertThat(ran).isEmpty();
    assertThat(simulation.lastTrace()).anyMatch(line -> line.contains("p hangs in"));
  }
}
