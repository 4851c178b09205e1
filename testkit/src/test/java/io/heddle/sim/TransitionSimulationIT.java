// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.testkit.SeedRunner;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Throttles, time-outs and retries under faults, by seeds. */
final class TransitionSimulationIT {
  /** Real time for fresh seeds; {@code -Dheddle.sim.seconds} or {@code .seeds} say otherwise. */
  private static final Duration BUDGET = Duration.ofSeconds(30);

  @Test
  void keepsItsLimitsUnderFaultsAndSettlesAfterwards() {
    SeedRunner.of(TransitionSimulationIT.class, "testkit")
        .regressions("transition-seeds.txt")
        .budget(BUDGET)
        .run(TransitionScenario.plain());
  }
}
