// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.Optional;

/**
 * What came of one seed. Immutable.
 *
 * @param seed the seed
 * @param traceHash equal for equal histories
 * @param events how many events were performed
 * @param simulated how much virtual time passed
 * @param lastTrace the last lines of the trace, oldest first
 * @param failure what was wrong, if anything was
 */
public record SeedOutcome(
    long seed,
    long traceHash,
    long events,
    Duration simulated,
    ImmutableList<String> lastTrace,
    Optional<Throwable> failure) {
  /** Runs a scenario with a seed. */
  public static SeedOutcome of(long seed, Scenario scenario) {
    return of(seed, scenario, Simulation.TRACE_LINES);
  }

  /** Runs a scenario with a seed, and keeps so many lines of the trace. */
  public static SeedOutcome of(long seed, Scenario scenario, int traceLines) {
    try (Simulation simulation = new Simulation(seed, traceLines)) {
      return of(simulation, scenario);
    }
  }

  private static SeedOutcome of(Simulation simulation, Scenario scenario) {
    Optional<Throwable> failure = Optional.empty();
    try {
      scenario.run(simulation);
    } catch (Exception | AssertionError e) {
      failure = Optional.of(e);
    }
    return new SeedOutcome(
        simulation.seed(),
        simulation.traceHash(),
        simulation.events(),
        simulation.now(),
        // The lines of a good run would cost more than the run.
        failure.isPresent() ? simulation.lastTrace() : ImmutableList.of(),
        failure);
  }
}
