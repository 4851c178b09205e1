// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedSet;
import com.google.common.primitives.ImmutableLongArray;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceLimits;
import io.heddle.model.InstanceSpec;
import io.heddle.model.PartitionId;
import io.heddle.model.PlacementRules;
import io.heddle.model.StateModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes clusters with capacities, weights, limits and disabled partitions by chance. */
final class LimitedWorlds {
  private final Random random;
  private final int maxInstances;
  private final int maxPartitions;
  private final int maxReplicas;

  LimitedWorlds(long seed, int maxInstances, int maxPartitions, int maxReplicas) {
    random = new Random(seed);
    this.maxInstances = maxInstances;
    this.maxPartitions = maxPartitions;
    this.maxReplicas = maxReplicas;
  }

  World world() {
    int partitions = 1 + random.nextInt(maxPartitions);
    World world = World.of(StateModels.MASTER_SLAVE, partitions, 1 + random.nextInt(maxReplicas));
    world.rules(rules -> {
      int dimensions = random.nextInt(3);
      for (int d = 0; d < dimensions; d++) {
        rules.weight("dimension-" + d, weight(partitions));
      }
      if (random.nextInt(4) == 0) {
        rules.maxPartitionsPerInstance(1 + random.nextInt(partitions));
      }
      if (random.nextInt(4) == 0) {
        rules.preferredLeader(
            random.nextInt(partitions), InstanceId.of("node-" + random.nextInt(maxInstances)));
      }
      return rules;
    });
    if (random.nextInt(3) == 0) {
      world.policy(policy -> policy.withFaultDomainLevel(random.nextInt(3)));
    }
    int instances = 1 + random.nextInt(maxInstances);
    for (int i = 0; i < instances; i++) {
      world.put(spec(world, "node-" + i));
    }
    return world;
  }

  private PlacementRules.Weight weight(int partitions) {
    return random.nextInt(3) == 0
        ? new PlacementRules.Weight(1 + random.nextInt(3), ImmutableLongArray.of())
        : new PlacementRules.Weight(
            2, ImmutableLongArray.copyOf(random.longs(random.nextInt(partitions + 1), 0, 6)));
  }

  private InstanceSpec spec(World world, String name) {
    InstanceSpec.Builder spec = InstanceSpec.builder(name);
    if (random.nextInt(3) > 0) {
      spec.zone("zone-" + random.nextInt(3) + "/rack-" + random.nextInt(2));
    }
    for (String dimension : world.resource().placement().weights().keySet()) {
      if (random.nextInt(6) > 0) {
        spec.capacity(dimension, random.nextInt(3 * maxPartitions));
      }
    }
    InstanceLimits limits = InstanceLimits.NONE;
    if (random.nextInt(6) == 0) {
      limits = limits.withMaxPartitions(random.nextInt(maxPartitions + 1));
    }
    if (random.nextInt(6) == 0) {
      limits = limits.withDisabledPartitions(ImmutableSortedSet.of(
          new PartitionId(world.resource().id(), random.nextInt(world.resource().partitions()))));
    }
    return spec.limits(limits).build();
  }

  /** An instance dies, comes back, joins, or is changed. */
  void change(World world) {
    String name = "node-" + random.nextInt(maxInstances);
    InstanceId id = InstanceId.of(name);
    if (!world.cluster().participants().containsKey(id) || random.nextInt(4) == 0) {
      world.put(spec(world, name));
    } else if (world.isLive(id)) {
      world.kill(name);
    } else {
      world.revive(name);
    }
  }

  /** Every legal choice of instances for a partition that is alone, the empty one included. */
  static List<List<InstanceId>> choices(World world, int partition) {
    List<InstanceId> eligible = Figures.eligible(world);
    List<List<InstanceId>> choices = new ArrayList<>();
    for (int mask = 0; mask < 1 << eligible.size(); mask++) {
      List<InstanceId> choice = new ArrayList<>();
      for (int i = 0; i < eligible.size(); i++) {
        if ((mask >> i & 1) == 1) {
          choice.add(eligible.get(i));
        }
      }
      if (LimitRules.mayHold(world, partition, choice)) {
        choices.add(choice);
      }
    }
    return choices;
  }
}
