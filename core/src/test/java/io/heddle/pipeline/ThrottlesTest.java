// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.model.Throttle;
import io.heddle.model.Throttle.Load;
import io.heddle.model.Throttle.Scope;
import io.heddle.model.ThrottleSpec;
import io.heddle.model.Token;
import io.heddle.model.TransitionRules;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ThrottlesTest {
  private static final InstanceId A = InstanceId.of("a");
  private static final InstanceId B = InstanceId.of("b");
  private static final InstanceId C = InstanceId.of("c");

  private final World world = new World();

  private void limit(Throttle... throttles) {
    limit(ThrottleSpec.of(throttles));
  }

  private void limit(ThrottleSpec spec) {
    world.spec = ClusterSpec.DEFAULT.with(TransitionRules.DEFAULT.with(spec));
  }

  private static ResourceSpec.Builder online(String name, int partitions, InstanceId... list) {
    ImmutableSortedMap.Builder<Integer, ImmutableList<InstanceId>> lists =
        ImmutableSortedMap.naturalOrder();
    for (int partition = 0; partition < partitions; partition++) {
      lists.put(partition, ImmutableList.copyOf(list));
    }
    return ResourceSpec.builder(name)
        .partitions(partitions)
        .replicas(list.length)
        .stateModel(StateModels.ONLINE_OFFLINE)
        .mode(new RebalanceMode.SemiAuto(lists.buildOrThrow()));
  }

  private static ResourceSpec.Builder masterSlave(InstanceId... list) {
    return online("db", 1, list).stateModel(StateModels.MASTER_SLAVE);
  }

  /** How many transitions run after a pass and before any of them ends, by instance. */
  private Map<String, Integer> started() {
    world.pass();
    TreeMap<String, Integer> started = new TreeMap<>();
    world.nodes.keySet().forEach(id -> {
      world.takeUp(id);
      world.report(id);
      started.put(id.name(), world.inFlight(id).size());
    });
    return started;
  }

  private List<String> throttled() {
    return world.plan().reasons().stream()
        .filter(reason -> reason.code() == Reason.Code.THROTTLED)
        .map(Reason::toString)
        .toList();
  }

  private void finishAll() {
    world.nodes.keySet().forEach(id -> {
      world.inFlight(id).forEach(replica -> world.finish(id, replica));
      world.report(id);
    });
  }

  @Test
  void startsNoMoreThanAllowedOnAnInstanceAndSaysWhatWaits() {
    limit(Throttle.of(Scope.INSTANCE, Load.ANY, 2));
    world.start("a");
    world.start("b");
    world.add(online("db", 5, A, B).build());

    assertThat(started()).containsEntry("a", 2).containsEntry("b", 2);
    assertThat(started()).containsEntry("a", 2).containsEntry("b", 2);
    assertThat(throttled())
        .hasSize(6)
        .contains("db/2@a: THROTTLED (OFFLINE>ONLINE waits: 2 are under way, and allowed are 2 per"
            + " INSTANCE)");
    finishAll();
    assertThat(started()).containsEntry("a", 2);
    finishAll();
    assertThat(started()).containsEntry("a", 1);
    world.settle();
    assertThat(world.plan().decisions()).isEmpty();
  }

  @Test
  void startsNoMoreThanAllowedInTheClusterAndInAResource() {
    limit(Throttle.of(Scope.CLUSTER, Load.ANY, 5), Throttle.of(Scope.RESOURCE, Load.ANY, 3));
    world.start("a");
    ResourceKey one = world.add(online("one", 4, A).build());
    ResourceKey other = world.add(online("other", 4, A).build());

    assertThat(started()).containsEntry("a", 5);
    assertThat(Objects.requireNonNull(world.nodes.get(A)).replicas.values())
        .filteredOn(replica -> replica.key.equals(one))
        .hasSize(3);
    world.settle();
    assertThat(world.states(other, 3)).containsEntry("a", "ONLINE");
  }

  @Test
  void promotesOneByOneWhoSteppedDownTogether() {
    limit(Throttle.of(Scope.INSTANCE, Load.ANY, 1));
    world.start("a");
    ResourceKey key =
        world.add(online("db", 3, A).stateModel(StateModels.MASTER_SLAVE).build());
    world.settle();
    Objects.requireNonNull(world.nodes.get(A)).replicas.values().forEach(replica -> {
      replica.state = "SLAVE";
      replica.token = Token.NONE;
    });
    world.report(A);

    world.settle();

    for (int partition = 0; partition < 3; partition++) {
      assertThat(world.states(key, partition)).containsEntry("a", "MASTER");
    }
  }

  @Test
  void keepsToAResourcesOwnThrottles() {
    world.start("a");
    world.add(online("one", 4, A)
        .transitions(
            TransitionRules.DEFAULT.with(ThrottleSpec.of(Throttle.of(Scope.CLUSTER, Load.ANY, 1))))
        .build());
    world.add(online("other", 4, A).build());

    assertThat(started()).containsEntry("a", 5);
  }

  @Test
  void takesTheThrottleThatNamesTheMost() {
    limit(
        Throttle.of(Scope.INSTANCE, Load.ANY, 1),
        Throttle.of(Scope.INSTANCE, Load.ANY, 9).at(A),
        Throttle.of(Scope.INSTANCE, Load.ANY, 3).at(A).in(ResourceId.of("db")),
        Throttle.of(Scope.INSTANCE, Load.ANY, 2).at(A).in(ResourceId.of("db")));
    world.start("a");
    world.start("b");
    world.add(online("db", 5, A, B).build());

    assertThat(started()).containsEntry("a", 2).containsEntry("b", 1);
  }

  @Test
  void countsOneTransitionOnly() {
    limit(Throttle.of(Scope.CLUSTER, Load.ANY, 0).on("SLAVE", "MASTER"));
    world.start("a");
    world.start("b");
    ResourceKey key = world.add(masterSlave(A, B).build());

    for (int i = 0; i < 5; i++) {
      world.pass();
      started();
      finishAll();
    }

    assertThat(world.states(key, 0)).containsEntry("b", "SLAVE").doesNotContainValue("OFFLINE");
  }

  @Test
  void recoversBeforeItBalances() {
    world.start("a");
    world.start("b");
    world.start("c");
    ResourceKey moved = world.add(online("a-moved", 1, A).build());
    ResourceKey lost = world.add(online("z-lost", 1, B).build());
    world.settle();
    limit(Throttle.of(Scope.CLUSTER, Load.ANY, 1));
    world.update(online("a-moved", 1, C).build());
    world.update(online("z-lost", 1, C).build());
    world.stop(B);

    started();
    finishAll();

    assertThat(world.states(lost, 0)).containsEntry("c", "ONLINE");
    assertThat(world.states(moved, 0)).containsOnlyKeys("a");
    world.settle();
    assertThat(world.states(moved, 0)).containsOnlyKeys("c");
  }

  @Test
  void movesNothingForBalanceWhileTooManyPartitionsAreInTrouble() {
    world.start("a");
    world.start("b");
    ResourceKey moved = world.add(online("moved", 1, A).build());
    ResourceKey broken = world.add(online("broken", 2, A).build());
    world.settle();
    limit(ThrottleSpec.NONE.holdingBalanceAbove(1));
    Objects.requireNonNull(world.nodes.get(A)).replicas.values().stream()
        .filter(replica -> replica.key.equals(broken))
        .forEach(world::fail);
    world.report(A);
    world.update(online("moved", 1, B).build());

    started();
    finishAll();

    assertThat(world.states(moved, 0)).containsOnlyKeys("a");
    assertThat(throttled())
        .containsExactly("moved/0@b: THROTTLED (OFFLINE>ONLINE waits: 2 partitions of the cluster"
            + " are in ERROR or lack replicas; above 1 nothing moves for balance)");
    limit(ThrottleSpec.NONE.holdingBalanceAbove(2));
    world.settle();
    assertThat(world.states(moved, 0)).containsOnlyKeys("b");
  }

  @Test
  void takesNoTopStateAwayThatNobodyMayTakeUp() {
    world.start("a");
    world.start("b");
    ResourceKey key = world.add(masterSlave(A, B).build());
    world.settle();
    limit(Throttle.of(Scope.CLUSTER, Load.RECOVERY, 0));
    world.update(masterSlave(B, A).build());

    for (int i = 0; i < 5; i++) {
      started();
      finishAll();
    }

    assertThat(world.states(key, 0)).containsEntry("a", "MASTER");
    assertThat(throttled()).hasSize(1).first().asString().contains("SLAVE>MASTER waits");
    limit(ThrottleSpec.NONE);
    world.settle();
    assertThat(world.states(key, 0)).containsEntry("b", "MASTER");
  }

  @Test
  void keepsTheRoomForAPromotionWhoseWayIsBeingCleared() {
    world.start("a");
    world.start("b");
    world.start("c");
    ResourceKey key = world.add(masterSlave(A, B).build());
    world.settle();
    limit(Throttle.of(Scope.CLUSTER, Load.ANY, 1));
    world.update(masterSlave(B, A).build());
    started();
    ResourceKey other = world.add(online("other", 1, C).build());

    started();

    assertThat(world.states(other, 0)).isEmpty();
    finishAll();
    started();
    finishAll();
    assertThat(world.states(key, 0)).containsEntry("b", "MASTER");
    world.settle();
    assertThat(world.states(other, 0)).containsEntry("c", "ONLINE");
  }
}
