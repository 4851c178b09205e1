// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.Reason;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.rebalance.Rebalancers;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TransitionStageTest {
  private static final InstanceId A = InstanceId.of("a");
  private static final InstanceId B = InstanceId.of("b");
  private static final InstanceId C = InstanceId.of("c");

  private final World world = new World();

  private static ResourceSpec.Builder lists(InstanceId... preferred) {
    return ResourceSpec.builder("db")
        .replicas(2)
        .stateModel(StateModels.MASTER_SLAVE)
        .mode(
            new RebalanceMode.SemiAuto(ImmutableSortedMap.of(0, ImmutableList.copyOf(preferred))));
  }

  private ResourceKey started(InstanceId... preferred) {
    world.start("a");
    world.start("b");
    world.start("c");
    ResourceKey key = world.add(lists(preferred).build());
    world.settle();
    return key;
  }

  private void act(InstanceId id) {
    world.takeUp(id);
    while (!world.inFlight(id).isEmpty()) {
      world.finish(id, world.inFlight(id).get(0));
    }
    world.report(id);
  }

  @Test
  void bringsAPartitionUp() {
    ResourceKey key = started(A, B);

    assertThat(world.states(key, 0)).containsExactly(entry("a", "MASTER"), entry("b", "SLAVE"));
  }

  @Test
  void plansNothingOnceEverythingIsWhereItShouldBe() {
    started(A, B);

    assertThat(world.plan().decisions()).isEmpty();
  }

  @Test
  void dropsWhatAnEarlierIncarnationLeftThoughItsEndWasNeverSeen() {
    started(A, B);
    world.update(lists(B, C).build());

    world.start("a");
    world.pass();

    assertThat(world.assignments).doesNotContainKey(A);
  }

  @Test
  void promotesNobodyBeforeTheOldMasterHasAcknowledged() {
    ResourceKey key = started(A, B);
    world.update(lists(B, A).build());

    world.pass();
    act(B);
    world.pass();

    assertThat(world.states(key, 0)).containsEntry("a", "MASTER").containsEntry("b", "SLAVE");
    assertThat(world.plan().reasons())
        .extracting(Reason::code)
        .contains(Reason.Code.TOP_STATE_MAY_BE_HELD);

    act(A);
    world.pass();
    act(B);

    assertThat(world.states(key, 0)).containsEntry("a", "SLAVE").containsEntry("b", "MASTER");
  }

  @Test
  void replacesNoMasterOfWhomItCannotBeReadWhetherItLives() {
    ResourceKey key = started(A, B);
    world.unclear.add(A);
    world.newLeader();

    for (int pass = 0; pass < 5; pass++) {
      world.pass();
      act(B);
      act(C);
    }

    assertThat(world.states(key, 0)).containsEntry("a", "MASTER").containsEntry("b", "SLAVE");
    assertThat(world.assignments).containsKey(A);
    assertThat(world.plan().reasons()).anySatisfy(reason -> {
      assertThat(reason.code()).isEqualTo(Reason.Code.TOP_STATE_MAY_BE_HELD);
      assertThat(reason.detail()).contains("/c/live/a/s");
    });
    world.unclear.clear();
    world.stop(A);
    world.settle();
    assertThat(world.states(key, 0)).containsEntry("b", "MASTER");
  }

  @Test
  void whatTheReportOfAnUnclearInstanceHoldsCountsThoughNothingIsWantedOfIt() {
    ResourceKey key = started(A, B);
    world.unclear.add(A);
    world.assignments.remove(A);
    world.newLeader();

    world.pass();
    act(B);
    world.pass();
    act(B);

    assertThat(world.states(key, 0)).containsEntry("b", "SLAVE");
  }

  @Test
  void keepsADeletedResourceWhileItCannotBeReadWhetherItsHolderLives() {
    ResourceKey key = started(A, B);
    world.unclear.add(A);
    world.update(lists(A, B).deleting().build());

    for (int pass = 0; pass < 5; pass++) {
      world.pass();
      act(B);
    }

    assertThat(world.resources).containsKey(key.resource());
    assertThat(world.assignments).containsKey(A);
  }

  @Test
  void aTransitionInFlightCountsAsHeldThoughItsOrderWasTakenBack() {
    world.start("a");
    world.start("b");
    ResourceKey key = world.add(lists(A, B).build());
    world.pass();
    world.takeUp(A);
    world.finish(A, world.inFlight(A).get(0));
    act(B);
    world.report(A);

    world.update(lists(B, A).build());
    world.pass();
    world.takeUp(A);
    world.report(A);
    world.pass();

    assertThat(world.inFlight(A)).extracting(r -> r.next).containsExactly("MASTER");
    act(B);
    assertThat(world.states(key, 0)).containsEntry("b", "SLAVE");
    world.settle();
    assertThat(world.states(key, 0)).containsExactly(entry("a", "SLAVE"), entry("b", "MASTER"));
  }

  @Test
  void aFreshReplicaThatHasNotAnsweredBlocksNoPromotion() {
    ResourceKey key = started(A, B);
    world.update(lists(A, B, C).replicas(3).build());
    world.pass();
    world.stop(A);

    world.pass();
    act(B);

    assertThat(world.states(key, 0)).containsEntry("b", "MASTER");
  }

  @Test
  void keepsALeavingMasterUntilItsSuccessorIsReady() {
    ResourceKey key = started(A, B);
    world.update(lists(C, B).build());

    world.pass();

    assertThat(Objects.requireNonNull(world.assignments.get(A))
            .target(key, 0)
            .orElseThrow()
            .state())
        .isEqualTo("MASTER");
    act(C);
    world.pass();
    assertThat(Objects.requireNonNull(world.assignments.get(A))
            .target(key, 0)
            .orElseThrow()
            .state())
        .isEqualTo("SLAVE");
    world.settle();
    assertThat(world.states(key, 0)).containsExactly(entry("b", "SLAVE"), entry("c", "MASTER"));
    assertThat(Objects.requireNonNull(world.assignments.get(A)).target(key, 0)).isEmpty();
  }

  @Test
  void aDeadMastersSlaveTakesOverInOnePass() {
    ResourceKey key = started(A, B);
    world.stop(A);

    world.pass();
    act(B);

    assertThat(world.states(key, 0)).containsExactly(entry("b", "MASTER"));
    assertThat(world.assignments).doesNotContainKey(A);
  }

  @Test
  void grantsANewTokenToAMasterThatSteppedDownByItself() {
    ResourceKey key = started(A, B);
    long before = target(A, key).token();
    World.Replica replica =
        Objects.requireNonNull(world.nodes.get(A)).replicas.values().iterator().next();
    replica.state = "SLAVE";
    replica.token = 0;
    world.report(A);

    world.settle();

    assertThat(world.states(key, 0)).containsEntry("a", "MASTER");
    assertThat(target(A, key).token()).isGreaterThan(before);
  }

  private io.heddle.model.AssignmentBucket.Target target(InstanceId instance, ResourceKey key) {
    return Objects.requireNonNull(world.assignments.get(instance))
        .target(key, 0)
        .orElseThrow();
  }

  @Test
  void aDisabledInstanceServesNothingAndKeepsItsReplicas() {
    ResourceKey key = started(A, B, C);
    world.operate(A, InstanceOperation.DISABLE);

    world.settle();

    assertThat(world.states(key, 0))
        .containsExactly(entry("a", "OFFLINE"), entry("b", "MASTER"), entry("c", "SLAVE"));
  }

  @Test
  void aLeavingProcessHandsItsRolesOverAndIsThenLetGo() {
    ResourceKey key = started(A, B);
    world.leaving.add(A);

    world.settle();

    assertThat(world.states(key, 0)).containsExactly(entry("b", "MASTER"));
  }

  @Test
  void anEvacuatedReplicaStaysWhileNothingCanReplaceIt() {
    ResourceKey key = started(A, B);
    world.operate(A, InstanceOperation.EVACUATE);

    world.settle();

    assertThat(world.states(key, 0)).containsExactly(entry("a", "SLAVE"), entry("b", "MASTER"));
  }

  @Test
  void anInstanceThatWillBeStoppedWaitsForNoMoreReplicasThanThereCanBe() {
    ResourceKey key = started(A, B);
    world.emptied.add(A);

    world.settle();

    assertThat(world.states(key, 0)).containsExactly(entry("b", "MASTER"));
  }

  @Test
  void anInstanceThatWillBeStoppedDoesNotWaitForOneThatIsGone() {
    ResourceKey key = started(A, B, C);
    world.stop(C);
    world.emptied.add(A);

    world.settle();

    assertThat(world.states(key, 0)).containsExactly(entry("b", "MASTER"));
  }

  @Test
  void anInstanceThatWillBeStoppedDoesNotWaitForOneThatARebalancerWantsThoughItIsGone() {
    ImmutableSortedMap<InstanceId, String> wanted = ImmutableSortedMap.of(B, "MASTER", C, "SLAVE");
    World stubborn = new World(Rebalancers.builtIn()
        .with(
            "stubborn",
            (config, previous, cluster, current) -> new ResourceAssignment(
                config.resource().id(),
                ImmutableSortedMap.of(
                    0,
                    previous.states().isEmpty()
                        ? ImmutableSortedMap.of(A, "MASTER", B, "SLAVE")
                        : wanted))));
    stubborn.start("a");
    stubborn.start("b");
    stubborn.stop(stubborn.start("c"));
    ResourceKey key = stubborn.add(ResourceSpec.builder("db")
        .replicas(2)
        .stateModel(StateModels.MASTER_SLAVE)
        .mode(new RebalanceMode.UserDefined("stubborn"))
        .build());
    stubborn.settle();
    assertThat(stubborn.states(key, 0)).containsKey("a");
    stubborn.emptied.add(A);

    stubborn.settle();

    assertThat(stubborn.states(key, 0)).containsExactly(entry("b", "MASTER"));
  }

  @Test
  void theLastReplicaStaysUntilItsContainerIsStopped() {
    ResourceKey key = started(A, B);
    world.stop(B);
    world.emptied.add(A);

    world.settle();

    assertThat(world.states(key, 0)).containsOnlyKeys("a");
  }

  @Test
  void aDeletedResourceIsDroppedEverywhereAndThenRemoved() {
    ResourceKey key = started(A, B);
    world.update(lists(A, B).deleting().build());

    world.settle();

    assertThat(world.states(key, 0)).isEmpty();
    assertThat(world.resources).isEmpty();
  }

  @Test
  void aResourceThatVanishedIsDroppedEverywhere() {
    ResourceKey key = started(A, B);
    world.resources.clear();

    world.settle();

    assertThat(world.states(key, 0)).isEmpty();
  }

  @Test
  void aResourceCreatedAgainUnderTheSameNameIsAnother() {
    ResourceKey old = started(A, B);
    world.resources.clear();
    ResourceKey key = world.add(lists(B, A).build());

    world.settle();

    assertThat(world.states(old, 0)).isEmpty();
    assertThat(world.states(key, 0)).containsExactly(entry("a", "SLAVE"), entry("b", "MASTER"));
  }

  @Test
  void aReplicaInErrorIsExplainedAndLeftAlone() {
    ResourceKey key = started(A, B);
    world.update(lists(A, C).build());
    world.pass();
    world.takeUp(C);
    world.fail(world.inFlight(C).get(0));
    world.report(C);

    Plan plan = world.plan();

    assertThat(plan.reasons()).extracting(Reason::code).contains(Reason.Code.REPLICA_IN_ERROR);
    assertThat(world.states(key, 0)).containsEntry("b", "SLAVE");
  }

  private static java.util.Map.Entry<String, String> entry(String instance, String state) {
    return java.util.Map.entry(instance, state);
  }
}
