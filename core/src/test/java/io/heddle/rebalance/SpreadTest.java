// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.StateModels;
import org.junit.jupiter.api.Test;

class SpreadTest {
  @Test
  void isQuotientAndRemainderWithoutZones() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 7, 3).instances("A", "B", "C", "D");

    Spread spread = spread(world);

    for (int zone = 0; zone < 4; zone++) {
      assertThat(spread.least(zone)).isZero();
      assertThat(spread.most(zone)).isEqualTo(1);
      assertThat(spread.floor(zone)).isEqualTo(5);
    }
    assertThat(spread.extras()).isEqualTo(1);
  }

  @Test
  void fillsSmallZonesOnlyAsHighAsTheyGo() {
    // Zone a has one instance, so at most one replica of each of the ten partitions; b has two, c
    // four. Three zones, three replicas: each zone has one of each partition.
    World world = World.of(StateModels.ONLINE_OFFLINE, 10, 3)
        .instance("A1", "a")
        .instance("B1", "b")
        .instance("B2", "b")
        .instance("C1", "c")
        .instance("C2", "c")
        .instance("C3", "c")
        .instance("C4", "c");

    Spread spread = spread(world);

    assertThat(new int[] {spread.floor(0), spread.floor(1), spread.floor(3)})
        .containsExactly(10, 5, 2);
    assertThat(spread.minExtra(2)).isEqualTo(2);
    assertThat(spread.maxExtra(2)).isEqualTo(2);
    assertThat(spread.spare()).isZero();
  }

  @Test
  void letsOddReplicasFallWhereZonesAllow() {
    // Ten replicas on six instances: one or two each; zone b may have at most five in all.
    World world = World.of(StateModels.ONLINE_OFFLINE, 5, 2)
        .instance("A1", "a")
        .instance("A2", "a")
        .instance("B1", "b")
        .instance("B2", "b")
        .instance("B3", "b")
        .instances("X");

    Spread spread = spread(world);

    assertThat(new int[] {spread.floor(0), spread.floor(2), spread.floor(5)})
        .containsExactly(1, 1, 1);
    assertThat(spread.extras()).isEqualTo(4);
    assertThat(new int[] {spread.maxExtra(0), spread.maxExtra(1), spread.maxExtra(2)})
        .containsExactly(2, 2, 1);
  }

  private static Spread spread(World world) {
    return new Spread(
        new Problem(world.config(), world.wanted(), world.cluster(), world.current()));
  }
}
