// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.Participant;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A question to {@link FullAutoRebalancer} in numbers: eligible instances, zones and partitions are
 * ints from 0, what is known of replicas lies in flat arrays.
 *
 * <p>The <em>homes</em> of a partition are the eligible instances that were to hold it last time;
 * if none were wanted at all, as after a restart of the controller, those that report it.
 *
 * <p>Not changed after construction.
 */
final class Problem {
  /** No instance. */
  static final int NONE = -1;

  /** The greatest number of replicas of one resource; some 30 bytes of memory go with each. */
  static final int MAX_REPLICAS = 100_000_000;

  private final List<InstanceId> ids = new ArrayList<>();
  /** For look-ups only: its order is unspecified. */
  private final Map<InstanceId, Integer> indexes = new HashMap<>();

  private final StateModel model;
  private final StatePlan plan;
  private final long seed;
  private final int partitions;
  private final int replicas;
  private final int zones;
  private final int[] zoneOf;
  private final int[] load;
  private final int[] topLoad;
  private final long[] hashes;

  private final int[] homeStart;
  private final IntBag homes = new IntBag();
  private final int[] wantedTop;
  private final int[] topBefore;
  private final int[] reportStart;
  private final IntBag reporters = new IntBag();
  private final List<Standing> standings = new ArrayList<>();

  Problem(
      RebalancerConfig config,
      ResourceAssignment previous,
      Cluster cluster,
      ResourceCurrentState current) {
    ResourceSpec resource = config.resource();
    List<Integer> zoneList = new ArrayList<>();
    Map<String, Integer> zoneIndexes = new HashMap<>();
    int zoneCount = 0;
    for (Participant participant : cluster.participants().values()) {
      if (!isEligible(participant, resource)) {
        continue;
      }
      @Nullable String domain = faultDomain(participant);
      @Nullable Integer known = domain == null ? null : zoneIndexes.get(domain);
      int zone = known == null ? zoneCount++ : known;
      if (domain != null) {
        zoneIndexes.put(domain, zone);
      }
      zoneList.add(zone);
      indexes.put(participant.id(), ids.size());
      ids.add(participant.id());
    }
    model = config.stateModel();
    plan = StatePlan.of(model, resource.replicas());
    seed = StableHash.of(resource.id().name());
    partitions = resource.partitions();
    replicas = Math.min(resource.replicas(), ids.size());
    if ((long) partitions * replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException("resource " + resource.id() + ": " + partitions
          + " partitions of " + replicas + " replicas are more than " + MAX_REPLICAS);
    }
    zones = zoneCount;
    zoneOf = zoneList.stream().mapToInt(Integer::intValue).toArray();
    load = figures(config.load());
    topLoad = figures(config.topLoad());
    hashes = ids.stream().mapToLong(id -> StableHash.of(id.name())).toArray();
    homeStart = new int[partitions + 1];
    wantedTop = new int[partitions];
    topBefore = new int[partitions];
    reportStart = new int[partitions + 1];
    for (int p = 0; p < partitions; p++) {
      readReports(p, current.partition(p));
      readHomes(p, previous.partition(p));
      topBefore[p] = wantedTop[p] == NONE ? reportedTop(p) : wantedTop[p];
    }
  }

  private static boolean isEligible(Participant participant, ResourceSpec resource) {
    return participant.isAssignable()
        && resource.instanceTag().map(participant.spec().tags()::contains).orElse(true);
  }

  /** The widest part of the zone path; null if the instance is a fault domain of its own. */
  private static @Nullable String faultDomain(Participant participant) {
    List<String> parts = participant.spec().zone().parts();
    return parts.isEmpty() ? null : parts.get(0);
  }

  private int[] figures(ImmutableSortedMap<InstanceId, Integer> byInstance) {
    int[] figures = new int[ids.size()];
    for (Map.Entry<InstanceId, Integer> entry : byInstance.entrySet()) {
      @Nullable Integer index = indexes.get(entry.getKey());
      if (index != null) {
        figures[index] = entry.getValue();
      }
    }
    return figures;
  }

