// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableMap;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.Participant;
import io.heddle.model.PartitionId;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.ResourceSpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where replicas of a resource may be: its eligible instances as ints from 0, with their fault
 * domains and limits in flat arrays.
 *
 * <p>Eligible are instances that are live, in operation ENABLE, tagged as the resource wants, and
 * not held by others of its anti-affinity group; and those that are lost but waited for, which take
 * nothing new.
 *
 * <p>Not changed after construction.
 */
final class Sites {
  /** No instance. */
  static final int NONE = -1;

  /** The room of an instance that does not name a dimension. */
  static final long UNLIMITED = Long.MAX_VALUE / 4;

  private final List<Participant> members = new ArrayList<>();
  /** For look-ups only: its order is unspecified. */
  private final Map<InstanceId, Integer> indexes = new HashMap<>();

  private final Weights weights;
  private final int zones;
  private final int[] zoneOf;
  private final boolean[] awaited;
  private final int[] load;
  private final int[] topLoad;
  private final int[] maxCount;
  private final long[] room;
  private final long[] othersUse;
  private final double[] size;
  private final long[] hashes;
  /** Per instance the partitions that it must not hold, in order. */
  private final int[][] disabled;

  private final boolean limited;

  Sites(RebalancerConfig config, Cluster cluster, Weights weights) {
    this.weights = weights;
    Zones found = new Zones(config.policy().faultDomainLevel());
    for (Participant participant : cluster.participants().values()) {
      if (isEligible(config, participant)) {
        found.add(participant);
        indexes.put(participant.id(), members.size());
        members.add(participant);
      }
    }
    int n = members.size();
    zones = found.count;
    zoneOf = found.zoneOf.stream().mapToInt(Integer::intValue).toArray();
    hashes = members.stream().mapToLong(m -> StableHash.of(m.id().name())).toArray();
    awaited = new boolean[n];
    load = new int[n];
    topLoad = new int[n];
    maxCount = new int[n];
    disabled = new int[n][];
    room = new long[n * weights.count()];
    othersUse = new long[n * weights.count()];
    size = new double[n * weights.count()];
    boolean anyLimit = !config.resource().placement().preferredLeaders().isEmpty();
    for (int i = 0; i < n; i++) {
      Participant member = members.get(i);
      awaited[i] = !member.isLive();
      RebalancerConfig.Occupancy others =
          config.others().getOrDefault(member.id(), RebalancerConfig.Occupancy.NONE);
      load[i] = others.replicas();
      topLoad[i] = others.tops();
      setRoom(i, member, others);
      maxCount[i] = maxCount(i, config);
      disabled[i] = disabled(member, config.resource());
      anyLimit |= awaited[i]
          || disabled[i].length > 0
          || maxCount[i] < config.resource().partitions();
    }
    setSizes();
    limited = anyLimit || weights.count() > 0;
  }

  private static boolean isEligible(RebalancerConfig config, Participant participant) {
    boolean there = participant.isAssignable()
        || (config.awaited().contains(participant.id())
            && participant.spec().operation() == InstanceOperation.ENABLE);
    return there
        && hasTag(config.resource(), participant)
        && !config.excluded().contains(participant.id());
  }

  /** Whether an instance has the tag that a resource wants. */
  static boolean hasTag(ResourceSpec resource, Participant participant) {
    return resource.instanceTag().map(participant.spec().tags()::contains).orElse(true);
  }

  /** Numbers fault domains in the order in which they are met. */
  private static final class Zones {
    private final int level;
    private final Map<List<String>, Integer> byPath = new HashMap<>();
    private final List<Integer> zoneOf = new ArrayList<>();
    private int count;

    Zones(int level) {
      this.level = level;
    }

    void add(Participant participant) {
      List<String> path = participant.spec().zone().parts();
      List<String> domain = path.subList(0, Math.min(level, path.size()));
      @Nullable Integer known = domain.isEmpty() ? null : byPath.get(domain);
      int zone = known == null ? count++ : known;
      if (!domain.isEmpty()) {
        byPath.put(domain, zone);
      }
      zoneOf.add(zone);
    }
  }

  private void setRoom(int i, Participant member, RebalancerConfig.Occupancy others) {
    Map<String, Long> capacity = new HashMap<>(member.spec().capacity());
    member.live().ifPresent(live -> capacity.putAll(live.capacity()));
    for (int d = 0; d < weights.count(); d++) {
      String dimension = weights.dimensions().get(d);
      @Nullable Long total = capacity.get(dimension);
      int at = i * weights.count() + d;
      othersUse[at] = Objects.requireNonNull(others.used().getOrDefault(dimension, 0L));
      room[at] =
          total == null ? UNLIMITED : Math.max(0, Math.min(total, UNLIMITED) - othersUse[at]);
      size[at] = total == null ? 0 : total;
    }
  }

