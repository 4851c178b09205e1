// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How FULL_AUTO places in a cluster.
 *
 * @param faultDomainLevel how many parts of the zone path, the widest first, make a fault domain, 0
 *     to 16; 0 means that each instance is its own
 * @param preference what evenness is worth
 * @param maxPartitionsPerInstance how many replicas of all resources an instance may hold; absent
 *     means any number
 * @param maxBalanceMoves how many replicas that move for evenness alone may be under way at a time,
 *     per resource; absent means any number. What is lost, or must leave, is not counted
 * @param rebalanceDelay how long a lost instance is waited for before its replicas are placed anew
 */
public record PlacementPolicy(
    int faultDomainLevel,
    Preference preference,
    OptionalInt maxPartitionsPerInstance,
    OptionalInt maxBalanceMoves,
    Duration rebalanceDelay) {
  /** The widest zone, even counts, no limits, no delay. */
  public static final PlacementPolicy DEFAULT = new PlacementPolicy(
      1, Preference.EVEN_COUNTS, OptionalInt.empty(), OptionalInt.empty(), Duration.ZERO);

  /** What evenness is worth in moved replicas, from nothing to most. */
  public enum Preference {
    /** Nothing moves that may stay: a new instance gets only what is placed anew. */
    LEAST_MOVEMENT,
    /** Replicas move until each instance has as many as any other, or one more. */
    EVEN_COUNTS,
    /** Besides, replicas change places until weights are even to one part in a hundred. */
    EVEN_WEIGHTS
  }

  /** Checks the figures. */
  public PlacementPolicy {
    if (faultDomainLevel < 0 || faultDomainLevel > 16) {
      throw new IllegalArgumentException(
          "faultDomainLevel must be 0 to 16, not " + faultDomainLevel);
    }
    if (maxPartitionsPerInstance.orElse(0) < 0) {
      throw new IllegalArgumentException("maxPartitionsPerInstance must be at least 0, not "
          + maxPartitionsPerInstance.orElseThrow());
    }
    if (maxBalanceMoves.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "maxBalanceMoves must be at least 1, not " + maxBalanceMoves.orElseThrow());
    }
    InstanceLimits.checkDelay(Optional.of(rebalanceDelay));
  }

  /** With another fault domain. */
  public PlacementPolicy withFaultDomainLevel(int level) {
    return new PlacementPolicy(
        level, preference, maxPartitionsPerInstance, maxBalanceMoves, rebalanceDelay);
  }

  /** With another preference. */
  public PlacementPolicy withPreference(Preference other) {
    return new PlacementPolicy(
        faultDomainLevel, other, maxPartitionsPerInstance, maxBalanceMoves, rebalanceDelay);
  }

  /** With another bound on the replicas of an instance. */
  public PlacementPolicy withMaxPartitionsPerInstance(int count) {
    return new PlacementPolicy(
        faultDomainLevel, preference, OptionalInt.of(count), maxBalanceMoves, rebalanceDelay);
  }

  /** With another bound on moves under way. */
  public PlacementPolicy withMaxBalanceMoves(int count) {
    return new PlacementPolicy(
        faultDomainLevel,
        preference,
        maxPartitionsPerInstance,
        OptionalInt.of(count),
        rebalanceDelay);
  }

  /** With another delay. */
  public PlacementPolicy withRebalanceDelay(Duration howLong) {
    return new PlacementPolicy(
        faultDomainLevel, preference, maxPartitionsPerInstance, maxBalanceMoves, howLong);
  }

  /**
   * How long a resource waits for an instance that is lost: what the resource says, else what the
   * instance says, else what the cluster says.
   */
  public Duration delayOf(ResourceSpec resource, InstanceSpec instance) {
    return resource
        .placement()
        .rebalanceDelay()
        .or(() -> instance.limits().rebalanceDelay())
        .orElse(rebalanceDelay);
  }
}
