// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.PartitionId;
import io.heddle.model.PlacementRules;
import io.heddle.model.ResourceAssignment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The hard rules of placement, written plainly. */
final class LimitRules {
  private LimitRules() {}

  /** Whether a partition may be on these instances, all others left aside. */
  static boolean mayHold(World world, int partition, Collection<InstanceId> holders) {
    TreeMap<String, Integer> zones = new TreeMap<>();
    for (InstanceId id : holders) {
      InstanceSpec spec = world.spec(id);
      if (spec.limits()
          .disabledPartitions()
          .contains(new PartitionId(world.resource().id(), partition))) {
        return false;
      }
      zones.merge(zone(world, id), 1, Integer::sum);
    }
    return holders.size() <= world.resource().replicas()
        && zones.values().stream().allMatch(count -> count <= mostPerZone(world));
  }

  private static String zone(World world, InstanceId id) {
    List<String> parts = world.spec(id).zone().parts();
    List<String> domain =
        parts.subList(0, Math.min(parts.size(), world.policy().faultDomainLevel()));
    return domain.isEmpty() ? "instance " + id : "zone " + domain;
  }

  /** One replica to a zone; as few more as it takes where there are not enough zones. */
  private static int mostPerZone(World world) {
    TreeMap<String, Integer> size = new TreeMap<>();
    List<InstanceId> eligible = Figures.eligible(world);
    eligible.forEach(id -> size.merge(zone(world, id), 1, Integer::sum));
    int replicas = Math.min(world.resource().replicas(), eligible.size());
    int most = 1;
    while (most < replicas && taken(size, most) < replicas) {
      most++;
    }
    return most;
  }

  private static int taken(Map<String, Integer> size, int most) {
    return size.values().stream().mapToInt(s -> Math.min(s, most)).sum();
  }

  /** What is wrong with an assignment; empty if nothing is. */
  static List<String> faults(World world, ResourceAssignment assignment) {
    List<String> faults = new ArrayList<>();
    TreeMap<InstanceId, Integer> counts = new TreeMap<>();
    TreeMap<String, Long> used = new TreeMap<>();
    Map<String, PlacementRules.Weight> weights = world.resource().placement().weights();
    assignment.states().forEach((partition, row) -> {
      if (!Figures.eligible(world).containsAll(row.keySet())
          || !mayHold(world, partition, row.keySet())) {
        faults.add("partition " + partition + " on " + row.keySet());
      }
      row.keySet().forEach(id -> {
        counts.merge(id, 1, Integer::sum);
        weights.forEach((dimension, weight) ->
            used.merge(id + " " + dimension, weight.of(partition), Long::sum));
      });
    });
    counts.forEach((id, count) -> {
      InstanceSpec spec = world.spec(id);
      if (count > mostOn(world, spec)) {
        faults.add(id + " has " + count);
      }
      weights.keySet().forEach(dimension -> {
        long taken = Objects.requireNonNull(used.getOrDefault(id + " " + dimension, 0L));
        if (taken > spec.capacity().getOrDefault(dimension, Long.MAX_VALUE)) {
          faults.add(id + " uses " + taken + " of " + dimension);
        }
      });
    });
    return faults;
  }

  private static int mostOn(World world, InstanceSpec spec) {
    return Math.min(
        spec.limits()
            .maxPartitions()
            .orElse(world.policy().maxPartitionsPerInstance().orElse(Integer.MAX_VALUE)),
        world.resource().placement().maxPartitionsPerInstance().orElse(Integer.MAX_VALUE));
  }
}