  /** An instance without a figure counts as one of the greatest size, for comparisons only. */
  private void setSizes() {
    for (int d = 0; d < weights.count(); d++) {
      double greatest = 0;
      for (int k = d; k < size.length; k += weights.count()) {
        greatest = Math.max(greatest, size[k]);
      }
      for (int k = d; k < size.length; k += weights.count()) {
        size[k] = size[k] > 0 ? size[k] : Math.max(1, greatest);
      }
    }
  }

  private int maxCount(int i, RebalancerConfig config) {
    PlacementPolicy policy = config.policy();
    int all = members
        .get(i)
        .spec()
        .limits()
        .maxPartitions()
        .orElse(policy.maxPartitionsPerInstance().orElse(Integer.MAX_VALUE));
    long max = Math.max(0, (long) all - load[i]);
    max = Math.min(
        max, config.resource().placement().maxPartitionsPerInstance().orElse(Integer.MAX_VALUE));
    if (weights.isUniform()) {
      for (int d = 0; d < weights.count(); d++) {
        if (weights.of(0, d) > 0) {
          max = Math.min(max, room[i * weights.count() + d] / weights.of(0, d));
        }
      }
    }
    return (int) Math.min(max, config.resource().partitions());
  }

  private static int[] disabled(Participant member, ResourceSpec resource) {
    return member.spec().limits().disabledPartitions().stream()
        .filter(partition -> partition.resource().equals(resource.id()))
        .mapToInt(PartitionId::number)
        .toArray();
  }

  int count() {
    return members.size();
  }

  InstanceId id(int instance) {
    return members.get(instance).id();
  }

  /** The number of an instance; {@link #NONE} if it is not eligible. */
  int indexOf(InstanceId id) {
    @Nullable Integer index = indexes.get(id);
    return index == null ? NONE : index;
  }

  int zones() {
    return zones;
  }

  int zoneOf(int instance) {
    return zoneOf[instance];
  }

  /** Whether an instance is lost but waited for. */
  boolean isAwaited(int instance) {
    return awaited[instance];
  }

  /** Replicas of other resources on an instance. */
  int load(int instance) {
    return load[instance];
  }

  /** Replicas of other resources in a top state on an instance. */
  int topLoad(int instance) {
    return topLoad[instance];
  }

  /** How many replicas of the resource an instance may hold, as far as that can be counted. */
  int maxCount(int instance) {
    return maxCount[instance];
  }

  /** How much of a dimension other resources leave on an instance. */
  long room(int instance, int dimension) {
    return room[instance * weights.count() + dimension];
  }

  /** How much of a dimension other resources take on an instance. */
  long usedByOthers(int instance, int dimension) {
    return othersUse[instance * weights.count() + dimension];
  }

  /** How much of a dimension an instance has in all, for comparisons; above 0. */
  double size(int instance, int dimension) {
    return size[instance * weights.count() + dimension];
  }

  long hash(int instance) {
    return hashes[instance];
  }

  /** Whether an instance must not get a partition, whatever else is there. */
  boolean forbids(int partition, int instance) {
    return awaited[instance] || isDisabled(partition, instance);
  }

  /** Whether a partition is disabled on an instance. */
  boolean isDisabled(int partition, int instance) {
    return Arrays.binarySearch(disabled[instance], partition) >= 0;
  }

  /** Whether anything but zones tells partitions or instances apart. */
  boolean isLimited() {
    return limited;
  }

  /** What keeps instances that are not eligible from being so, with how many there are of each. */
  static ImmutableMap<String, Integer> ineligible(RebalancerConfig config, Cluster cluster) {
    Map<String, Integer> counts = new java.util.LinkedHashMap<>();
    for (Participant participant : cluster.participants().values()) {
      if (isEligible(config, participant)) {
        continue;
      }
      String why = !participant.isLive()
          ? "not live"
          : !participant.isAssignable()
              ? "in operation " + participant.spec().operation()
              : !hasTag(config.resource(), participant)
                  ? "without tag " + config.resource().instanceTag().orElseThrow()
                  : "held by anti-affinity group "
                      + config.resource().placement().antiAffinityGroup().orElse("");
      counts.merge(why, 1, Integer::sum);
    }
    return ImmutableMap.copyOf(counts);
  }
}
