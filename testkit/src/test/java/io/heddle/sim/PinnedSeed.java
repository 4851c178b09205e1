// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.fail;

import io.heddle.testkit.Scenario;
import io.heddle.testkit.SeedOutcome;
import java.util.Optional;

/**
 * The seed that catches a deliberate bug. A change of the code under test changes every history, so
 * that a rare bug may need another seed afterwards; then the next ones are tried, and the one to
 * pin instead is told. Immutable.
 *
 * @param bug its name
 * @param scenario with the bug in it
 * @param check what is to catch it
 */
record PinnedSeed(String bug, Scenario scenario, String check) {
  static PinnedSeed of(String bug, Scenario scenario, String check) {
    return new PinnedSeed(bug, scenario, check);
  }

  /** Fails if neither the pinned seed nor one from 1 to {@code mostTries} catches the bug. */
  void holds(long pinned, int mostTries) {
    if (catches(pinned)) {
      return;
    }
    for (long seed = 1; seed <= mostTries; seed++) {
      if (catches(seed)) {
        System.out.printf("%s is no longer caught by seed %d; pin it to %d%n", bug, pinned, seed);
        return;
      }
    }
    fail("%s is caught as [%s] by none of %d seeds", bug, check, mostTries);
  }

  private boolean catches(long seed) {
    Optional<Throwable> failure = SeedOutcome.of(seed, scenario).failure();
    return failure
        .map(Throwable::getMessage)
        .filter(m -> m.contains("[" + check + "]"))
        .isPresent();
  }
}
