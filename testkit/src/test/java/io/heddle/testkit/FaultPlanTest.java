// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class FaultPlanTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final FaultOptions USUAL = FaultOptions.usual(TIMEOUT);

  private final Simulation simulation = new Simulation(5);
  private final Recorder recorder = new Recorder(simulation);

  /** Notes what is done to it, and fails if a process has two lasting faults at once. */
  private static final class Recorder implements FaultTarget {
    private final Simulation simulation;
    private final List<String> done = new ArrayList<>();
    private final Set<String> inTrouble = new TreeSet<>();

    Recorder(Simulation simulation) {
      this.simulation = simulation;
    }

    @Override
    public List<String> processes() {
      return List.of("a", "b", "c");
    }

    private void begin(String what, String process) {
      assertThat(inTrouble.add(process)).as("%s of %s", what, process).isTrue();
      note(what, process);
    }

    private void end(String what, String process) {
      assertThat(inTrouble.remove(process)).as("%s of %s", what, process).isTrue();
      note(what, process);
    }

    private void note(String what, String process) {
      done.add(simulation.now() + " " + what + " " + process);
    }

    @Override
    public void crash(String process) {
      begin("crash", process);
    }

    @Override
    public void restart(String process) {
      end("restart", process);
    }

    @Override
    public void disconnect(String process) {
      begin("disconnect", process);
    }

    @Override
    public void reconnect(String process) {
      end("reconnect", process);
    }

    @Override
    public void pause(String process) {
      begin("pause", process);
    }

    @Override
    public void resume(String process) {
      end("resume", process);
    }

    @Override
    public void expireSession(String process) {
      note("expire", process);
    }

    @Override
    public void jumpClock(String process, Duration by) {
      note("jump", process);
    }

    long count(String what) {
      return done.stream().filter(line -> line.contains(" " + what + " ")).count();
    }
  }

  @Test
  void bringsEachKindOfFaultAndEndsThemAllInTime() {
    FaultPlan plan = FaultPlan.start(simulation, recorder, USUAL);

    simulation.runFor(USUAL.duration());
    int count = plan.count();
    int done = recorder.done.size();
    simulation.runFor(Duration.ofMinutes(5));

    assertThat(plan.isOver()).isTrue();
    assertThat(plan.end()).isEqualTo(USUAL.duration());
    assertThat(recorder.inTrouble).isEmpty();
    assertThat(recorder.done).hasSize(done);
    assertThat(plan.count()).isEqualTo(count).isGreaterThan(20);
    assertThat(recorder.count("restart")).isEqualTo(recorder.count("crash")).isPositive();
    assertThat(recorder.count("reconnect"))
        .isEqualTo(recorder.count("disconnect"))
        .isPositive();
    assertThat(recorder.count("resume")).isEqualTo(recorder.count("pause")).isPositive();
    assertThat(recorder.count("expire")).isPositive();
    assertThat(recorder.count("jump")).isPositive();
  }

  @Test
  void bringsOnlyWhatHasAWeightAndAsOftenAsSaid() {
    Duration gap = Duration.ofMillis(100);
    FaultPlan plan = FaultPlan.start(
        simulation,
        recorder,
        USUAL
            .weighing(ImmutableMap.of(Fault.EXPIRE, 1, Fault.CRASH, 0))
            .every(gap, gap)
            .lasting(Duration.ofMillis(1_050)));

    simulation.runFor(Duration.ofMinutes(1));

    assertThat(plan.count()).isEqualTo(10);
    assertThat(recorder.count("expire")).isEqualTo(10);
    assertThat(recorder.done).hasSize(10);
  }

  @Test
  void pausesLongerThanTheSessionTimeoutToo() {
    FaultPlan.start(
        simulation,
        recorder,
        USUAL.weighing(ImmutableMap.of(Fault.PAUSE, 1)).lasting(Duration.ofMinutes(10)));

    simulation.runFor(Duration.ofMinutes(10));

    List<Duration> lengths = new ArrayList<>();
    List<String> ofA =
        recorder.done.stream().filter(line -> line.endsWith(" a")).toList();
    for (int i = 0; i + 1 < ofA.size(); i += 2) {
      lengths.add(time(ofA.get(i + 1)).minus(time(ofA.get(i))));
    }
    assertThat(lengths).anyMatch(length -> length.compareTo(TIMEOUT) < 0);
    assertThat(lengths).anyMatch(length -> length.compareTo(TIMEOUT.multipliedBy(2)) > 0);
    assertThat(lengths).allMatch(length -> length.compareTo(Duration.ofSeconds(9)) <= 0);
  }

  private static Duration time(String line) {
    return Duration.parse(line.substring(0, line.indexOf(' ')));
  }

  @Test
  void refusesOptionsThatCanNotBe() {
    assertThatThrownBy(() -> USUAL.weighing(ImmutableMap.of(Fault.CRASH, 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> USUAL.weighing(ImmutableMap.of(Fault.CRASH, -1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
    assertThatThrownBy(() -> USUAL.every(TIMEOUT, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
