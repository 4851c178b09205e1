// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableLongArray;
import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceLimits;
import io.heddle.model.InstanceSpec;
import io.heddle.model.PartitionId;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.PlacementRules;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FullAutoLimitsTest {
  private static final InstanceId A = InstanceId.of("A");
  private static final InstanceId B = InstanceId.of("B");

  private static InstanceSpec sized(String name, long cpu) {
    return InstanceSpec.builder(name).capacity("cpu", cpu).build();
  }

  @Test
  void leavesOutWhatFitsNowhereAndSaysWhyWithFigures() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 3, 1)
        .put(sized("A", 5))
        .put(sized("B", 4))
        .rules(rules ->
            rules.weight("cpu", new PlacementRules.Weight(1, ImmutableLongArray.of(3, 9, 4))));

    PlacementResult result = world.place();

    assertThat(result.assignment().partition(0)).hasSize(1);
    assertThat(result.assignment().partition(1)).isEmpty();
    assertThat(result.assignment().partition(2)).hasSize(1);
    assertThat(result.certificate().placed()).isEqualTo(2);
    assertThat(result.reasons())
        .containsExactly(new Reason(
            Reason.Code.NO_CAPACITY,
            "documents/1",
            "1 of 1 replicas not placed: 2 full; cpu: needs 9, at most 1 left, on A"));
  }

  @Test
  void givesInstancesOfDifferentCapacityTheirShare() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 40, 1)
        .put(sized("A", 300))
        .put(sized("B", 100))
        .rules(rules -> rules.weight("cpu", 2));

    Map<InstanceId, Integer> loads = Figures.loads(world, world.plan());

    assertThat(loads).containsEntry(A, 30).containsEntry(B, 10);
  }

  @Test
  void evensOutSeveralDimensionsAtOnce() {
    Random random = new Random(3);
    World world = World.of(StateModels.MASTER_SLAVE, 600, 3)
        .rules(rules -> rules
            .weight(
                "cpu",
                new PlacementRules.Weight(1, ImmutableLongArray.copyOf(random.longs(600, 1, 11))))
            .weight(
                "disk",
                new PlacementRules.Weight(
                    1, ImmutableLongArray.copyOf(random.longs(600, 1, 101)))));
    IntStream.range(0, 12)
        .forEach(i -> world.put(InstanceSpec.builder("node-" + i)
            .zone("zone-" + i % 4)
            .capacity("cpu", 1_200)
            .capacity("disk", 12_000)
            .build()));

    Certificate certificate = world.place().certificate();

    assertThat(certificate.counts().spread()).isZero();
    assertThat(certificate.tops().spread()).isZero();
    assertThat(certificate.utilisation()).hasSize(2);
    certificate
        .utilisation()
        .forEach((dimension, share) -> assertThat(share.spread()).as(dimension).isLessThan(0.01));
  }

  @Test
  void movesOnlyWhatMustMoveWhenACapacityShrinks() {
    World world = World.of(StateModels.MASTER_SLAVE, 12, 2)
        .put(sized("A", 40))
        .put(sized("B", 40))
        .put(sized("C", 40))
        .rules(rules -> rules.weight("cpu", 5));
    ResourceAssignment before = world.plan();
    world.catchUp().policy(p -> p.withPreference(PlacementPolicy.Preference.LEAST_MOVEMENT));
    world.put(sized("A", 35));

    PlacementResult result = world.place();

    assertThat(result.certificate().placed()).as("120 units for 115").isEqualTo(23);
    assertThat(Figures.moves(before, result.assignment())).isZero();
  }

  @Test
  void spreadsOverTheConfiguredFaultDomain() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 8, 2)
        .instance("A", "eu/rack-1")
        .instance("B", "eu/rack-1")
        .instance("C", "eu/rack-2")
        .policy(policy -> policy.withFaultDomainLevel(2));

    world
        .plan()
        .states()
        .values()
        .forEach(row -> assertThat(row.keySet()).contains(InstanceId.of("C")));

    world.policy(policy -> policy.withFaultDomainLevel(0));
    assertThat(Figures.gap(Figures.loads(world, world.plan()).values())).isLessThanOrEqualTo(1);
  }

  @Test
  void saysThatThereAreFewerFaultDomainsThanReplicas() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 2, 3)
        .instance("A", "a")
        .instance("B", "a")
        .instance("C", "b");

    assertThat(world.place().reasons())
        .containsExactly(new Reason(
            Reason.Code.NOT_ENOUGH_ZONES,
            "documents",
            "2 fault domains for 3 replicas: some hold more than one replica of a partition"));
  }

  @Test
  void keepsToTheMostPartitionsOfAnInstanceAndOfAResource() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 12, 1)
        .put(InstanceSpec.builder("A")
            .limits(InstanceLimits.NONE.withMaxPartitions(2))
            .build())
        .instances("B", "C")
        .policy(policy -> policy.withMaxPartitionsPerInstance(6))
        .load("B", 3, 0);

    assertThat(Figures.loads(world, world.plan()))
        .containsEntry(A, 2)
        .containsEntry(B, 3)
        .containsEntry(InstanceId.of("C"), 6);

    world.rules(rules -> rules.maxPartitionsPerInstance(1));
    assertThat(Figures.loads(world, world.plan()).values()).containsOnly(1);
  }

  @Test
  void putsNothingWhereItIsDisabledOrHeldByItsAntiAffinityGroup() {
    World world =
        World.of(StateModels.ONLINE_OFFLINE, 4, 1).instances("A", "B", "C").exclude("C");
    world.put(InstanceSpec.builder("A")
        .limits(InstanceLimits.NONE.withDisabledPartitions(
            ImmutableSet.of(new PartitionId(ResourceId.of("documents"), 2))))
        .build());

    ResourceAssignment plan = world.plan();

    assertThat(plan.partition(2)).containsOnlyKeys(B);
    assertThat(Figures.loads(world, plan))
        .containsEntry(A, 2)
        .containsEntry(B, 2)
        .containsEntry(InstanceId.of("C"), 0);
  }

  @Test
  void givesThePreferredLeaderItsReplicaAndThenItsTopState() {
    World world = World.of(StateModels.MASTER_SLAVE, 6, 2).instances("A", "B", "C", "D");
    ResourceAssignment before = world.plan();
    world.catchUp();
    InstanceId other = world.cluster().participants().keySet().stream()
        .filter(id -> !before.partition(3).containsKey(id))
        .findFirst()
        .orElseThrow();
    world.rules(rules -> rules.preferredLeader(3, other));

    ResourceAssignment moved = world.plan();

    assertThat(moved.partition(3)).containsEntry(other, "SLAVE");
    assertThat(Figures.gap(Figures.loads(world, moved).values())).isZero();
    world.catchUp();
    assertThat(world.plan().partition(3)).containsEntry(other, "MASTER");
    world.kill(other.name());
    assertThat(Figures.top(world, world.plan(), 3)).isPresent().isNotEqualTo(Optional.of(other));
  }

  @Test
  void waitsForALostInstanceAsLongAsEnoughReplicasAreLive() {
    World world = World.of(StateModels.MASTER_SLAVE, 8, 3).instances("A", "B", "C", "D");
    ResourceAssignment before = world.plan();
    world.catchUp().await("A").kill("A");

    ResourceAssignment waiting = world.plan();

    assertThat(Figures.moves(before, waiting)).isZero();
    for (int p = 0; p < 8; p++) {
      assertThat(waiting.partition(p).keySet()).isEqualTo(before.partition(p).keySet());
      assertThat(Figures.top(world, waiting, p)).isPresent().isNotEqualTo(Optional.of(A));
    }

    world.catchUp().awaitNoMore("A");
    ResourceAssignment after = world.plan();
    assertThat(Figures.moves(waiting, after)).isEqualTo(6);
    assertThat(Figures.loads(world, after)).doesNotContainKey(A);
  }

  @Test
  void replacesAtOnceWhatFallsBelowTheMinimumOfActiveReplicas() {
    World world = World.of(StateModels.MASTER_SLAVE, 8, 3)
        .instances("A", "B", "C", "D", "E")
        .rules(rules -> rules.minActiveReplicas(2));
    ResourceAssignment before = world.plan();
    world.catchUp().await("A").await("B").kill("A").kill("B");

    ResourceAssignment after = world.plan();

    for (int p = 0; p < 8; p++) {
      Set<InstanceId> active = new TreeSet<>(after.partition(p).keySet());
      active.remove(A);
      active.remove(B);
      Set<InstanceId> were = new TreeSet<>(before.partition(p).keySet());
      were.remove(A);
      were.remove(B);
      assertThat(active).as("partition %d", p).hasSize(Math.max(2, were.size()));
    }
  }

  @Test
  void movesNothingForEvennessWhereMovementIsToBeLeast() {
    World world = World.of(StateModels.MASTER_SLAVE, 12, 2)
        .instances("A", "B", "C")
        .policy(p -> p.withPreference(PlacementPolicy.Preference.LEAST_MOVEMENT));
    ResourceAssignment before = world.plan();
    world.catchUp().instances("D");

    assertThat(world.plan()).isSameAs(before);

    world.kill("A");
    assertThat(Figures.moves(before, world.plan())).isEqualTo(8);
    assertThat(Figures.loads(world, world.wanted())).containsEntry(InstanceId.of("D"), 8);
  }

  @Test
  void hasNoMoreBalanceMovesUnderWayThanTheBudgetSays() {
    World world = World.of(StateModels.MASTER_SLAVE, 12, 2)
        .instances("A", "B", "C")
        .policy(policy -> policy.withMaxBalanceMoves(2));
    ResourceAssignment before = world.plan();
    world.catchUp().instances("D");

    ResourceAssignment first = world.plan();
    ResourceAssignment second = world.plan();

    assertThat(Figures.moves(before, first)).isEqualTo(2);
    assertThat(second).as("while the two are under way").isSameAs(first);
    for (int pass = 0; pass < 2; pass++) {
      world.catchUp();
      world.plan();
    }
    assertThat(Figures.loads(world, world.wanted()).values()).containsOnly(6);
  }

  @Test
  void exchangesReplicasForEvenWeightsOnlyWhereThatIsPreferred() {
    World world =
        World.of(StateModels.ONLINE_OFFLINE, 40, 1).put(sized("A", 1_000)).put(sized("B", 1_000));
    ResourceAssignment before = world.plan();
    long[] weights = new long[40];
    before.states().forEach((p, row) -> weights[p] = row.containsKey(A) ? 20 : 10);
    world
        .catchUp()
        .rules(rules ->
            rules.weight("cpu", new PlacementRules.Weight(1, ImmutableLongArray.copyOf(weights))));

    assertThat(world.plan()).isSameAs(before);

    world.policy(p -> p.withPreference(PlacementPolicy.Preference.EVEN_WEIGHTS));
    Certificate certificate = world.place().certificate();
    assertThat(certificate.utilisation().get("cpu"))
        .satisfies(share -> assertThat(share.spread()).isLessThan(0.01));
    assertThat(certificate.moves().count()).isEqualTo(20);
  }

  @Test
  void evensOutFurtherStatesWithABound() {
    StateModel model = StateModel.builder("Layered")
        .state("LEADER", Bound.of(1))
        .state("WITNESS", Bound.of(2))
        .state("FOLLOWER", Bound.parse("R"))
        .state("OFFLINE", Bound.parse("-1"))
        .initialState("OFFLINE")
        .transition("FOLLOWER", "WITNESS")
        .transition("WITNESS", "LEADER")
        .transition("LEADER", "WITNESS")
        .transition("WITNESS", "FOLLOWER")
        .transition("OFFLINE", "FOLLOWER")
        .transition("FOLLOWER", "OFFLINE")
        .transition("OFFLINE", "DROPPED")
        .build();
    World world = World.of(model, 30, 4).instances("A", "B", "C", "D", "E", "F");
    world.plan();
    world.catchUp();

    ResourceAssignment plan = world.plan();

    for (String state : Set.of("LEADER", "WITNESS", "FOLLOWER")) {
      Map<InstanceId, Long> counts = plan.states().values().stream()
          .flatMap(row -> row.entrySet().stream())
          .filter(replica -> replica.getValue().equals(state))
          .collect(java.util.stream.Collectors.groupingBy(
              Map.Entry::getKey, java.util.stream.Collectors.counting()));
      assertThat(counts.values()).as(state).containsOnly(state.equals("WITNESS") ? 10L : 5L);
    }
  }
}
