// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link SeedRunner} takes from the process that it runs in. Immutable.
 *
 * @param property the value of a system property, or null
 * @param out where it reports
 * @param nanoTime real time
 * @param firstSeed the first fresh seed
 */
record SeedEnvironment(
    Function<String, @Nullable String> property,
    Consumer<String> out,
    LongSupplier nanoTime,
    long firstSeed) {
  /** Fresh seeds start below this, so that they stay short to read. */
  private static final int SEED_RANGE = 1_000_000_000;

  static SeedEnvironment ofThisProcess() {
    return new SeedEnvironment(
        System::getProperty,
        System.out::println,
        System::nanoTime,
        new SecureRandom().nextInt(SEED_RANGE));
  }

  /** A property that is a number; empty if it is not set. */
  Optional<Long> number(String name) {
    String value = property.apply(name);
    if (value == null || value.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseLong(value));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "system property %s must be a whole number, not '%s'".formatted(name, value), e);
    }
  }

  int traceLines() {
    return number("heddle.sim.trace").map(Math::toIntExact).orElse(Simulation.TRACE_LINES);
  }
}
