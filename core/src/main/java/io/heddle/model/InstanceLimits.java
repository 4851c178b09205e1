// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedSet;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What placement has to respect for one instance, besides its operation, tags, zone and capacity.
 *
 * @param maxPartitions how many replicas of all resources it may hold, at least 0; absent means
 *     what the cluster says
 * @param disabledPartitions partitions that it must not hold
 * @param rebalanceDelay how long it is waited for when it is lost; absent means what the cluster
 *     says
 */
public record InstanceLimits(
    OptionalInt maxPartitions,
    ImmutableSortedSet<PartitionId> disabledPartitions,
    Optional<Duration> rebalanceDelay) {
  /** No limits. */
  public static final InstanceLimits NONE =
      new InstanceLimits(OptionalInt.empty(), ImmutableSortedSet.of(), Optional.empty());

  /** The longest delay. */
  public static final Duration MAX_DELAY = Duration.ofDays(365);

  /** Checks the figures. */
  public InstanceLimits {
    if (maxPartitions.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "maxPartitions must be at least 0, not " + maxPartitions.orElseThrow());
    }
    checkDelay(rebalanceDelay);
  }

  /** With another bound on the replicas that it may hold. */
  public InstanceLimits withMaxPartitions(int count) {
    return new InstanceLimits(OptionalInt.of(count), disabledPartitions, rebalanceDelay);
  }

  /** With other partitions that it must not hold. */
  public InstanceLimits withDisabledPartitions(Iterable<PartitionId> partitions) {
    return new InstanceLimits(maxPartitions, ImmutableSortedSet.copyOf(partitions), rebalanceDelay);
  }

  /** With another delay. */
  public InstanceLimits withRebalanceDelay(Duration howLong) {
    return new InstanceLimits(maxPartitions, disabledPartitions, Optional.of(howLong));
  }

  static void checkDelay(Optional<Duration> delay) {
    if (delay.filter(d -> d.isNegative() || d.compareTo(MAX_DELAY) > 0).isPresent()) {
      throw new IllegalArgumentException(
          "rebalanceDelay must be 0 to " + MAX_DELAY + ", not " + delay.orElseThrow());
    }
  }
}
