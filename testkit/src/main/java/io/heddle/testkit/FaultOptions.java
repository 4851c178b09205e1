// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import java.time.Duration;
import java.util.Map;

/**
 * How often which faults come. Immutable.
 *
 * @param sessionTimeout what the lengths of faults are measured by
 * @param duration after it no fault comes, and those under way end
 * @param minGap the least time from one fault to the next
 * @param maxGap the most
 * @param weights how often each kind comes, relative to the others; zero or absent for never
 */
public record FaultOptions(
    Duration sessionTimeout,
    Duration duration,
    Duration minGap,
    Duration maxGap,
    ImmutableMap<Fault, Integer> weights) {
  /** Checks, and puts the weights in order. */
  public FaultOptions {
    if (minGap.isNegative() || maxGap.isZero() || maxGap.compareTo(minGap) < 0) {
      throw new IllegalArgumentException(
          "gaps must be 0 <= min <= max, max above zero, not %s and %s".formatted(minGap, maxGap));
    }
    weights.forEach((fault, weight) -> {
      if (weight < 0) {
        throw new IllegalArgumentException(fault + " has a weight below zero: " + weight);
      }
    });
    weights = Maps.immutableEnumMap(weights);
    if (totalOf(weights) == 0) {
      throw new IllegalArgumentException("no fault has a weight above zero");
    }
  }

  /** All kinds, every 50 to 1,250 ms, for 40 s; crashes most often. */
  public static FaultOptions usual(Duration sessionTimeout) {
    return new FaultOptions(
        sessionTimeout,
        Duration.ofSeconds(40),
        Duration.ofMillis(50),
        Duration.ofMillis(1_250),
        ImmutableMap.of(
            Fault.CRASH, 4,
            Fault.DISCONNECT, 3,
            Fault.PAUSE, 3,
            Fault.EXPIRE, 1,
            Fault.CLOCK_JUMP, 1));
  }

  /** The same for another time. */
  public FaultOptions lasting(Duration other) {
    return new FaultOptions(sessionTimeout, other, minGap, maxGap, weights);
  }

  /** The same with other gaps. */
  public FaultOptions every(Duration min, Duration max) {
    return new FaultOptions(sessionTimeout, duration, min, max, weights);
  }

  /** The same with other weights; a fault that is absent never comes. */
  public FaultOptions weighing(Map<Fault, Integer> others) {
    return new FaultOptions(sessionTimeout, duration, minGap, maxGap, ImmutableMap.copyOf(others));
  }

  int totalWeight() {
    return totalOf(weights);
  }

  private static int totalOf(Map<Fault, Integer> weights) {
    return weights.values().stream().mapToInt(Integer::intValue).sum();
  }
}
