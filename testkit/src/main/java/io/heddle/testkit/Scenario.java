// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

/** What is simulated with each seed: builds a world, lets time pass, and asserts. */
@FunctionalInterface
public interface Scenario {
  /**
   * Runs it once.
   *
   * @param simulation a new one
   * @throws Exception if anything is wrong, as an {@link AssertionError} says too
   */
  void run(Simulation simulation) throws Exception;
}
