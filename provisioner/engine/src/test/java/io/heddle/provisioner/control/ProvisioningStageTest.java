// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.Reason;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerStatus;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ProvisioningStageTest {
  private final Yard yard = new Yard();

  private void started(int containers) {
    yard.want(containers);
    yard.settle();
    assertThat(yard.states().values()).hasSize(containers).allMatch("CONNECTED"::equals);
  }

  @Test
  void bringsTheWantedContainersUp() {
    started(3);

    assertThat(yard.live.keySet())
        .extracting(InstanceId::name)
        .containsExactly("DB-0", "DB-1", "DB-2");
  }

  @Test
  void writesTheIntentBeforeItAsksTheProvider() {
    yard.want(1);

    yard.step();

    assertThat(yard.states().values()).containsExactly("ACQUIRING");
    assertThat(yard.calls).isEmpty();
  }

  @Test
  void asksNothingOfAProviderThatHasNotListedYet() {
    yard.listed = false;
    yard.want(1);

    yard.step();
    yard.step();

    assertThat(yard.calls).isEmpty();
  }

  @Test
  void aCertifiedEndClosesTheIncarnationInTheDecisionThatRecordsIt() {
    started(2);
    long incarnation =
        Objects.requireNonNull(yard.live.get(InstanceId.of("DB-1"))).incarnation();
    yard.kill("DB-1");

    yard.step();

    assertThat(yard.closed).hasSize(1);
    assertThat(yard.closed.get(0).incarnation()).isEqualTo(incarnation);
    assertThat(yard.records.values())
        .filteredOn(container -> container.end().filter(ContainerEnd::certified).isPresent())
        .hasSize(1);
  }

  @Test
  void aCertifiedEndClosesAlsoARegistrationThatCameLater() {
    started(1);
    var registration = Objects.requireNonNull(yard.live.remove(InstanceId.of("DB-0")));
    yard.end(registration.container().orElseThrow(), ContainerEnd.Reason.EXITED);
    yard.step();
    assertThat(yard.closed).isEmpty();
    yard.live.put(InstanceId.of("DB-0"), registration);

    yard.step();

    assertThat(yard.closed).hasSize(1);
  }

  @Test
  void anEndThatIsNotCertifiedClosesNothing() {
    started(1);
    ContainerStart start =
        Objects.requireNonNull(yard.live.get(InstanceId.of("DB-0"))).container().orElseThrow();
    yard.observed.put(
        start.container(),
        new ContainerStatus.Ended(new ContainerEnd(
            start, false, java.util.OptionalInt.empty(), ContainerEnd.Reason.NODE_LOST, "")));

    yard.step();

    assertThat(yard.closed).isEmpty();
  }

  @Test
  void aFailedContainerIsReplacedByAnotherOfTheSameInstance() {
    started(2);
    ContainerId before = yard.kill("DB-1").container();

    yard.settle();

    assertThat(yard.live.keySet()).extracting(InstanceId::name).containsExactly("DB-0", "DB-1");
    assertThat(Objects.requireNonNull(yard.live.get(InstanceId.of("DB-1")))
            .container()
            .orElseThrow()
            .container())
        .isNotEqualTo(before);
    assertThat(yard.observed).doesNotContainKey(before);
  }

  @Test
  void asksForAReplacementOnlyWhenTheEndOfWhatItReplacesIsOnRecord() {
    started(2);
    yard.kill("DB-1");

    yard.step();

    assertThat(yard.states().values()).containsExactly("CONNECTED", "FINALIZING");
    yard.step();
    assertThat(yard.states().values()).containsExactly("CONNECTED", "FINALIZING", "ACQUIRING");
  }

  @Test
  void asksForWhatReplacesNothingAtOnce() {
    started(2);
    yard.kill("DB-1");
    yard.want(4);

    yard.step();

    assertThat(yard.records.values())
        .filteredOn(container -> container.state() == ContainerState.ACQUIRING)
        .extracting(container -> container.spec().participant().name())
        .containsExactly("DB-2", "DB-3");
  }

  @Test
  void aContainerThatFailsAgainAndAgainHasToWait() {
    started(1);
    for (int i = 0; i < 2; i++) {
      yard.kill("DB-0");
      yard.settle();
    }
    assertThat(yard.live).isEmpty();

    yard.pass(ProvisioningSettings.DEFAULT.linger());
    yard.settle();

    assertThat(yard.live).hasSize(1);
  }

  @Test
  void givesBackWhatTheProviderRunsThoughNobodyAskedForIt() {
    started(1);
    ContainerId stranger = ContainerId.of("DB-7.1.9");
    yard.observed.put(stranger, new ContainerStatus.Allocated(stranger));

    yard.settle();

    assertThat(yard.observed).doesNotContainKey(stranger);
  }

  @Test
  void aServiceThatCannotBeReadKeepsItsContainers() {
    started(2);
    yard.services.clear();
    yard.unreadable.add("DB");

    yard.settle();

    assertThat(yard.live).hasSize(2);
  }

  @Test
  void aContainerWhoseRecordCannotBeReadIsNoStranger() {
    started(1);
    ContainerId hidden = ContainerId.of("DB-7.1.9");
    yard.observed.put(hidden, new ContainerStatus.Allocated(hidden));
    yard.unreadable.add(hidden.name());

    yard.settle();

    assertThat(yard.observed).containsKey(hidden);
  }

  @Test
  void aTargetProviderThatFailsLeavesItsServiceAsItIs() {
    started(2);
    yard.targets = spec -> {
      throw new IllegalStateException("failed on purpose");
    };

    yard.settle();

    assertThat(yard.live).hasSize(2);
    assertThat(yard.plan().reasons())
        .extracting(Reason::code)
        .contains(Reason.Code.TARGET_PROVIDER_FAILED);
  }

  @Test
  void aServiceThatIsGoneHasNothingLeft() {
    started(2);
    yard.services.clear();

    yard.settle();

    assertThat(yard.observed).isEmpty();
  }

  @Test
  void forgetsAContainerThatWasGivenBackAfterAWhile() {
    started(1);
    yard.services.clear();
    yard.settle();
    assertThat(yard.states().values()).containsExactly("FINALIZED");

    yard.pass(ProvisioningSettings.DEFAULT.linger());
    yard.settle();

    assertThat(yard.records).isEmpty();
  }

  @Test
  void aContainerWhoseParticipantNeverRegistersIsReplaced() {
    yard.want(1);
    yard.step();
    yard.step();
    yard.obey();
    yard.step();
    yard.step();
    ContainerSpec spec = yard.records.firstEntry().getValue().spec();
    yard.observed.put(spec.id(), new ContainerStatus.Running(new ContainerStart(spec.id(), "s1")));
    yard.calls.clear();

    yard.pass(Duration.ofMinutes(5));
    yard.settle();

    assertThat(Objects.requireNonNull(yard.records.get(spec.id())).state())
        .isIn(ContainerState.FINALIZED, ContainerState.FINALIZING);
    assertThat(yard.live).hasSize(1);
  }

  @Test
  void recordsTheEndOfAContainerThatIsBeingGivenBackAndClosesItsIncarnation() {
    started(1);
    ContainerRecord container = yard.records.firstEntry().getValue();
    yard.records.put(container.id(), container.in(ContainerState.FINALIZING));
    yard.services.clear();
    yard.kill("DB-0");

    yard.step();

    assertThat(yard.closed).hasSize(1);
    yard.settle();
    assertThat(yard.observed).isEmpty();
  }

  @Test
  void doesNotAskForTheSameBeforeItsTime() {
    yard.want(1);
    yard.step();
    ContainerId id = yard.records.firstKey();
    yard.attempts.put(id, attempt(CallKind.ALLOCATE, "allocateContainer failed: no room"));

    yard.step();

    assertThat(yard.calls).isEmpty();
    assertThat(yard.plan().wakeAtNanos()).hasValue(Duration.ofSeconds(1).toNanos());
    yard.pass(Duration.ofSeconds(1));
    yard.step();
    assertThat(yard.calls).hasSize(1);
  }

  @Test
  void asksForSomethingElseAtOnce() {
    yard.want(1);
    yard.step();
    ContainerId id = yard.records.firstKey();
    yard.attempts.put(id, attempt(CallKind.STOP, "stopContainer failed"));

    yard.step();

    assertThat(yard.calls).hasSize(1);
    assertThat(yard.plan().reasons()).isEmpty();
  }

  @Test
  void saysWhichCallOnWhichContainerIsInTrouble() {
    yard.want(1);
    yard.step();
    ContainerId id = yard.records.firstKey();
    yard.attempts.put(id, attempt(CallKind.ALLOCATE, "allocateContainer failed: no room"));

    assertThat(yard.plan().reasons())
        .containsExactly(new Reason(
            Reason.Code.CONTAINER_PROVIDER_FAILED, id.name(), "allocateContainer failed: no room"));
  }

  @Test
  void saysThatTheProviderDoesNotList() {
    started(1);
    yard.listTrouble = Optional.of("the provider does not list what it runs: no answer");

    assertThat(yard.plan().reasons())
        .containsExactly(new Reason(
            Reason.Code.CONTAINER_PROVIDER_FAILED,
            "c",
            "the provider does not list what it runs: no answer"));
  }

  private static CallAttempts attempt(CallKind kind, String trouble) {
    return new CallAttempts(kind, 1, Duration.ofSeconds(1).toNanos(), Optional.of(trouble));
  }

  @Test
  void whatIsOnRecordCanBeReadAgain() {
    started(1);
    yard.kill("DB-0");
    yard.step();

    for (ContainerRecord container : yard.records.values()) {
      byte[] data = ProvisioningCodecs.RECORD.encode(container);
      assertThat(ProvisioningCodecs.RECORD.decode(data)).isEqualTo(container);
    }
    var service = Objects.requireNonNull(yard.services.get(Yard.DB));
    assertThat(ProvisioningCodecs.SERVICE.decode(ProvisioningCodecs.SERVICE.encode(service)))
        .isEqualTo(service);
  }
}
