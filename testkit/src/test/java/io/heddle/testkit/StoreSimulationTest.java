// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The store under faults, by many seeds. */
final class StoreSimulationTest {
  private static final FaultOptions FAULTS = FaultOptions.usual(RegisterCluster.TIMEOUT);

  @Test
  void keepsItsPromisesUnderFaults() {
    SeedRunner.of(StoreSimulationTest.class, "testkit")
        .budget(Duration.ofSeconds(5))
        .run(StoreSimulationTest::scenario);
  }

  private static void scenario(Simulation simulation) {
    RegisterCluster cluster = new RegisterCluster(simulation);
    FaultPlan faults = FaultPlan.start(simulation, cluster, FAULTS);

    simulation.runFor(FAULTS.duration());
    // Writers go on, so that views agree only between writes.
    boolean agreed = simulation.runUntil(cluster::agrees, Duration.ofSeconds(45));

    assertThat(faults.isOver()).isTrue();
    assertThat(agreed).as("views agree after the faults").isTrue();
    assertThat(cluster.history().committed()).isPositive();
    assertThat(cluster.history().resolved()).isPositive();
  }

  @Test
  void givesEqualHistoriesForEqualSeeds() {
    SeedOutcome first = SeedOutcome.of(11, StoreSimulationTest::scenario);
    SeedOutcome again = SeedOutcome.of(11, StoreSimulationTest::scenario);
    SeedOutcome other = SeedOutcome.of(12, StoreSimulationTest::scenario);

    assertThat(first.failure()).isEmpty();
    assertThat(again).isEqualTo(first);
    assertThat(other.traceHash()).isNotEqualTo(first.traceHash());
  }
}
