// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FullAutoRebalancerTest {
  private static final InstanceId A = InstanceId.of("A");
  private static final InstanceId B = InstanceId.of("B");
  private static final InstanceId C = InstanceId.of("C");
  private static final InstanceId D = InstanceId.of("D");

  @Test
  void spreadsReplicasAndTopStatesEvenly() {
    World world = World.of(StateModels.MASTER_SLAVE, 6, 2).instances("A", "B", "C");

    ResourceAssignment plan = world.plan();

    assertThat(Figures.loads(world, plan))
        .containsOnly(Map.entry(A, 4), Map.entry(B, 4), Map.entry(C, 4));
    assertThat(Figures.tops(world, plan))
        .containsOnly(Map.entry(A, 2), Map.entry(B, 2), Map.entry(C, 2));
  }

  @Test
  void followsTheExampleInItsDocumentation() {
    World world = World.of(StateModels.MASTER_SLAVE, 6, 2).instances("A", "B", "C");
    ResourceAssignment three = world.plan();
    world.catchUp().instances("D");

    ResourceAssignment joined = world.plan();

    assertThat(Figures.moves(three, joined)).isEqualTo(3);
    assertThat(Figures.loads(world, joined).values()).containsOnly(3);
    assertThat(Figures.topChanges(world, three, joined)).isZero();

    world.catchUp();
    ResourceAssignment caughtUp = world.plan();

    assertThat(Figures.moves(joined, caughtUp)).isZero();
    assertThat(Figures.topChanges(world, joined, caughtUp)).isEqualTo(1);
    assertThat(Figures.tops(world, caughtUp).values()).containsExactlyInAnyOrder(1, 1, 2, 2);

    world.catchUp();
    assertThat(world.plan()).isSameAs(caughtUp);

    assertThat(Figures.tops(world, caughtUp)).containsEntry(A, 1);
    world.kill("A");
    ResourceAssignment lost = world.plan();

    assertThat(Figures.moves(caughtUp, lost)).isEqualTo(3);
    assertThat(Figures.loads(world, lost).values()).containsOnly(4);
    assertThat(Figures.tops(world, lost).values()).containsOnly(2);
    assertThat(Figures.topChanges(world, caughtUp, lost)).isEqualTo(2);
  }

  @Test
  void movesOnlyWhatALostInstanceHeld() {
    World world = World.of(StateModels.MASTER_SLAVE, 200, 3);
    IntStream.range(0, 20).forEach(i -> world.instances("node-" + i));
    ResourceAssignment before = world.plan();
    world.catchUp().kill("node-7");

    ResourceAssignment after = world.plan();

    InstanceId lost = InstanceId.of("node-7");
    assertThat(Figures.moves(before, after)).isEqualTo(30);
    before.states().forEach((p, row) -> {
      Set<InstanceId> kept = new HashSet<>(row.keySet());
      kept.remove(lost);
      assertThat(after.partition(p).keySet()).containsAll(kept);
    });
    assertThat(Figures.topChanges(world, before, after)).isEqualTo(10);
  }

  @Test
  void movesToANewInstanceExactlyItsShareAndOnlySlaves() {
    World world = World.of(StateModels.MASTER_SLAVE, 200, 3);
    IntStream.range(0, 19).forEach(i -> world.instances("node-" + i));
    ResourceAssignment before = world.plan();
    world.catchUp().instances("newcomer");

    ResourceAssignment after = world.plan();

    assertThat(Figures.moves(before, after)).isEqualTo(30);
    assertThat(Figures.loads(world, after)).containsEntry(InstanceId.of("newcomer"), 30);
    assertThat(Figures.topChanges(world, before, after)).isZero();
  }

  @Test
  void givesALostTopStateToAReplicaThatHasCaughtUp() {
    World world =
        World.of(StateModels.MASTER_SLAVE, 1, 3).instances("A", "B", "C", "D").load("D", 9, 9);
    world.plan();
    InstanceId master = Figures.top(world, world.wanted(), 0).orElseThrow();
    List<InstanceId> slaves = world.wanted().partition(0).keySet().stream()
        .filter(id -> !id.equals(master))
        .toList();
    world
        .report(0, slaves.get(1).name(), ReplicaState.of("SLAVE", Token.NONE))
        .report(0, slaves.get(0).name(), ReplicaState.of("OFFLINE", Token.NONE))
        .kill(master.name());

    ResourceAssignment after = world.plan();

    assertThat(Figures.top(world, after, 0)).contains(slaves.get(1));
    assertThat(after.partition(0)).hasSize(3);
  }

  @Test
  void takesTheTopStateFromAReplicaThatFellBehindButNotWhileAllAreBehind() {
    World world = World.of(StateModels.MASTER_SLAVE, 1, 2).instances("A", "B");
    ResourceAssignment nobodyReports = world.plan();
    InstanceId master = Figures.top(world, nobodyReports, 0).orElseThrow();
    InstanceId slave = master.equals(A) ? B : A;

    world.report(0, slave.name(), ReplicaState.of("OFFLINE", Token.NONE));
    assertThat(world.plan()).isSameAs(nobodyReports);

    world.report(0, slave.name(), ReplicaState.of("SLAVE", Token.NONE));
    assertThat(Figures.top(world, world.plan(), 0)).contains(slave);
  }

  @Test
  void doesNotGiveTheTopStateToAReplicaInErrorOrOnItsWayDown() {
    World world = World.of(StateModels.MASTER_SLAVE, 1, 3).instances("A", "B", "C");
    world
        .report(0, "A", new ReplicaState(StateModel.ERROR, Token.NONE, Optional.empty(), "disk"))
        .report(
            0,
            "B",
            new ReplicaState(
                "SLAVE",
                Token.NONE,
                Optional.of(new ReplicaState.InFlight("OFFLINE", Token.NONE)),
                ""))
        .report(
            0,
            "C",
            new ReplicaState(
                "SLAVE",
                Token.NONE,
                Optional.of(new ReplicaState.InFlight("MASTER", Token.NONE)),
                ""));

    assertThat(Figures.top(world, world.plan(), 0)).contains(C);
    assertThat(Figures.top(world, world.kill("C").plan(), 0)).contains(B);
    assertThat(Figures.top(world, world.kill("B").plan(), 0)).contains(A);
  }

  @Test
  void keepsAHandOverThatIsUnderWayWhenTheNewHolderHasCaughtUp() {
    World world = World.of(StateModels.MASTER_SLAVE, 1, 2).instances("A", "B");
    ResourceAssignment plan = world.plan();
    InstanceId wanted = Figures.top(world, plan, 0).orElseThrow();
    InstanceId still = wanted.equals(A) ? B : A;
    world
        .report(0, wanted.name(), ReplicaState.of("SLAVE", Token.NONE))
        .report(0, still.name(), ReplicaState.of("MASTER", Token.of(1, 1)));

    assertThat(world.plan()).isSameAs(plan);
  }

  @Test
  void takesWhatIsReportedForWhatWasWantedIfNothingIsKnown() {
    World world = World.of(StateModels.MASTER_SLAVE, 2, 2).instances("A", "B", "C", "D");
    world
        .report(0, "A", ReplicaState.of("MASTER", Token.of(1, 1)))
        .report(0, "C", ReplicaState.of("SLAVE", Token.NONE))
        .report(1, "D", ReplicaState.of("SLAVE", Token.NONE))
        .report(1, "B", ReplicaState.of("MASTER", Token.of(1, 2)));

    ResourceAssignment plan = world.plan();

    assertThat(plan.partition(0)).containsOnly(Map.entry(A, "MASTER"), Map.entry(C, "SLAVE"));
    assertThat(plan.partition(1)).containsOnly(Map.entry(B, "MASTER"), Map.entry(D, "SLAVE"));
  }

  @Test
  void keepsTheTopStateAndWhatHasCaughtUpWhenThereAreTooManyReplicas() {
    World world = World.of(StateModels.MASTER_SLAVE, 1, 3).instances("A", "B", "C");
    world
        .report(0, "A", ReplicaState.of("OFFLINE", Token.NONE))
        .report(0, "B", ReplicaState.of("SLAVE", Token.NONE))
        .report(0, "C", ReplicaState.of("MASTER", Token.of(1, 1)));
    world.plan();
    world.change(world.resource().toBuilder().replicas(2).build());

    assertThat(world.plan().partition(0))
        .containsOnly(Map.entry(B, "SLAVE"), Map.entry(C, "MASTER"));
  }

  @Test
  void hasAsManyReplicasAsThereAreInstances() {
    World world = World.of(StateModels.MASTER_SLAVE, 3, 5);

    assertThat(world.plan()).isEqualTo(ResourceAssignment.empty(world.resource().id()));

    world.instances("A", "B");
    world.plan().states().values().forEach(row -> assertThat(row.keySet()).containsOnly(A, B));
  }

  @Test
  void givesNothingToInstancesThatAreNotLiveEnabledAndTagged() {
    World world = World.of(StateModels.MASTER_SLAVE, 8, 2);
    world
        .change(world.resource().toBuilder().instanceTag("ssd").build())
        .put(InstanceSpec.builder("A").tag("ssd").build())
        .put(InstanceSpec.builder("B").tag("ssd").tag("big").build())
        .put(InstanceSpec.builder("C").tag("ssd").build())
        .put(InstanceSpec.builder("untagged").tag("big").build())
        .put(InstanceSpec.builder("dead").tag("ssd").build())
        .kill("dead");
    for (InstanceOperation operation : InstanceOperation.values()) {
      if (operation != InstanceOperation.ENABLE) {
        world.put(InstanceSpec.builder(operation.name())
            .tag("ssd")
            .operation(operation)
            .build());
      }
    }

    world.plan();

    assertThat(held(world.wanted())).containsOnly(A, B, C);
  }

  @Test
  void emptiesAnInstanceThatIsToBeEvacuated() {
    World world = World.of(StateModels.MASTER_SLAVE, 8, 2).instances("A", "B", "C");
    ResourceAssignment before = world.plan();
    world
        .catchUp()
        .put(InstanceSpec.builder("B").operation(InstanceOperation.EVACUATE).build());

    ResourceAssignment after = world.plan();

    assertThat(held(after)).containsOnly(A, C);
    assertThat(Figures.moves(before, after))
        .isEqualTo(Figures.loads(world, before).get(B));
  }

  @Test
  void countsOtherResourcesWhereItHasTheChoice() {
    TreeMap<InstanceId, Integer> load = new TreeMap<>();
    TreeMap<InstanceId, Integer> tops = new TreeMap<>();
    for (int r = 0; r < 20; r++) {
      World world = World.of(StateModels.MASTER_SLAVE, 1, 2).instances("A", "B", "C", "D");
      world.change(ResourceSpec.builder("resource-" + r)
          .replicas(2)
          .stateModel(StateModels.MASTER_SLAVE)
          .build());
      load.forEach((id, count) -> world.load(id.name(), count, tops.getOrDefault(id, 0)));
      Figures.loads(world, world.plan()).forEach((id, n) -> load.merge(id, n, Integer::sum));
      Figures.tops(world, world.wanted()).forEach((id, n) -> tops.merge(id, n, Integer::sum));
    }

    assertThat(load.values()).containsOnly(10);
    assertThat(Figures.gap(tops.values())).isLessThanOrEqualTo(2);
  }

  @Test
  void startsDifferentResourcesAtDifferentInstances() {
    Set<Set<InstanceId>> holders = new HashSet<>();
    for (int r = 0; r < 30; r++) {
      World world = World.of(StateModels.MASTER_SLAVE, 1, 1).instances("A", "B", "C", "D");
      world.change(ResourceSpec.builder("resource-" + r).build());
      holders.add(held(world.plan()));
    }

    assertThat(holders).hasSize(4);
  }

  @Test
  void mixesPartnersSoThatALossIsSharedByAll() {
    World world = World.of(StateModels.MASTER_SLAVE, 100, 2);
    IntStream.range(0, 10).forEach(i -> world.instances("node-" + i));

    Set<Set<InstanceId>> pairs = new HashSet<>();
    world.plan().states().values().forEach(row -> pairs.add(Set.copyOf(row.keySet())));

    assertThat(pairs).as("of 45 possible pairs").hasSizeGreaterThan(30);
  }

  @Test
  void knowsStateModelsWithoutATopState() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 3, 2).instances("A", "B", "C");

    world.plan().states().values().forEach(row -> {
      assertThat(row).hasSize(2);
      assertThat(row.values()).containsOnly("ONLINE");
    });
  }

  @Test
  void fillsFurtherStatesWithAFixedBoundAndKeepsThem() {
    StateModel model = StateModel.builder("Council")
        .state("CHAIR", Bound.of(1))
        .state("DEPUTY", Bound.of(2))
        .state("MEMBER", new Bound.Replicas())
        .state("OFFLINE", new Bound.Unlimited())
        .initialState("OFFLINE")
        .transition("CHAIR", "MEMBER")
        .transition("DEPUTY", "MEMBER")
        .transition("MEMBER", "CHAIR")
        .transition("MEMBER", "DEPUTY")
        .transition("OFFLINE", "MEMBER")
        .transition("MEMBER", "OFFLINE")
        .transition("OFFLINE", StateModel.DROPPED)
        .build();
    World world = World.of(model, 4, 5).instances("A", "B", "C", "D", "E", "F");

    ResourceAssignment plan = world.plan();

    plan.states()
        .values()
        .forEach(row -> assertThat(row.values())
            .containsExactlyInAnyOrder("CHAIR", "DEPUTY", "DEPUTY", "MEMBER", "MEMBER"));
    assertThat(world.catchUp().plan()).isSameAs(plan);
    ResourceAssignment after = world.kill("A").plan();
    plan.states()
        .forEach((p, row) -> row.forEach((id, state) -> {
          if (state.equals("DEPUTY")
              && !id.equals(A)
              && !"CHAIR".equals(after.partition(p).get(id))) {
            assertThat(after.partition(p)).containsEntry(id, "DEPUTY");
          }
        }));
  }

  @Test
  void leavesReplicasInTheInitialStateIfTheModelHasNothingBetween() {
    StateModel model = StateModel.builder("Lock")
        .state("LOCKED", Bound.of(1))
        .state("RELEASED", new Bound.Unlimited())
        .initialState("RELEASED")
        .transition("RELEASED", "LOCKED")
        .transition("LOCKED", "RELEASED")
        .transition("RELEASED", StateModel.DROPPED)
        .build();
    World world = World.of(model, 4, 2).instances("A", "B");

    world
        .plan()
        .states()
        .values()
        .forEach(row -> assertThat(row.values()).containsExactlyInAnyOrder("LOCKED", "RELEASED"));
    assertThat(AssignmentCheck.reasons(world.config(), world.cluster(), world.wanted()))
        .isEmpty();
    assertThat(Figures.tops(world, world.wanted()).values()).containsOnly(2);
  }

  @Test
  void placesOnlyTheNewPartitionsWhenThereAreMore() {
    World world = World.of(StateModels.MASTER_SLAVE, 6, 2).instances("A", "B", "C", "D");
    ResourceAssignment before = world.plan();
    world.catchUp().change(world.resource().toBuilder().partitions(8).build());

    ResourceAssignment after = world.plan();

    assertThat(Figures.moves(before, after)).isEqualTo(4);
    assertThat(Figures.loads(world, after)).containsEntry(D, 4).containsEntry(A, 4);
  }

  @Test
  void refusesMoreReplicasThanItCanHoldInMemory() {
    World world = World.of(StateModels.ONLINE_OFFLINE, 1_000_000, 200);
    IntStream.range(0, 101).forEach(i -> world.instances("node-" + i));

    assertThatThrownBy(world::plan)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("documents: 1000000 partitions of 101 replicas");
  }

  private static Set<InstanceId> held(ResourceAssignment assignment) {
    Set<InstanceId> held = new HashSet<>();
    assignment.states().values().forEach(row -> held.addAll(row.keySet()));
    return held;
  }
}
