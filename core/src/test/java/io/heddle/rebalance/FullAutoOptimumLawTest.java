// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.Sets;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceAssignment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Holds the rebalancer against all possible answers, in clusters small enough to list them. */
class FullAutoOptimumLawTest {
  private static final int SEEDS = 1_500;

  /** How even, and at what price; less is better, evenness first. */
  private record Price(long squares, int changes) {
    boolean isBelow(Price other) {
      return squares < other.squares || (squares == other.squares && changes < other.changes);
    }
  }

  @Test
  void isAsEvenAsCanBeWithTheFewestMovesThatThatTakes() {
    int moved = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      RandomWorlds worlds = new RandomWorlds(seed, 5, 4, 3);
      World world = worlds.world();
      for (int round = 0; round < 4; round++) {
        ResourceAssignment before = world.wanted();
        ResourceAssignment after = world.plan();

        Price price = new Price(
            Figures.squares(Figures.loads(world, after).values()), Figures.moves(before, after));
        assertThat(price).as("seed %d round %d", seed, round).isEqualTo(best(world, before));
        moved += round == 0 ? 0 : price.changes();
        world.catchUp();
        worlds.change(world);
      }
    }
    assertThat(moved).as("replicas moved in all").isGreaterThan(SEEDS);
  }

  @Test
  void hasTopStatesAsEvenAsCanBeWithTheFewestChangesOfRole() {
    int changed = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      RandomWorlds worlds = new RandomWorlds(seed, 5, 5, 3);
      World world = worlds.world();
      for (int round = 0; round < 5 && world.model().topState().isPresent(); round++) {
        ResourceAssignment before = world.wanted();
        ResourceAssignment after = world.plan();

        Price price = new Price(
            Figures.squares(Figures.tops(world, after).values()),
            keptChanges(world, before, after));
        assertThat(price)
            .as("seed %d round %d", seed, round)
            .isEqualTo(bestRoles(world, before, after));
        changed += price.changes();
        if (!worlds.chance(3)) {
          world.catchUp();
        }
        if (worlds.chance(3)) {
          worlds.disturb(world);
        }
        worlds.change(world);
      }
    }
    assertThat(changed).as("roles changed in all").isPositive();
  }

  private static Price best(World world, ResourceAssignment before) {
    List<Set<InstanceId>> rows = new ArrayList<>();
    Set<InstanceId> eligible = new HashSet<>(Figures.eligible(world));
    int replicas = Math.min(world.resource().replicas(), eligible.size());
    for (Set<InstanceId> row : Sets.combinations(eligible, replicas)) {
      if (Figures.zoneCounts(world, row).equals(Figures.evenestZoneCounts(world))) {
        rows.add(row);
      }
    }
    TreeMap<InstanceId, Integer> loads = new TreeMap<>();
    eligible.forEach(id -> loads.put(id, 0));
    Price[] best = {new Price(Long.MAX_VALUE, 0)};
    tryRows(world, before, rows, 0, loads, 0, price -> {
      if (price.isBelow(best[0])) {
        best[0] = price;
      }
    });
    return best[0];
  }

  private static void tryRows(
      World world,
      ResourceAssignment before,
      List<Set<InstanceId>> rows,
      int partition,
      Map<InstanceId, Integer> loads,
      int moves,
      Consumer<Price> result) {
    if (partition == world.resource().partitions()) {
      result.accept(new Price(Figures.squares(loads.values()), moves));
      return;
    }
    for (Set<InstanceId> row : rows) {
      row.forEach(id -> loads.merge(id, 1, Integer::sum));
      int here = Sets.difference(row, before.partition(partition).keySet()).size();
      tryRows(world, before, rows, partition + 1, loads, moves + here, result);
      row.forEach(id -> loads.merge(id, -1, Integer::sum));
    }
  }

  private static int keptChanges(World world, ResourceAssignment before, ResourceAssignment after) {
    int changes = 0;
    for (int p = 0; p < world.resource().partitions(); p++) {
      Set<InstanceId> candidates =
          Figures.topCandidates(world, after.partition(p).keySet(), p);
      Optional<InstanceId> kept = Figures.keptTop(world, before, candidates, p);
      changes += kept.isPresent() && !kept.equals(Figures.top(world, after, p)) ? 1 : 0;
    }
    return changes;
  }

  private static Price bestRoles(World world, ResourceAssignment before, ResourceAssignment after) {
    List<Set<InstanceId>> candidates = new ArrayList<>();
    List<Optional<InstanceId>> kept = new ArrayList<>();
    for (Map.Entry<Integer, ImmutableSortedMap<InstanceId, String>> row :
        after.states().entrySet()) {
      candidates.add(Figures.topCandidates(world, row.getValue().keySet(), row.getKey()));
      kept.add(Figures.keptTop(world, before, candidates.get(row.getKey()), row.getKey()));
    }
    TreeMap<InstanceId, Integer> tops = new TreeMap<>();
    Figures.eligible(world).forEach(id -> tops.put(id, 0));
    Price[] best = {new Price(Long.MAX_VALUE, 0)};
    tryRoles(candidates, kept, 0, tops, 0, price -> {
      if (price.isBelow(best[0])) {
        best[0] = price;
      }
    });
    return best[0];
  }

  private static void tryRoles(
      List<Set<InstanceId>> candidates,
      List<Optional<InstanceId>> kept,
      int partition,
      Map<InstanceId, Integer> tops,
      int changes,
      Consumer<Price> result) {
    if (partition == candidates.size()) {
      result.accept(new Price(Figures.squares(tops.values()), changes));
      return;
    }
    for (InstanceId id : candidates.get(partition)) {
      tops.merge(id, 1, Integer::sum);
      boolean change =
          kept.get(partition).isPresent() && !kept.get(partition).equals(Optional.of(id));
      tryRoles(candidates, kept, partition + 1, tops, changes + (change ? 1 : 0), result);
      tops.merge(id, -1, Integer::sum);
    }
  }
}
