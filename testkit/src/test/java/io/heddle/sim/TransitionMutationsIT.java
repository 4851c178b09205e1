// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.fail;

import io.heddle.testkit.SeedOutcome;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Shows that the checks of {@link TransitionScenario} are not blind; as {@link MutationsIT}, whose
 * way with pinned seeds this follows.
 */
final class TransitionMutationsIT {
  private static final int MOST_TRIES = 500;

  @ParameterizedTest
  @CsvSource({
    "THROTTLES_IGNORED, throttled, 1",
    "BROKEN_BEFORE_MADE, serving, 7",
    "TIMED_OUT_TAKEN_FOR_ENDED, two masters, 10",
  })
  void catches(TransitionMutation mutation, String check, long pinned) {
    if (isCaught(mutation, check, pinned)) {
      return;
    }
    for (long seed = 1; seed <= MOST_TRIES; seed++) {
      if (isCaught(mutation, check, seed)) {
        System.out.printf(
            "TransitionMutationsIT: %s is no longer caught by seed %d; pin it to %d%n",
            mutation, pinned, seed);
        return;
      }
    }
    fail("%s is caught as [%s] by none of %d seeds", mutation, check, MOST_TRIES);
  }

  private static boolean isCaught(TransitionMutation mutation, String check, long seed) {
    return SeedOutcome.of(seed, mutation.scenario())
        .failure()
        .map(Throwable::getMessage)
        .filter(message -> message.contains("[" + check + "]"))
        .isPresent();
  }
}
