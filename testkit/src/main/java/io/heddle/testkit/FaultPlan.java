// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A seeded schedule of faults. Several processes may be in trouble at once, each with one lasting
 * fault at a time. After its duration no fault comes any more, and those under way end. Confined to
 * the simulation's thread.
 */
public final class FaultPlan {
  private static final Duration MOST_JUMP = Duration.ofHours(1);

  private final Simulation simulation;
  private final FaultTarget target;
  private final FaultOptions options;
  private final SimRandom random;
  private final Map<String, Runnable> underWay = new TreeMap<>();
  private final Duration end;
  private boolean over;
  private int count;

  private FaultPlan(Simulation simulation, FaultTarget target, FaultOptions options) {
    this.simulation = simulation;
    this.target = target;
    this.options = options;
    this.random = simulation.random("faults");
    this.end = simulation.now().plus(options.duration());
  }

  /** Starts now. */
  public static FaultPlan start(Simulation simulation, FaultTarget target, FaultOptions options) {
    FaultPlan plan = new FaultPlan(simulation, target, options);
    simulation.schedule(options.duration(), plan::stop);
    plan.scheduleNext();
    return plan;
  }

  /** How many faults have come. */
  public int count() {
    return count;
  }

  /** Whether all faults are over. */
  public boolean isOver() {
    return over;
  }

  /** When all faults are over, in virtual time since the beginning. */
  public Duration end() {
    return end;
  }

  /** Ends everything now. */
  public void stop() {
    if (!over) {
      over = true;
      List.copyOf(underWay.keySet()).forEach(this::finish);
      simulation.trace("faults", "are over after", count);
    }
  }

  private void scheduleNext() {
    simulation.schedule(random.between(options.minGap(), options.maxGap()), () -> {
      if (!over) {
        strike(nextFault(), random.pick(target.processes()));
        scheduleNext();
      }
    });
  }

  private Fault nextFault() {
    int ticket = random.nextInt(options.totalWeight());
    for (Map.Entry<Fault, Integer> weight : options.weights().entrySet()) {
      ticket -= weight.getValue();
      if (ticket < 0) {
        return weight.getKey();
      }
    }
    throw new IllegalStateException("weights don't add up: " + options.weights());
  }

  private void strike(Fault fault, String process) {
    Duration timeout = options.sessionTimeout();
    switch (fault) {
      case CRASH -> {
        Duration down =
            random.chance(0.5) ? upTo(timeout.dividedBy(8)) : upTo(timeout.multipliedBy(2));
        last(fault, process, down, target::crash, target::restart);
      }
      case DISCONNECT ->
        last(fault, process, upTo(longestCut()), target::disconnect, target::reconnect);
      case PAUSE -> {
        Duration pause = random.chance(0.5)
            ? upTo(timeout)
            : timeout.plus(upTo(timeout.multipliedBy(5).dividedBy(4)));
        last(fault, process, pause, target::pause, target::resume);
      }
      case EXPIRE -> {
        note(fault, process, "");
        target.expireSession(process);
      }
      case CLOCK_JUMP -> {
        Duration by = random.between(MOST_JUMP.negated(), MOST_JUMP);
        note(fault, process, by);
        target.jumpClock(process, by);
      }
    }
  }

  /** A mere blip, after which the process is back before its last packets; or short; or long. */
  private Duration longestCut() {
    Duration timeout = options.sessionTimeout();
    return random.pick(List.of(timeout.dividedBy(40), timeout, timeout.multipliedBy(2)));
  }

  private Duration upTo(Duration most) {
    return random.between(Duration.ZERO, most);
  }

  /** Begins a lasting fault, and has it end, unless the process has one already. */
  private void last(Fault fault, String process, Duration time, Step begin, Step end) {
    if (underWay.containsKey(process)) {
      return;
    }
    note(fault, process, time);
    begin.take(process);
    underWay.put(process, () -> end.take(process));
    simulation.schedule(time, () -> {
      if (!over) {
        finish(process);
      }
    });
  }

  private void finish(String process) {
    Runnable end = underWay.remove(process);
    if (end != null) {
      end.run();
    }
  }

  private void note(Fault fault, String process, Object detail) {
    count++;
    simulation.trace(process, "fault " + fault, detail);
  }

  private interface Step {
    void take(String process);
  }
}
