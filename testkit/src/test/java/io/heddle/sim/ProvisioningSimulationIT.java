// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.testkit.SeedRunner;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Clusters that size themselves under faults, by seeds: those that failed once, and fresh ones. */
final class ProvisioningSimulationIT {
  /** Real time for fresh seeds; {@code -Dheddle.sim.seconds} or {@code .seeds} say otherwise. */
  private static final Duration BUDGET = Duration.ofSeconds(45);

  @Test
  void sizesTheClusterAndLeaksNothing() {
    SeedRunner.of(ProvisioningSimulationIT.class, "testkit")
        .regressions("provisioning-seeds.txt")
        .budget(BUDGET)
        .run(ProvisioningScenario.plain());
  }
}
