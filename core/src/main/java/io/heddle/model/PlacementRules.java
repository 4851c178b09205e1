// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.ImmutableLongArray;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What placement has to respect for one resource, besides its number of replicas and its tag.
 *
 * @param weights per capacity dimension how much of it a replica takes
 * @param maxPartitionsPerInstance how many of its partitions one instance may hold, at least 1
 * @param minActiveReplicas how many replicas of a partition must be live even while a lost instance
 *     is waited for, 0 to the number of replicas; absent means all but one, at least 1
 * @param rebalanceDelay how long a lost instance is waited for; absent means what the instance or
 *     the cluster says
 * @param antiAffinityGroup resources of one group never share an instance
 * @param preferredLeaders per partition number the instance that is to hold it, and to be in its
 *     top state, whenever that is possible
 * @param disabledPartitions numbers of partitions whose replicas rest in the initial state
 */
public record PlacementRules(
    ImmutableSortedMap<String, Weight> weights,
    OptionalInt maxPartitionsPerInstance,
    OptionalInt minActiveReplicas,
    Optional<Duration> rebalanceDelay,
    Optional<String> antiAffinityGroup,
    ImmutableSortedMap<Integer, InstanceId> preferredLeaders,
    ImmutableSortedSet<Integer> disabledPartitions) {
  /** No rules. */
  public static final PlacementRules NONE = builder().build();

  /** The greatest weight, so that sums over a cluster stay within a long. */
  public static final long MAX_WEIGHT = 1L << 40;

  /**
   * How much of one dimension the replicas of a resource take.
   *
   * @param standard that of partitions without a figure of their own, 0 to {@link #MAX_WEIGHT}
   * @param byPartition that of the partitions from 0 on; may be shorter than there are partitions
   */
  public record Weight(long standard, ImmutableLongArray byPartition) {
    /** Checks the figures. */
    public Weight {
      checkWeight(standard);
      byPartition.forEach(Weight::checkWeight);
    }

    private static void checkWeight(long weight) {
      if (weight < 0 || weight > MAX_WEIGHT) {
        throw new IllegalArgumentException(
            "a weight must be 0 to " + MAX_WEIGHT + ", not " + weight);
      }
    }

    /** The weight of a partition. */
    public long of(int partition) {
      return partition < byPartition.length() ? byPartition.get(partition) : standard;
    }
  }

  /** Checks names and figures. */
  public PlacementRules {
    weights.keySet().forEach(dimension -> Names.check("capacity dimension", dimension));
    antiAffinityGroup.ifPresent(group -> Names.check("anti-affinity group", group));
    if (maxPartitionsPerInstance.orElse(1) < 1) {
      throw new IllegalArgumentException("maxPartitionsPerInstance must be at least 1, not "
          + maxPartitionsPerInstance.orElseThrow());
    }
    if (minActiveReplicas.orElse(0) < 0) {
      throw new IllegalArgumentException(
          "minActiveReplicas must be at least 0, not " + minActiveReplicas.orElseThrow());
    }
    InstanceLimits.checkDelay(rebalanceDelay);
  }

  /** Holds the rules against the resource that they are for. */
  void check(String entity, int partitions, int replicas) {
    if (minActiveReplicas.orElse(0) > replicas) {
      throw new IllegalArgumentException(entity + ": minActiveReplicas must be 0 to " + replicas
          + ", the number of replicas, not " + minActiveReplicas.orElseThrow());
    }
    weights.forEach((dimension, weight) -> {
      if (weight.byPartition().length() > partitions) {
        throw new IllegalArgumentException(entity + ": weight " + dimension + " names "
            + weight.byPartition().length() + " partitions; there are " + partitions);
      }
    });
    checkPartitions(entity + ": preferredLeaders", preferredLeaders.keySet(), partitions);
    checkPartitions(entity + ": disabledPartitions", disabledPartitions, partitions);
  }

  private static void checkPartitions(
      String what, ImmutableSortedSet<Integer> numbers, int partitions) {
    if (!numbers.isEmpty() && (numbers.first() < 0 || numbers.last() >= partitions)) {
      throw new IllegalArgumentException(what + ": partitions are 0 to " + (partitions - 1)
          + ", not " + (numbers.first() < 0 ? numbers.first() : numbers.last()));
    }
  }

  /** How many replicas of a partition must be live at once when an instance is lost. */
  public int minActive(int replicas) {
    return minActiveReplicas.orElse(Math.max(1, replicas - 1));
  }

  /** Starts without rules. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these rules. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.weights.putAll(weights);
    builder.maxPartitions = maxPartitionsPerInstance;
    builder.minActive = minActiveReplicas;
    builder.delay = rebalanceDelay;
    builder.group = antiAffinityGroup;
    builder.leaders.putAll(preferredLeaders);
    builder.disabled.addAll(disabledPartitions);
    return builder;
  }

  /** Collects the rules; the default is none. */
  public static final class Builder {
    private final TreeMap<String, Weight> weights = new TreeMap<>();
    private final TreeMap<Integer, InstanceId> leaders = new TreeMap<>();
    private final java.util.TreeSet<Integer> disabled = new java.util.TreeSet<>();
    private OptionalInt maxPartitions = OptionalInt.empty();
    private OptionalInt minActive = OptionalInt.empty();
    private Optional<Duration> delay = Optional.empty();
    private Optional<String> group = Optional.empty();

    private Builder() {}

    /** Every replica takes this much of a dimension. */
    public Builder weight(String dimension, long each) {
      return weight(dimension, new Weight(each, ImmutableLongArray.of()));
    }

    /** Replicas take this much of a dimension. */
    public Builder weight(String dimension, Weight weight) {
      weights.put(dimension, weight);
      return this;
    }

    /** One instance may hold this many partitions of the resource. */
    public Builder maxPartitionsPerInstance(int count) {
      this.maxPartitions = OptionalInt.of(count);
      return this;
    }

    /** So many replicas of a partition must be live even while a lost instance is waited for. */
    public Builder minActiveReplicas(int count) {
      this.minActive = OptionalInt.of(count);
      return this;
    }

    /** A lost instance is waited for so long. */
    public Builder rebalanceDelay(Duration howLong) {
      this.delay = Optional.of(howLong);
      return this;
    }

    /** Shares no instance with other resources of a group. */
    public Builder antiAffinityGroup(String name) {
      this.group = Optional.of(name);
      return this;
    }

    /** Where a partition's top state is to be, whenever that is possible. */
    public Builder preferredLeader(int partition, InstanceId instance) {
      leaders.put(partition, instance);
      return this;
    }

    /** Lets the replicas of a partition rest in the initial state. */
    public Builder disablePartition(int partition) {
      disabled.add(partition);
      return this;
    }

    /** Lets the replicas of a partition serve again. */
    public Builder enablePartition(int partition) {
      disabled.remove(partition);
      return this;
    }

    /**
     * The rules.
     *
     * @throws IllegalArgumentException if a name or a figure is not allowed
     */
    public PlacementRules build() {
      return new PlacementRules(
          ImmutableSortedMap.copyOf(weights),
          maxPartitions,
          minActive,
          delay,
          group,
          ImmutableSortedMap.copyOf(leaders),
          ImmutableSortedSet.copyOf(disabled));
    }
  }
}
