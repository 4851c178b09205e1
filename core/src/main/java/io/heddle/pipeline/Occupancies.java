// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.PlacementRules;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.rebalance.RebalancerConfig.Occupancy;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What all resources have on each instance: as they were wanted last time, or, once a resource is
 * placed, as it is wanted now. Confined to one pass.
 */
final class Occupancies {
  private final TreeMap<ResourceKey, Map<InstanceId, Amount>> byResource = new TreeMap<>();
  private final TreeMap<InstanceId, Amount> total = new TreeMap<>();

  /** A sum in the making. */
  private static final class Amount {
    private long replicas;
    private long tops;
    private final TreeMap<String, Long> used = new TreeMap<>();

    void add(Amount other, int times) {
      replicas += times * other.replicas;
      tops += times * other.tops;
      other.used.forEach((dimension, amount) -> used.merge(dimension, times * amount, Long::sum));
    }

    boolean isNone() {
      return replicas == 0;
    }

    Occupancy get() {
      return new Occupancy((int) replicas, (int) tops, ImmutableSortedMap.copyOfSorted(used));
    }
  }

  /** Says what a resource has, in place of what was said of it before. */
  void put(
      ResourceKey key, ResourceSpec spec, @Nullable StateModel model, ResourceAssignment wanted) {
    Map<InstanceId, Amount> amounts = new HashMap<>();
    Map<String, PlacementRules.Weight> weights = spec.placement().weights();
    wanted
        .states()
        .forEach((partition, row) -> row.forEach((instance, state) -> {
          Amount amount = amounts.computeIfAbsent(instance, i -> new Amount());
          amount.replicas++;
          amount.tops += model != null && model.isTop(state) ? 1 : 0;
          weights.forEach(
              (dimension, weight) -> amount.used.merge(dimension, weight.of(partition), Long::sum));
        }));
    addAll(byResource.getOrDefault(key, Map.of()), -1);
    byResource.put(key, amounts);
    addAll(amounts, 1);
  }

  private void addAll(Map<InstanceId, Amount> amounts, int times) {
    amounts.forEach((instance, amount) ->
        total.computeIfAbsent(instance, i -> new Amount()).add(amount, times));
  }

  /** What all resources but one have. */
  ImmutableSortedMap<InstanceId, Occupancy> others(ResourceKey key) {
    Map<InstanceId, Amount> own = byResource.getOrDefault(key, Map.of());
    ImmutableSortedMap.Builder<InstanceId, Occupancy> others = ImmutableSortedMap.naturalOrder();
    total.forEach((instance, amount) -> {
      Amount rest = new Amount();
      rest.add(amount, 1);
      @Nullable Amount mine = own.get(instance);
      if (mine != null) {
        rest.add(mine, -1);
      }
      if (!rest.isNone()) {
        others.put(instance, rest.get());
      }
    });
    return others.buildOrThrow();
  }
}