  private void readReports(int p, ImmutableSortedMap<InstanceId, ReplicaState> reported) {
    for (Map.Entry<InstanceId, ReplicaState> entry : reported.entrySet()) {
      @Nullable Integer index = indexes.get(entry.getKey());
      if (index != null) {
        reporters.add(index);
        standings.add(Standing.of(entry.getValue(), model, plan.rest()));
      }
    }
    reportStart[p + 1] = reporters.size();
  }

  private int reportedTop(int p) {
    for (int k = reportStart[p]; k < reportStart[p + 1]; k++) {
      if (standings.get(k) == Standing.TOP) {
        return reporters.get(k);
      }
    }
    return NONE;
  }

  private void readHomes(int p, ImmutableSortedMap<InstanceId, String> wanted) {
    wantedTop[p] = NONE;
    for (Map.Entry<InstanceId, String> entry : wanted.entrySet()) {
      @Nullable Integer index = indexes.get(entry.getKey());
      if (index != null && model.states().containsKey(entry.getValue())) {
        homes.add(index);
        if (model.isTop(entry.getValue())) {
          wantedTop[p] = index;
        }
      }
    }
    if (wanted.isEmpty()) {
      for (int k = reportStart[p]; k < reportStart[p + 1]; k++) {
        homes.add(reporters.get(k));
      }
    }
    homeStart[p + 1] = homes.size();
  }

  /** How many instances are eligible. */
  int instances() {
    return ids.size();
  }

  /** The name of an instance. */
  InstanceId id(int instance) {
    return ids.get(instance);
  }

  int partitions() {
    return partitions;
  }

  /** How many replicas each partition can have: as many as asked for, or one on each instance. */
  int replicas() {
    return replicas;
  }

  int zones() {
    return zones;
  }

  int zoneOf(int instance) {
    return zoneOf[instance];
  }

  /** Replicas of other resources on an instance. */
  int load(int instance) {
    return load[instance];
  }

  /** Replicas of other resources in a top state on an instance. */
  int topLoad(int instance) {
    return topLoad[instance];
  }

  /** Which states replicas take. */
  StatePlan plan() {
    return plan;
  }

  StateModel model() {
    return model;
  }

  /** Breaks ties between instances for the resource as a whole. */
  long hash(int instance) {
    return StableHash.of(seed, hashes[instance]);
  }

  /** Breaks ties between instances for a partition. */
  long hash(int partition, int instance) {
    return StableHash.of(seed + partition, hashes[instance]);
  }

  /** A number that differs from partition to partition, and between rounds. */
  long turn(int partition, int round) {
    return StableHash.of(seed + partition, round);
  }

  int homeCount(int partition) {
    return homeStart[partition + 1] - homeStart[partition];
  }

  int home(int partition, int k) {
    return homes.get(homeStart[partition] + k);
  }

  boolean isHome(int partition, int instance) {
    for (int k = homeStart[partition]; k < homeStart[partition + 1]; k++) {
      if (homes.get(k) == instance) {
        return true;
      }
    }
    return false;
  }

  /** The eligible instance that was to be in the top state, or {@link #NONE}. */
  int wantedTop(int partition) {
    return wantedTop[partition];
  }

  /** Where the top state was wanted, else where it is reported, or {@link #NONE}. */
  int topBefore(int partition) {
    return topBefore[partition];
  }

  /** What an instance reports of a partition. */
  Standing standing(int partition, int instance) {
    for (int k = reportStart[partition]; k < reportStart[partition + 1]; k++) {
      if (reporters.get(k) == instance) {
        return standings.get(k);
      }
    }
    return Standing.ABSENT;
  }

  /** A growing array of ints. */
  private static final class IntBag {
    private int[] values = new int[64];
    private int size;

    void add(int value) {
      if (size == values.length) {
        values = Arrays.copyOf(values, 2 * size);
      }
      values[size++] = value;
    }

    int get(int index) {
      return values[index];
    }

    int size() {
      return size;
    }
  }
}
