// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.PlacementRules;
import io.heddle.model.Reason;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.rebalance.Certificate;
import io.heddle.rebalance.Rebalancers;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class PlacementStageTest {
  private static final InstanceId A = InstanceId.of("a");
  private static final InstanceId B = InstanceId.of("b");

  private final World world = new World();

  private static ResourceSpec.Builder store(String name) {
    return ResourceSpec.builder(name).stateModel(StateModels.MASTER_SLAVE);
  }

  private ResourceAssignment goal(ResourceKey key) {
    return Objects.requireNonNull(world.plan().goals().get(key));
  }

  private static Set<InstanceId> holders(ResourceAssignment goal) {
    Set<InstanceId> holders = new TreeSet<>();
    goal.states().values().forEach(row -> holders.addAll(row.keySet()));
    return holders;
  }

  private void sized(String name, long cpu) {
    InstanceId id = world.start(name);
    world.specs.put(id, InstanceSpec.builder(name).capacity("cpu", cpu).build());
  }

  @Test
  void letsResourcesShareOneCapacity() {
    sized("a", 10);
    sized("b", 10);
    PlacementRules heavy = PlacementRules.builder().weight("cpu", 4).build();
    ResourceKey first = world.add(store("first").partitions(2).placement(heavy).build());
    ResourceKey second =
        world.add(store("second").partitions(3).placement(heavy).build());

    Plan plan = world.plan();

    assertThat(goal(first).states()).hasSize(2);
    assertThat(goal(second).states()).as("16 of 20, no room for 4 more").hasSize(2);
    assertThat(plan.reasons())
        .extracting(Reason::code, Reason::entity)
        .containsExactly(org.assertj.core.groups.Tuple.tuple(Reason.Code.NO_CAPACITY, "second/2"));
    Certificate certificate = Objects.requireNonNull(plan.certificates().get(second));
    assertThat(certificate.placed()).isEqualTo(2);
    assertThat(certificate.wanted()).isEqualTo(3);
  }

  @Test
  void evensOutManySmallResourcesTogetherWhenAnInstanceJoins() {
    world.start("a");
    world.start("b");
    for (int r = 0; r < 12; r++) {
      world.add(store("resource-" + r).build());
    }
    world.settle();
    world.start("c");

    world.settle();

    TreeMap<InstanceId, Integer> loads = new TreeMap<>();
    world
        .plan()
        .goals()
        .values()
        .forEach(goal -> goal.states()
            .values()
            .forEach(row -> row.keySet().forEach(id -> loads.merge(id, 1, Integer::sum))));
    assertThat(loads.values()).containsOnly(4);
  }

  @Test
  void keepsResourcesOfOneAntiAffinityGroupApart() {
    for (String name : ImmutableList.of("a", "b", "c", "d", "e")) {
      world.start(name);
    }
    PlacementRules apart = PlacementRules.builder().antiAffinityGroup("stores").build();
    ResourceKey first =
        world.add(store("first").partitions(8).replicas(2).placement(apart).build());
    world.settle();
    assertThat(holders(goal(first))).hasSize(5);
    ResourceKey second =
        world.add(store("second").partitions(3).replicas(2).placement(apart).build());

    world.settle();

    assertThat(holders(goal(first))).hasSize(3).doesNotContainAnyElementsOf(holders(goal(second)));
    assertThat(holders(goal(second))).hasSize(2);
    assertThat(world.plan().decisions()).isEmpty();
  }

  @Test
  void waitsForALostInstanceAndPlansAgainWhenThatIsOver() {
    world.spec = world.spec.withPlacement(
        PlacementPolicy.DEFAULT.withRebalanceDelay(Duration.ofSeconds(30)));
    world.start("a");
    world.start("b");
    world.start("c");
    ResourceKey key = world.add(store("db").replicas(2).build());
    world.settle();
    InstanceId slave = goal(key).partition(0).entrySet().stream()
        .filter(replica -> replica.getValue().equals("SLAVE"))
        .findFirst()
        .orElseThrow()
        .getKey();
    world.nowNanos = 5_000_000_000L;
    world.stop(slave);
    world.pass();

    Plan waiting = world.plan();

    assertThat(goal(key).partition(0)).containsKey(slave);
    assertThat(waiting.wakeAtNanos()).isEqualTo(OptionalLong.of(35_000_000_000L));
    assertThat(waiting.reasons())
        .contains(new Reason(
            Reason.Code.DELAYED, "db@" + slave, "lost; waited for until 1970-01-01T00:00:30Z"));

    world.nowNanos = 35_000_000_000L;
    assertThat(goal(key).partition(0)).hasSize(2).doesNotContainKey(slave);
    assertThat(world.plan().wakeAtNanos()).isEmpty();
  }

  @Test
  void waitsAsLongAsTheResourceSaysThenTheInstanceThenTheCluster() {
    PlacementPolicy policy = PlacementPolicy.DEFAULT.withRebalanceDelay(Duration.ofSeconds(3));
    InstanceSpec instance = InstanceSpec.of("a");
    InstanceSpec patient = instance.toBuilder()
        .limits(instance.limits().withRebalanceDelay(Duration.ofSeconds(2)))
        .build();
    ResourceSpec resource = store("db").build();
    ResourceSpec hasty = resource.toBuilder()
        .placement(PlacementRules.builder().rebalanceDelay(Duration.ZERO).build())
        .build();

    assertThat(policy.delayOf(resource, instance)).isEqualTo(Duration.ofSeconds(3));
    assertThat(policy.delayOf(resource, patient)).isEqualTo(Duration.ofSeconds(2));
    assertThat(policy.delayOf(hasty, patient)).isZero();
  }

  @Test
  void restsTheReplicasOfADisabledPartitionWhereTheyAre() {
    world.start("a");
    world.start("b");
    ResourceKey key = world.add(store("db").partitions(2).replicas(2).build());
    world.settle();
    world.update(store("db")
        .partitions(2)
        .replicas(2)
        .placement(PlacementRules.builder().disablePartition(1).build())
        .build());

    world.settle();

    assertThat(world.states(key, 0)).containsValue("MASTER");
    assertThat(world.states(key, 1)).hasSize(2).containsValue("OFFLINE");
    assertThat(world.states(key, 1).values()).containsOnly("OFFLINE");

    world.update(store("db").partitions(2).replicas(2).build());
    world.settle();
    assertThat(world.states(key, 1)).containsValue("MASTER");
  }

  @Test
  void mixesModesAndKeepsTheLastAssignmentWhereAUsersRebalancerThrows() {
    boolean[] broken = new boolean[1];
    World world =
        new World(Rebalancers.builtIn().with("mine", (config, previous, cluster, current) -> {
          if (broken[0]) {
            throw new IllegalStateException("on purpose");
          }
          return new ResourceAssignment(
              config.resource().id(), ImmutableSortedMap.of(0, ImmutableSortedMap.of(B, "MASTER")));
        }));
    world.start("a");
    world.start("b");
    ResourceKey full = world.add(store("full").build());
    ResourceKey lists = world.add(store("lists")
        .mode(new RebalanceMode.SemiAuto(ImmutableSortedMap.of(0, ImmutableList.of(B, A))))
        .build());
    ResourceKey map = world.add(store("map")
        .mode(new RebalanceMode.Customized(
            ImmutableSortedMap.of(0, ImmutableSortedMap.of(A, "SLAVE"))))
        .build());
    ResourceKey own =
        world.add(store("own").mode(new RebalanceMode.UserDefined("mine")).build());
    world.settle();
    broken[0] = true;

    world.settle();

    assertThat(world.states(full, 0)).containsValue("MASTER");
    assertThat(world.states(lists, 0)).containsExactly(java.util.Map.entry("b", "MASTER"));
    assertThat(world.states(map, 0)).containsExactly(java.util.Map.entry("a", "SLAVE"));
    assertThat(world.states(own, 0)).containsExactly(java.util.Map.entry("b", "MASTER"));
    assertThat(world.plan().reasons())
        .contains(new Reason(
            Reason.Code.REBALANCER_FAILED,
            "own",
            "the previous assignment stays: java.lang.IllegalStateException: on purpose"));
    assertThat(Optional.ofNullable(world.plan().certificates().get(own))).isEmpty();
  }
}
