// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Runs a scenario with many seeds: first those that failed once, then fresh ones until a time is
 * over. The first failure ends it, with an {@link AssertionError} that tells the seed, one command
 * that replays it, and the last lines of the trace. Some seeds run twice, and must give the same
 * history.
 *
 * <p>System properties, so that a command line decides:
 *
 * <ul>
 *   <li>{@code heddle.sim.seed}: only this seed, twice.
 *   <li>{@code heddle.sim.seeds}: so many fresh seeds, however long they take.
 *   <li>{@code heddle.sim.seconds}: so many seconds of fresh seeds.
 *   <li>{@code heddle.sim.trace}: how many lines of the trace are kept.
 * </ul>
 *
 * <pre>{@code
 * SeedRunner.of(ClusterSimulationIT.class, "testkit")
 *     .regressions("cluster-seeds.txt")
 *     .budget(Duration.ofMinutes(3))
 *     .run(simulation -> { ... });
 * }</pre>
 *
 * <p>Immutable.
 */
public final class SeedRunner {
  /** How long fresh seeds run, unless said otherwise. */
  public static final Duration USUAL_BUDGET = Duration.ofSeconds(10);

  /** Of so many seeds one runs twice. */
  private static final int TWICE_EVERY = 100;

  private final Class<?> test;
  private final String module;
  private final ImmutableList<Long> regressions;
  private final Duration budget;
  private final SeedEnvironment environment;

  SeedRunner(
      Class<?> test,
      String module,
      ImmutableList<Long> regressions,
      Duration budget,
      SeedEnvironment environment) {
    this.test = test;
    this.module = module;
    this.regressions = regressions;
    this.budget = budget;
    this.environment = environment;
  }

  /**
   * Without regression seeds, and with the {@link #USUAL_BUDGET}.
   *
   * @param test the test that runs it; an integration test if its name ends in {@code IT}
   * @param module the folder of its Maven module
   */
  public static SeedRunner of(Class<?> test, String module) {
    return new SeedRunner(
        test, module, ImmutableList.of(), USUAL_BUDGET, SeedEnvironment.ofThisProcess());
  }

  /**
   * With seeds that failed once.
   *
   * @param resource a file beside the test's class: one seed a line, comments from {@code #} on
   */
  public SeedRunner regressions(String resource) {
    return new SeedRunner(test, module, SeedFile.read(test, resource), budget, environment);
  }

  /** With another time for fresh seeds; at least one runs. */
  public SeedRunner budget(Duration other) {
    return new SeedRunner(test, module, regressions, other, environment);
  }

  /** Runs all seeds, or throws at the first failure. */
  public void run(Scenario scenario) {
    int lines = environment.traceLines();
    Optional<Long> only = environment.number("heddle.sim.seed");
    if (only.isPresent()) {
      checkTwice(only.get(), scenario, lines);
      environment.out().accept("%s: seed %d: no failure".formatted(name(), only.get()));
      return;
    }
    for (long seed : regressions) {
      checkTwice(seed, scenario, lines);
    }
    runFresh(scenario, lines);
  }

  private void runFresh(Scenario scenario, int lines) {
    Optional<Long> count = environment.number("heddle.sim.seeds");
    Duration time =
        environment.number("heddle.sim.seconds").map(Duration::ofSeconds).orElse(budget);
    long start = environment.nanoTime().getAsLong();
    long first = environment.firstSeed();
    long done = 0;
    Duration passed;
    do {
      if (done % TWICE_EVERY == 0) {
        checkTwice(first + done, scenario, lines);
      } else {
        check(first + done, scenario, lines);
      }
      done++;
      passed = Duration.ofNanos(environment.nanoTime().getAsLong() - start);
    } while (count.isPresent() ? done < count.get() : passed.compareTo(time) < 0);
    environment
        .out()
        .accept(
            "%s: %d regression seeds and %d fresh seeds (%d to %d), the fresh ones in %d s: no failure"
                .formatted(
                    name(), regressions.size(), done, first, first + done - 1, passed.toSeconds()));
  }

  private void checkTwice(long seed, Scenario scenario, int lines) {
    SeedOutcome first = check(seed, scenario, lines);
    SeedOutcome second = check(seed, scenario, lines);
    if (first.traceHash() != second.traceHash()) {
      throw new AssertionError(
          "%s: seed %d gives two histories, so something in it asks another clock, thread, random source or hash order:%n  %s%n  %s%nReplay it:%n  %s"
              .formatted(name(), seed, told(first), told(second), replay(seed)));
    }
  }

  private static String told(SeedOutcome outcome) {
    return "hash %016x, %d events".formatted(outcome.traceHash(), outcome.events());
  }

  private SeedOutcome check(long seed, Scenario scenario, int lines) {
    SeedOutcome outcome = SeedOutcome.of(seed, scenario, lines);
    outcome.failure().ifPresent(failure -> {
      throw new AssertionError(report(outcome, failure), failure);
    });
    return outcome;
  }

  private String report(SeedOutcome outcome, Throwable failure) {
    StringBuilder report = new StringBuilder();
    report.append(String.format(
        Locale.ROOT,
        "%s: seed %d fails after %.3f s of virtual time and %d events:%n  %s%n",
        name(),
        outcome.seed(),
        outcome.simulated().toMillis() / 1e3,
        outcome.events(),
        failure));
    report.append(String.format("Replay it:%n  %s%n", replay(outcome.seed())));
    report.append(
        String.format("The last %d lines of its trace:%n", outcome.lastTrace().size()));
    outcome.lastTrace().forEach(line -> report.append(line).append(System.lineSeparator()));
    return report.toString();
  }

  private String replay(long seed) {
    String tests = isIntegrationTest()
        ? "verify -Dtest=none -Dit.test=%s -Dfailsafe.failIfNoSpecifiedTests=false"
        : "test -Dtest=%s";
    return ("mvn -q -B -pl %s -am " + tests
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dheddle.sim.seed=%d")
        .formatted(module, name(), seed);
  }

  private boolean isIntegrationTest() {
    return name().endsWith("IT");
  }

  private String name() {
    return test.getSimpleName();
  }
}
