// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceAssignment;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Holds placements under limits, and what certificates say of them, against all possible ones, in
 * clusters small enough to list them.
 */
class CertificateLawTest {
  private static final int SEEDS = 700;

  /** A placement as brute force sees it. */
  private record Candidate(int placed, int least, int most, int moves) {}

  private interface Law {
    void check(World world, ResourceAssignment before, PlacementResult result, String seed);
  }

  private static void forAll(int seeds, Law law) {
    for (int seed = 0; seed < seeds; seed++) {
      LimitedWorlds worlds = new LimitedWorlds(seed, 4, 3, 3);
      World world = worlds.world();
      for (int round = 0; round < 3; round++) {
        ResourceAssignment before = world.wanted();
        law.check(world, before, world.place(), "seed " + seed + " round " + round);
        world.catchUp();
        worlds.change(world);
      }
    }
  }

  @Test
  void breaksNoLimit() {
    forAll(4_000, (world, before, result, seed) -> {
      assertThat(LimitRules.faults(world, result.assignment())).as(seed).isEmpty();
      assertThat(AssignmentCheck.reasons(world.config(), world.cluster(), result.assignment()))
          .as(seed)
          .isEmpty();
    });
  }

  @Test
  void placesAgainWhatItPlaced() {
    forAll(2_000, (world, before, result, seed) -> {
      world.catchUp();
      ResourceAssignment settled = world.plan();
      world.catchUp();

      assertThat(Figures.moves(result.assignment(), settled)).as(seed).isZero();
      assertThat(world.plan()).as(seed).isSameAs(settled);
    });
  }

  @Test
  void explainsIfAndOnlyIfSomethingIsLeftOut() {
    forAll(2_000, (world, before, result, seed) -> {
      boolean isWhole = result.certificate().placed() == result.certificate().wanted();
      boolean isExplained =
          result.reasons().stream().anyMatch(reason -> reason.detail().contains("placed"));

      assertThat(isExplained).as(seed).isEqualTo(!isWhole);
    });
  }

  @Test
  void certifiesWhatIsSo() {
    forAll(1_000, (world, before, result, seed) -> {
      Certificate certificate = result.certificate();
      Collection<Integer> loads = Figures.loads(world, result.assignment()).values();
      Collection<Integer> tops = Figures.tops(world, result.assignment()).values();

      assertThat(certificate.placed()).as(seed).isEqualTo(sum(loads));
      assertThat(certificate.moves().count())
          .as(seed)
          .isEqualTo(Figures.moves(before, result.assignment()));
      if (!loads.isEmpty()) {
        assertThat(certificate.counts().least()).as(seed).isEqualTo(Collections.min(loads));
        assertThat(certificate.counts().most()).as(seed).isEqualTo(Collections.max(loads));
        assertThat(certificate.tops().least()).as(seed).isEqualTo(Collections.min(tops));
        assertThat(certificate.tops().most()).as(seed).isEqualTo(Collections.max(tops));
      }
      assertThat(certificate.tops().spread())
          .as(seed)
          .isGreaterThanOrEqualTo(certificate.tops().bound());
      assertThat(certificate.roleChanges().count())
          .as(seed)
          .isGreaterThanOrEqualTo(certificate.roleChanges().bound());
    });
  }

  @Test
  void provesBoundsThatNoPlacementBeatsAndPlacesNearlyAllThatFits() {
    int[] missed = new int[1];
    int[] proved = new int[1];
    int[] cases = new int[1];
    forAll(SEEDS, (world, before, result, seed) -> {
      Certificate certificate = result.certificate();
      int[] mostPlaced = new int[1];
      int[] evenest = {Integer.MAX_VALUE};
      int[] fewestMoves = {Integer.MAX_VALUE};
      forEachPlacement(world, before, candidate -> {
        mostPlaced[0] = Math.max(mostPlaced[0], candidate.placed());
        if (candidate.placed() == certificate.placed()) {
          evenest[0] = Math.min(evenest[0], candidate.most() - candidate.least());
          if (candidate.least() >= certificate.counts().least()
              && candidate.most() <= certificate.counts().most()) {
            fewestMoves[0] = Math.min(fewestMoves[0], candidate.moves());
          }
        }
      });

      assertThat(certificate.counts().bound()).as(seed).isLessThanOrEqualTo(evenest[0]);
      assertThat(certificate.moves().bound()).as(seed).isLessThanOrEqualTo(fewestMoves[0]);
      assertThat(certificate.moves().count()).as(seed).isGreaterThanOrEqualTo(fewestMoves[0]);
      cases[0]++;
      missed[0] += mostPlaced[0] > certificate.placed() ? 1 : 0;
      proved[0] += certificate.moves().isLeast() ? 1 : 0;
    });
    assertThat(missed[0]).as("placements of fewer than fit").isLessThan(cases[0] / 100);
    assertThat(proved[0]).as("placements whose moves are proved").isGreaterThan(9 * cases[0] / 10);
  }

  private static int sum(Collection<Integer> figures) {
    return figures.stream().mapToInt(Integer::intValue).sum();
  }

  private static void forEachPlacement(
      World world, ResourceAssignment before, Consumer<Candidate> result) {
    List<List<List<InstanceId>>> choices = new ArrayList<>();
    for (int p = 0; p < world.resource().partitions(); p++) {
      choices.add(LimitedWorlds.choices(world, p));
    }
    place(world, before, choices, new TreeMap<>(), result);
  }

  private static void place(
      World world,
      ResourceAssignment before,
      List<List<List<InstanceId>>> choices,
      SortedMap<Integer, ImmutableSortedMap<InstanceId, String>> rows,
      Consumer<Candidate> result) {
    ResourceAssignment soFar =
        new ResourceAssignment(world.resource().id(), ImmutableSortedMap.copyOfSorted(rows));
    if (!LimitRules.faults(world, soFar).isEmpty()) {
      return;
    }
    int p = rows.size();
    if (p == choices.size()) {
      Collection<Integer> loads = Figures.loads(world, soFar).values();
      result.accept(new Candidate(
          sum(loads),
          loads.isEmpty() ? 0 : Collections.min(loads),
          loads.isEmpty() ? 0 : Collections.max(loads),
          Figures.moves(before, soFar)));
      return;
    }
    for (List<InstanceId> choice : choices.get(p)) {
      ImmutableSortedMap.Builder<InstanceId, String> row = ImmutableSortedMap.naturalOrder();
      choice.forEach(id -> row.put(id, "SLAVE"));
      rows.put(p, row.buildOrThrow());
      place(world, before, choices, rows, result);
      rows.remove(p);
    }
  }
}
