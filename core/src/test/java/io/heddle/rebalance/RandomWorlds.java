// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import java.util.List;
import java.util.Random;

/** Makes clusters, and changes them, by chance from a seed. */
final class RandomWorlds {
  private static final List<StateModel> MODELS =
      List.of(StateModels.MASTER_SLAVE, StateModels.LEADER_STANDBY, StateModels.ONLINE_OFFLINE);

  private final Random random;
  private final int maxInstances;
  private final int maxPartitions;
  private final int maxReplicas;
  private final int zones;

  /**
   * Of a size.
   *
   * @param seed equal seeds give equal worlds and equal changes
   */
  RandomWorlds(long seed, int maxInstances, int maxPartitions, int maxReplicas) {
    random = new Random(seed);
    this.maxInstances = maxInstances;
    this.maxPartitions = maxPartitions;
    this.maxReplicas = maxReplicas;
    zones = random.nextInt(3) == 0 ? 0 : 1 + random.nextInt(5);
  }

  World world() {
    World world = World.of(
        MODELS.get(random.nextInt(MODELS.size())),
        1 + random.nextInt(maxPartitions),
        1 + random.nextInt(maxReplicas));
    int instances = 1 + random.nextInt(maxInstances);
    for (int i = 0; i < instances; i++) {
      world.put(spec("node-" + i));
    }
    if (random.nextInt(4) == 0) {
      world.change(world.resource().toBuilder().instanceTag("fast").build());
    }
    return world;
  }

  /** A spec of an instance: mostly enabled, mostly tagged, in an uneven choice of zones. */
  private InstanceSpec spec(String name) {
    InstanceSpec.Builder spec = InstanceSpec.builder(name);
    if (zones > 0 && random.nextInt(10) > 0) {
      spec.zone("zone-" + random.nextInt(1 + random.nextInt(zones)) + "/rack-" + random.nextInt(2));
    }
    if (random.nextInt(5) > 0) {
      spec.tag("fast");
    }
    if (random.nextInt(8) == 0) {
      InstanceOperation[] operations = InstanceOperation.values();
      spec.operation(operations[random.nextInt(operations.length)]);
    }
    return spec.build();
  }

  /** One to three things happen: an instance dies, comes back, joins, leaves, or is changed. */
  void change(World world) {
    for (int k = 1 + random.nextInt(3); k > 0; k--) {
      String name = "node-" + random.nextInt(maxInstances);
      boolean known = world.cluster().participants().containsKey(InstanceId.of(name));
      if (!known || random.nextInt(6) == 0) {
        world.put(spec(name));
      } else if (world.isLive(InstanceId.of(name))) {
        world.kill(name);
      } else {
        world.revive(name);
      }
    }
    if (random.nextInt(8) == 0) {
      ResourceSpec resource = world.resource();
      world.change(resource.toBuilder()
          .partitions(1 + random.nextInt(maxPartitions))
          .replicas(1 + random.nextInt(maxReplicas))
          .build());
    }
  }

  /** Replicas fall behind, or into ERROR. */
  void disturb(World world) {
    world
        .wanted()
        .states()
        .forEach((p, row) -> row.keySet().forEach(id -> {
          if (random.nextInt(6) == 0 && world.isLive(id)) {
            String state = random.nextBoolean() ? world.model().initialState() : StateModel.ERROR;
            world.report(p, id.name(), ReplicaState.of(state, Token.NONE));
          }
        }));
  }

  boolean chance(int oneIn) {
    return random.nextInt(oneIn) == 0;
  }
}
