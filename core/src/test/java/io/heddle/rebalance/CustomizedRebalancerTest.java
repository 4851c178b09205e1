// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import org.junit.jupiter.api.Test;

class CustomizedRebalancerTest {
  private static final InstanceId A = InstanceId.of("A");
  private static final InstanceId B = InstanceId.of("B");
  private static final InstanceId C = InstanceId.of("C");
  private static final InstanceId D = InstanceId.of("D");

  @Test
  void followsTheMapAsFarAsItCanBeFollowed() {
    World world = World.of(StateModels.MASTER_SLAVE, 2, 2)
        .instances("A", "B", "C")
        .put(InstanceSpec.builder("C").operation(InstanceOperation.EVACUATE).build())
        .kill("B");
    world.change(world.resource().toBuilder()
        .mode(new RebalanceMode.Customized(ImmutableSortedMap.of(
            0, ImmutableSortedMap.of(A, "OFFLINE", B, "SLAVE", C, "MASTER", D, "SLAVE"),
            1, ImmutableSortedMap.of(A, "LEADER", B, StateModel.DROPPED),
            2, ImmutableSortedMap.of(A, "MASTER"))))
        .build());

    assertThat(plan(world).states())
        .isEqualTo(ImmutableSortedMap.of(0, ImmutableSortedMap.of(A, "OFFLINE")));
  }

  @Test
  void leavesItToTheCheckToRefuseTwoMasters() {
    World world = World.of(StateModels.MASTER_SLAVE, 1, 2).instances("A", "B");
    world.change(world.resource().toBuilder()
        .mode(new RebalanceMode.Customized(
            ImmutableSortedMap.of(0, ImmutableSortedMap.of(A, "MASTER", B, "MASTER"))))
        .build());

    ResourceAssignment plan = plan(world);

    assertThat(plan.partition(0).values()).containsOnly("MASTER");
    assertThat(AssignmentCheck.reasons(world.config(), world.cluster(), plan)).hasSize(1);
  }

  @Test
  void refusesAnotherMode() {
    World world = World.of(StateModels.MASTER_SLAVE, 1, 1);

    assertThatThrownBy(() -> plan(world))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("documents")
        .hasMessageContaining("CUSTOMIZED");
  }

  private static ResourceAssignment plan(World world) {
    return new CustomizedRebalancer()
        .computeResourceMapping(world.config(), world.wanted(), world.cluster(), world.current());
  }
}
