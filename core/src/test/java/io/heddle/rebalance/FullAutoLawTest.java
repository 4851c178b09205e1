// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceAssignment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What holds in every cluster, after every change. */
class FullAutoLawTest {
  private static final int SMALL = 1_000;
  private static final int MEDIUM = 20;

  /** Does something with a world in each of several situations. */
  private interface Law {
    void check(World world, ResourceAssignment before, ResourceAssignment after, String seed);
  }

  private static void forAll(Law law) {
    for (int seed = 0; seed < SMALL; seed++) {
      live(new RandomWorlds(seed, 7, 12, 4), law, "small seed " + seed);
    }
    for (int seed = 0; seed < MEDIUM; seed++) {
      live(new RandomWorlds(seed, 40, 150, 5), law, "medium seed " + seed);
    }
  }

  private static void live(RandomWorlds worlds, Law law, String seed) {
    World world = worlds.world();
    for (int round = 0; round < 5; round++) {
      ResourceAssignment before = world.wanted();
      law.check(world, before, world.plan(), seed + " round " + round);
      if (!worlds.chance(4)) {
        world.catchUp();
      }
      if (worlds.chance(3)) {
        worlds.disturb(world);
      }
      if (!worlds.chance(3)) {
        worlds.change(world);
      }
      if (worlds.chance(10)) {
        world.forgetWanted();
      }
    }
  }

  @Test
  void keepsTheContract() {
    forAll((world, before, after, seed) -> assertThat(
            AssignmentCheck.reasons(world.config(), world.cluster(), after))
        .as(seed)
        .isEmpty());
  }

  @Test
  void usesEligibleInstancesOnlyAndAsManyAsThereAreReplicas() {
    forAll((world, before, after, seed) -> {
      List<InstanceId> eligible = Figures.eligible(world);
      int replicas = Math.min(world.resource().replicas(), eligible.size());
      for (int p = 0; p < world.resource().partitions(); p++) {
        assertThat(after.partition(p).keySet()).as(seed).hasSize(replicas).isSubsetOf(eligible);
      }
      assertThat(after.states())
          .as(seed)
          .hasSize(eligible.isEmpty() ? 0 : world.resource().partitions());
    });
  }

  @Test
  void spreadsEachPartitionOverZonesAsEvenlyAsTheyAllow() {
    forAll((world, before, after, seed) -> {
      List<Integer> evenest = Figures.evenestZoneCounts(world);
      for (ImmutableSortedMap<InstanceId, String> row : after.states().values()) {
        assertThat(Figures.zoneCounts(world, row.keySet())).as(seed).isEqualTo(evenest);
      }
    });
  }

  @Test
  void placesReplicasAsEvenlyAsZonesAllow() {
    forAll((world, before, after, seed) -> {
      Map<InstanceId, Integer> loads = Figures.loads(world, after);
      boolean zones = Figures.eligible(world).stream()
          .anyMatch(id -> !world.spec(id).zone().parts().isEmpty());

      if (!zones) {
        assertThat(Figures.gap(loads.values())).as(seed).isLessThanOrEqualTo(1);
      } else if (Figures.gap(loads.values()) > 1) {
        TreeMap<InstanceId, Set<InstanceId>> neighbours = new TreeMap<>();
        loads
            .keySet()
            .forEach(id -> neighbours.put(id, Figures.replicaNeighbours(world, after, id)));
        assertThat(Figures.canBeMoreEven(loads, neighbours::get)).as(seed).isFalse();
      }
    });
  }

  @Test
  void givesEachPartitionOneTopStateAsEvenlyAsThoseThatCaughtUpAllow() {
    forAll((world, before, after, seed) -> {
      if (world.model().topState().isEmpty()) {
        return;
      }
      Map<InstanceId, Integer> tops = Figures.tops(world, after);
      after.states().forEach((p, row) -> {
        Optional<InstanceId> top = Figures.top(world, after, p);
        assertThat(top).as(seed).isPresent();
        assertThat(top.orElseThrow()).as(seed).isIn(Figures.topCandidates(world, row.keySet(), p));
      });
      if (Figures.gap(tops.values()) > 1) {
        TreeMap<InstanceId, Set<InstanceId>> neighbours = new TreeMap<>();
        tops.keySet().forEach(id -> neighbours.put(id, Figures.topNeighbours(world, after, id)));
        assertThat(Figures.canBeMoreEven(tops, neighbours::get)).as(seed).isFalse();
      }
    });
  }

  @Test
  void hasTopStatesEvenToOneWhereReplicasAreOnceAllHaveCaughtUp() {
    forAll((world, before, after, seed) -> {
      world.catchUp();
      ResourceAssignment settled = world.plan();
      world.catchUp();

      if (Figures.gap(Figures.loads(world, settled).values()) <= 1) {
        assertThat(Figures.gap(Figures.tops(world, settled).values()))
            .as(seed)
            .isLessThanOrEqualTo(1);
      }
    });
  }

  @Test
  void changesNothingWhenPlanningAgain() {
    forAll((world, before, after, seed) -> {
      assertThat(world.plan()).as(seed).isSameAs(after);

      world.catchUp();
      ResourceAssignment settled = world.plan();
      world.catchUp();

      assertThat(Figures.moves(after, settled)).as(seed).isZero();
      assertThat(world.plan()).as(seed).isSameAs(settled);
    });
  }

  @Test
  void findsTheSamePlacementAfterTheControllerHasForgottenIt() {
    forAll((world, before, after, seed) -> {
      world.catchUp();
      ResourceAssignment settled = world.plan();
      world.catchUp().forgetWanted();

      assertThat(world.plan()).as(seed).isEqualTo(settled);
    });
  }

  @Test
  void answersTheSameToTheSameQuestion() {
    forAll((world, before, after, seed) -> {
      ResourceAssignment again = new FullAutoRebalancer()
          .computeResourceMapping(world.config(), before, world.cluster(), world.current());

      assertThat(again).as(seed).isEqualTo(after);
    });
  }

  @Test
  void settlesWithinFewRoundsOfReportsAndThenRests() {
    for (int seed = 0; seed < SMALL; seed++) {
      RandomWorlds worlds = new RandomWorlds(seed, 6, 10, 3);
      World world = worlds.world();
      Random random = new Random(seed);
      for (int change = 0; change < 3; change++) {
        int rounds = roundsToSettle(world, random);

        assertThat(rounds).as("seed %d change %d", seed, change).isLessThanOrEqualTo(40);
        assertThat(world.plan()).as("seed %d change %d", seed, change).isSameAs(world.wanted());
        worlds.change(world);
      }
    }
  }

  /** Plans and reports in turn; in each round every instance reports by chance, one in two. */
  private static int roundsToSettle(World world, Random random) {
    world.plan();
    int rounds = 0;
    boolean settled = false;
    while (!settled && rounds <= 40) {
      boolean left = world.step(id -> random.nextBoolean());
      ResourceAssignment before = world.wanted();
      ResourceAssignment after = world.plan();
      assertThat(Figures.moves(before, after)).as("moves while reports come in").isZero();
      settled = !left && after.equals(before);
      rounds++;
    }
    return rounds;
  }
}
