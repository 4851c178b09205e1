// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.testkit.SeedOutcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shows that the checks of {@link ProvisioningScenario} are not blind, as {@link MutationsIT} does
 * for those of {@link ClusterScenario}.
 */
final class ProvisioningMutationsIT {
  /** The rarest bug is caught by about one seed in fifty. */
  private static final int MOST_TRIES = 500;

  private static final int SEEDS_OF_MASKED = 25;

  @ParameterizedTest
  @CsvSource({
    "CLOSED_WITHOUT_BUMP, report of the dead, 59",
    "CLOSED_BEFORE_RECORDED, closed without a certificate on record, 2",
    "CERTIFICATE_BEFORE_REGISTRATION, 'dead, and not closed', 73",
    "STRANGERS_KEPT, leaked containers, 3",
    "ASKED_BEFORE_RECORDED, asked before the record, 1",
    "EVERY_END_CERTIFIED, closed while it runs, 2",
    "ONLY_CONNECTED_COUNT, two containers of one instance, 1",
    "ONLY_CONNECTED_COUNT_AND_NEXT_NAMES, too many, 1",
  })
  void catches(ProvisioningMutation mutation, String check, long pinned) {
    PinnedSeed.of(mutation.name(), mutation.scenario(), check).holds(pinned, MOST_TRIES);
  }

  /** Two layers of defence: with one of them gone, the other holds alone. */
  @ParameterizedTest
  @EnumSource(value = ProvisioningMutation.class, names = "ENDS_NOT_TOLD")
  void anotherLayerHolds(ProvisioningMutation mutation) {
    for (long seed = 1; seed <= SEEDS_OF_MASKED; seed++) {
      assertThat(SeedOutcome.of(seed, mutation.scenario()).failure())
          .as("%s, seed %d", mutation, seed)
          .isEmpty();
    }
  }
}
