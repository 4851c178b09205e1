// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.testkit.SeedOutcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shows that the checks of {@link TaskScenario} are not blind: each deliberate bug is caught by the
 * seed that it is pinned to.
 */
final class TaskMutationsIT {
  /** The rarest bug is caught by about one seed in sixty. */
  private static final int MOST_TRIES = 300;

  private static final int SEEDS_OF_MASKED = 25;

  @ParameterizedTest
  @CsvSource({
    "ACKNOWLEDGED_BEFORE_RECORDED, acknowledged unrecorded, 1",
    "RECORDED_BUT_NOT_TAKEN, recorded by nobody, 2",
    "SUPERSEDED_ATTEMPT_ACCEPTED, taken away too early, 1",
    "OUTCOME_FORGOTTEN_ONCE_WRITTEN, outcome forgotten, 1",
    "UNKNOWN_OUTCOMES_TAKEN_FOR_WRITTEN, convergence, 11",
    "REGISTERS_OVER_A_HUNG_CALLBACK, registers over a task, 29",
    "RESULTS_OF_THE_DEAD_IGNORED, completion lost, 7",
    "NO_CATCH_UP_AFTER_RECONNECT, convergence, 2",
    "NO_SELF_FENCING, begins too late, 6",
    "RECALL_ANSWERED_WRONGLY, 'released, but begun', 2",
    "WORK_OF_ANOTHER_INCARNATION, token begins twice, 7",
    "TOKEN_REUSED, token given again, 1",
    "SEQUENCE_RESTARTS, sequence goes back, 1",
    "NAME_TAKEN_FOR_IDENTITY, progress of another, 1",
  })
  void catches(TaskMutation mutation, String check, long pinned) {
    PinnedSeed.of(mutation.name(), mutation.scenario(), check).holds(pinned, MOST_TRIES);
  }

  /** Two layers of defence: with one of them gone, the other holds alone. */
  @ParameterizedTest
  @EnumSource(
      value = TaskMutation.class,
      names = {"OUTCOMES_NOT_CARRIED_OVER"})
  void anotherLayerHolds(TaskMutation mutation) {
    for (long seed = 1; seed <= SEEDS_OF_MASKED; seed++) {
      assertThat(SeedOutcome.of(seed, mutation.scenario()).failure())
          .as("%s, seed %d", mutation, seed)
          .isEmpty();
    }
  }
}
