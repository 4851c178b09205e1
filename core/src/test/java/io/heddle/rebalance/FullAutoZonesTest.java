// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.StateModels;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FullAutoZonesTest {
  @Test
  void putsReplicasOfAPartitionInDifferentZones() {
    World world = World.of(StateModels.MASTER_SLAVE, 12, 3)
        .instance("A1", "a")
        .instance("A2", "a")
        .instance("B1", "b")
        .instance("B2", "b")
        .instance("C1", "c")
        .instance("C2", "c");

    world
        .plan()
        .states()
        .values()
        .forEach(
            row -> assertThat(Figures.zoneCounts(world, row.keySet())).containsExactly(1, 1, 1));

    assertThat(Figures.loads(world, world.wanted()).values()).containsOnly(6);
    assertThat(Figures.tops(world, world.wanted()).values()).containsOnly(2);
  }

  @Test
  void takesTheWidestPartOfTheZoneForTheFaultDomain() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 6, 2)
        .instance("A1", "a/rack-1")
        .instance("A2", "a/rack-2")
        .instance("B1", "b/rack-1");

    world
        .plan()
        .states()
        .values()
        .forEach(row -> assertThat(row).containsKey(InstanceId.of("B1")).hasSize(2));
  }

  @Test
  void takesAnInstanceWithoutAZoneForADomainOfItsOwn() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 6, 2)
        .instance("A1", "a")
        .instance("A2", "a")
        .instances("X", "Y");

    for (ImmutableSortedMap<InstanceId, String> row : world.plan().states().values()) {
      assertThat(Figures.zoneCounts(world, row.keySet())).containsExactly(0, 1, 1);
    }
    assertThat(Figures.loads(world, world.wanted()).values()).containsOnly(3);
  }

  @Test
  void spreadsAsEvenlyAsItCanOverTooFewZones() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 10, 3)
        .instance("A1", "a")
        .instance("A2", "a")
        .instance("A3", "a")
        .instance("B1", "b")
        .instance("B2", "b");

    world
        .plan()
        .states()
        .values()
        .forEach(row -> assertThat(Figures.zoneCounts(world, row.keySet())).containsExactly(1, 2));

    assertThat(Figures.loads(world, world.wanted()).values()).containsOnly(6);
  }

  @Test
  void isAsEvenAsZonesOfUnequalSizeAllow() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 12, 2)
        .instance("A1", "a")
        .instance("B1", "b")
        .instance("B2", "b")
        .instance("B3", "b")
        .instance("B4", "b");

    world.plan();

    assertThat(Figures.loads(world, world.wanted()))
        .containsOnly(
            Map.entry(InstanceId.of("A1"), 12),
            Map.entry(InstanceId.of("B1"), 3),
            Map.entry(InstanceId.of("B2"), 3),
            Map.entry(InstanceId.of("B3"), 3),
            Map.entry(InstanceId.of("B4"), 3));
  }

  @Test
  void replacesALostReplicaWithinItsZone() {
    World world = World.of(StateModels.MASTER_SLAVE, 12, 3)
        .instance("A1", "a")
        .instance("A2", "a")
        .instance("B1", "b")
        .instance("B2", "b")
        .instance("C1", "c")
        .instance("C2", "c");
    ResourceAssignment before = world.plan();
    world.catchUp().kill("B1");

    ResourceAssignment after = world.plan();

    assertThat(Figures.moves(before, after)).isEqualTo(6);
    assertThat(Figures.loads(world, after)).containsEntry(InstanceId.of("B2"), 12);
  }

  @Test
  void movesOnlyWhatMustMoveWhenAZoneComesBack() {
    World world = World.of(StateModels.MASTER_SLAVE, 12, 3)
        .instance("A1", "a")
        .instance("A2", "a")
        .instance("B1", "b")
        .instance("B2", "b");
    ResourceAssignment two = world.plan();
    world.catchUp().instance("C1", "c").instance("C2", "c");

    ResourceAssignment three = world.plan();

    assertThat(Figures.moves(two, three)).as("one of each partition").isEqualTo(12);
    three
        .states()
        .values()
        .forEach(
            row -> assertThat(Figures.zoneCounts(world, row.keySet())).isEqualTo(List.of(1, 1, 1)));
    assertThat(Figures.loads(world, three).values()).containsOnly(6);
    assertThat(Figures.topChanges(world, two, three)).isZero();
  }
}
