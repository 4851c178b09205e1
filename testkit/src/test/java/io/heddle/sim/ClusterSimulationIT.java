// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.testkit.SeedRunner;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Heddle under faults, by seeds: those that failed once, and fresh ones. */
final class ClusterSimulationIT {
  /** Real time for fresh seeds; {@code -Dheddle.sim.seconds} or {@code .seeds} say otherwise. */
  private static final Duration BUDGET = Duration.ofSeconds(90);

  @Test
  void keepsItsPromisesUnderFaultsAndSettlesAfterwards() {
    SeedRunner.of(ClusterSimulationIT.class, "testkit")
        .regressions("cluster-seeds.txt")
        .budget(BUDGET)
        .run(ClusterScenario.plain());
  }
}
