// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

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
    "BROKEN_BEFORE_MADE, serving, 182",
    "TIMED_OUT_TAKEN_FOR_ENDED, two masters, 39",
  })
  void catches(TransitionMutation mutation, String check, long pinned) {
    PinnedSeed.of(mutation.name(), mutation.scenario(), check).holds(pinned, MOST_TRIES);
  }
}
