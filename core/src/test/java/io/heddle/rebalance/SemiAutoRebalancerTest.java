// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SemiAutoRebalancerTest {
  private static final InstanceId A = InstanceId.of("A");
  private static final InstanceId B = InstanceId.of("B");
  private static final InstanceId C = InstanceId.of("C");

  @Test
  void givesTheTopStateToTheFirstAndTheBaseStateToTheRest() {
    World world = world(StateModels.MASTER_SLAVE, 2, Map.of(0, list("C", "A", "B")));

    assertThat(plan(world).states())
        .containsOnlyKeys(0)
        .containsEntry(0, ImmutableSortedMap.of(A, "SLAVE", C, "MASTER"));
  }

  @Test
  void passesOverInstancesThatAreNotThere() {
    World world = world(StateModels.MASTER_SLAVE, 2, Map.of(0, list("unknown", "C", "A", "D", "B")))
        .put(InstanceSpec.builder("A").operation(InstanceOperation.DISABLE).build())
        .kill("C");

    assertThat(plan(world).partition(0))
        .isEqualTo(ImmutableSortedMap.of(B, "SLAVE", InstanceId.of("D"), "MASTER"));
  }

  @Test
  void countsARepeatedNameOnce() {
    World world = world(StateModels.ONLINE_OFFLINE, 3, Map.of(0, list("B", "B", "A")));

    assertThat(plan(world).partition(0)).isEqualTo(ImmutableSortedMap.of(A, "ONLINE", B, "ONLINE"));
  }

  @Test
  void hasNoReplicasWhereThereIsNoListOrNoSuchPartition() {
    World world = world(
        StateModels.MASTER_SLAVE, 2, Map.of(0, list(), 2, list("A"), 3, list("A"), -1, list("A")));

    assertThat(plan(world).states()).containsOnlyKeys(2);
  }

  @Test
  void refusesAnotherMode() {
    World world = World.of(StateModels.MASTER_SLAVE, 1, 1);

    assertThatThrownBy(() -> plan(world))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("documents")
        .hasMessageContaining("SEMI_AUTO");
  }

  private static ImmutableList<InstanceId> list(String... names) {
    return ImmutableList.copyOf(names).stream()
        .map(InstanceId::of)
        .collect(ImmutableList.toImmutableList());
  }

  /** Three partitions on A, B, C, D. */
  private static World world(
      StateModel model, int replicas, Map<Integer, ImmutableList<InstanceId>> lists) {
    World world = World.of(model, 3, replicas).instances("A", "B", "C", "D");
    return world.change(world.resource().toBuilder()
        .mode(new RebalanceMode.SemiAuto(ImmutableSortedMap.copyOf(lists)))
        .build());
  }

  private static ResourceAssignment plan(World world) {
    return new SemiAutoRebalancer()
        .computeResourceMapping(world.config(), world.wanted(), world.cluster(), world.current());
  }
}
