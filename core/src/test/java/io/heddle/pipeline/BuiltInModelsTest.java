// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each built-in model comes up, moves, and goes. */
class BuiltInModelsTest {
  @ParameterizedTest
  @CsvSource({
    "MasterSlave,                MASTER, SLAVE",
    "LeaderStandby,              LEADER, STANDBY",
    "OnlineOffline,              ONLINE, ONLINE",
    "OnlineOfflineWithBootstrap, ONLINE, ONLINE",
    "StorageSchemata,            MASTER, MASTER",
  })
  void comesUpMovesAndGoes(String name, String first, String second) {
    StateModel model = Objects.requireNonNull(StateModels.BUILT_IN.get(name));
    World world = new World();
    world.start("a");
    world.start("b");
    ResourceSpec spec = ResourceSpec.builder("db").replicas(2).stateModel(model).build();
    ResourceKey key = world.add(spec);
    world.settle();
    assertThat(world.states(key, 0).values()).containsExactlyInAnyOrder(first, second);

    world.start("c");
    world.operate(InstanceId.of("a"), InstanceOperation.EVACUATE);
    world.settle();
    assertThat(world.states(key, 0)).containsOnlyKeys("b", "c");
    assertThat(world.states(key, 0).values()).containsExactlyInAnyOrder(first, second);

    world.update(spec.toBuilder().deleting().build());
    world.settle();
    assertThat(world.states(key, 0)).isEmpty();
    assertThat(world.resources).isEmpty();
  }
}
