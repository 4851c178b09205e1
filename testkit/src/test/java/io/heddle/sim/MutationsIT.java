// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.testkit.SeedOutcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Shows that the checks of {@link ClusterScenario} are not blind: each deliberate bug is caught by
 * the seed that it is pinned to.
 */
final class MutationsIT {
  /** The rarest bug is caught by about one seed in four hundred. */
  private static final int MOST_TRIES = 2_000;

  private static final int SEEDS_OF_MASKED = 25;

  @ParameterizedTest
  @CsvSource({
    "ACKNOWLEDGEMENT_IGNORED, two masters, 13",
    "IN_FLIGHT_NOT_REPORTED, two masters, 94",
    "SESSION_LOSS_IGNORED, two leases, 3",
    "ASSIGNED_INCARNATION_IGNORED, 'one token, two writers', 1",
    "NO_EPOCH_CHECK_AND_BLIND_WRITES, older epoch, 1",
    "NO_EPOCH_CHECK, older epoch, 1",
    "REPORTS_OF_A_FORMER_INCARNATION, report of the dead, 1",
    "NO_SELF_FENCING, two leases, 27",
    "LEASE_FROM_A_BUFFERED_REPLY, two leases, 27",
    "NO_CATCH_UP_AFTER_RECONNECT, convergence, 11",
    "DROPPED_FORGOTTEN_AT_ONCE, forgotten too early, 1",
    "TOKEN_REUSED, token goes back, 1",
    "UNKNOWN_REPORT_TAKEN_FOR_WRITTEN, convergence, 161",
    "INCARNATION_NOT_BUMPED, sequence goes back, 1",
    "SEQUENCE_RESTARTS, sequence goes back, 1",
    "EMPTY_BUCKET_DELETED, deleted in force, 1",
  })
  void catches(Mutation mutation, String check, long pinned) {
    PinnedSeed.of(mutation.name(), mutation.scenario(), check).holds(pinned, MOST_TRIES);
  }

  /** Two layers of defence: with one of them gone, the other holds alone. */
  @ParameterizedTest
  @EnumSource(
      value = Mutation.class,
      names = {"NO_EPOCH_CHECK_IN_ONE_SESSION", "SESSION_REPLACED", "NO_INCARNATION_CHECK"})
  void anotherLayerHolds(Mutation mutation) {
    for (long seed = 1; seed <= SEEDS_OF_MASKED; seed++) {
      assertThat(SeedOutcome.of(seed, mutation.scenario()).failure())
          .as("%s, seed %d", mutation, seed)
          .isEmpty();
    }
  }
}
