// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.Participant;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.provisioner.TargetProviderResponse;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a container that is no longer wanted waits for before it is stopped. */
class DrainTest {
  private static final ResourceId DOCUMENTS = ResourceId.of("documents");

  private final Yard yard = new Yard();

  private void started(int containers) {
    yard.want(containers);
    yard.settle();
    assertThat(yard.states().values()).hasSize(containers).allMatch("CONNECTED"::equals);
  }

  /** Gives an instance a replica. */
  private void place(InstanceId instance) {
    yard.assignments.put(
        instance, bucket(Objects.requireNonNull(yard.live.get(instance)).incarnation()));
  }

  @Test
  void scaleInEmptiesAContainerBeforeItStopsIt() {
    started(3);
    InstanceId last = InstanceId.of("DB-2");
    long incarnation = Objects.requireNonNull(yard.live.get(last)).incarnation();
    yard.assignments.put(last, bucket(incarnation));
    yard.want(2);

    yard.settle();

    assertThat(yard.live).containsKey(last);
    assertThat(yard.records.values())
        .filteredOn(ContainerRecord::draining)
        .extracting(container -> container.spec().participant())
        .containsExactly(last);
    yard.assignments.clear();
    yard.settle();
    assertThat(yard.observed).hasSize(2);
  }

  @Test
  void aContainerThatCannotBeEmptiedIsStoppedAfterAWhile() {
    started(2);
    InstanceId last = InstanceId.of("DB-1");
    yard.assignments.put(
        last, bucket(Objects.requireNonNull(yard.live.get(last)).incarnation()));
    yard.want(1);
    yard.settle();
    assertThat(yard.observed).hasSize(2);

    yard.pass(ProvisioningSettings.DEFAULT.drain());
    yard.settle();

    assertThat(yard.observed).hasSize(1);
  }

  private static AssignmentBucket bucket(long incarnation) {
    AssignmentBucket.Group group = new AssignmentBucket.Group(
        "MasterSlave", ImmutableSortedMap.of(0, new AssignmentBucket.Target("SLAVE", 1, 0, false)));
    return new AssignmentBucket(
        1,
        incarnation,
        1,
        0,
        ImmutableSortedMap.of(new ResourceKey(ResourceId.of("documents"), 1), group));
  }

  @Test
  void scaleInWaitsForRunningTasks() {
    started(2);
    InstanceId last = InstanceId.of("DB-1");
    yard.tasks.put(last, 3);
    yard.want(1);

    yard.settle();

    assertThat(yard.live).containsKey(last);
    assertThat(yard.plan().reasons())
        .extracting(Object::toString)
        .anyMatch(reason -> reason.contains("0 replicas have moved and 3 tasks have ended"));
    yard.tasks.clear();
    yard.settle();
    assertThat(yard.observed).hasSize(1);
  }

  @Test
  void aContainerWhoseTasksDoNotEndIsStoppedAfterAWhile() {
    started(2);
    yard.tasks.put(InstanceId.of("DB-1"), 1);
    yard.want(1);
    yard.settle();
    assertThat(yard.observed).hasSize(2);

    yard.pass(ProvisioningSettings.DEFAULT.drain());
    yard.settle();

    assertThat(yard.observed).hasSize(1);
  }

  @Test
  void replicasThatNobodyCanTakeAreNotWaitedFor() {
    started(2);
    yard.resources.put(
        DOCUMENTS,
        ResourceSpec.builder(DOCUMENTS.name())
            .stateModel(StateModels.MASTER_SLAVE)
            .instanceTag("DB")
            .build());
    place(InstanceId.of("DB-0"));
    place(InstanceId.of("DB-1"));
    yard.want(0);

    yard.settle();

    assertThat(yard.observed).isEmpty();
  }

  @Test
  void aContainerThatIsReleasedWhileItServesIsEmptiedAndStoppedFirst() {
    started(2);
    InstanceId last = InstanceId.of("DB-1");
    place(last);
    yard.targets = spec -> (cluster, service, participants) -> {
      TargetProviderResponse.Builder response = TargetProviderResponse.builder();
      participants.stream().filter(p -> p.id().equals(last)).forEach(response::release);
      return response.build();
    };
    Set<ContainerState> seen = EnumSet.noneOf(ContainerState.class);
    yard.onPut = record -> {
      if (record.spec().participant().equals(last)) {
        seen.add(record.state());
      }
    };

    yard.settle();

    assertThat(yard.live).containsKey(last);
    assertThat(yard.records.values()).anyMatch(ContainerRecord::draining);
    yard.assignments.clear();
    yard.settle();
    assertThat(yard.observed).hasSize(1);
    assertThat(seen)
        .containsExactly(
            ContainerState.CONNECTED,
            ContainerState.HALTING,
            ContainerState.FINALIZING,
            ContainerState.FINALIZED);
  }

  @Test
  void whatIsStartedStoppedOrReleasedTooLateStaysAsItIs() {
    started(1);
    yard.services.clear();
    yard.settle();
    yard.want(0);
    yard.targets = spec -> (cluster, service, participants) -> {
      TargetProviderResponse.Builder response = TargetProviderResponse.builder();
      for (Participant participant : participants) {
        response.start(participant).stop(participant).release(participant);
      }
      return response.build();
    };

    yard.settle();

    assertThat(yard.states().values()).containsExactly("FINALIZED");
  }
}
