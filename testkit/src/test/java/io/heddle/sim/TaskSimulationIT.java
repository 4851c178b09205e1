// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.testkit.SeedRunner;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tasks under faults, by seeds: those that failed once, and fresh ones. */
final class TaskSimulationIT {
  /** Real time for fresh seeds; {@code -Dheddle.sim.seconds} or {@code .seeds} say otherwise. */
  private static final Duration BUDGET = Duration.ofSeconds(60);

  @Test
  void completesEachTaskOnceUnderFaultsAndEachWorkflowAfterwards() {
    SeedRunner.of(TaskSimulationIT.class, "testkit")
        .regressions("task-seeds.txt")
        .budget(BUDGET)
        .run(TaskScenario.plain());
  }
}
