// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import static io.heddle.model.ContainerState.ACQUIRED;
import static io.heddle.model.ContainerState.ACQUIRING;
import static io.heddle.model.ContainerState.CONNECTED;
import static io.heddle.model.ContainerState.CONNECTING;
import static io.heddle.model.ContainerState.DISCONNECTED;
import static io.heddle.model.ContainerState.FAILED;
import static io.heddle.model.ContainerState.FINALIZED;
import static io.heddle.model.ContainerState.FINALIZING;
import static io.heddle.model.ContainerState.HALTED;
import static io.heddle.model.ContainerState.HALTING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heddle.model.ContainerState;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.Participant;
import io.heddle.model.ResourceId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class FixedTargetProviderTest {
  private static final ServiceSpec DB =
      ServiceSpec.builder("DB", "com.example.Db").build();
  private static final ServiceSpec ETL =
      ServiceSpec.builder("ETL", "com.example.Etl").containers(2).build();

  private static Participant db(int number, ContainerState state) {
    return Participants.of(DB.container(number), state);
  }

  private static String answer(int count, Participant... participants) {
    return answer(count, List.of(participants));
  }

  /** What the provider wants, as text: + acquire, - release, ! stop, &gt; start. */
  private static String answer(int count, List<Participant> participants) {
    TargetProviderResponse response = new FixedTargetProvider(
            List.of(DB.withContainers(count), ETL))
        .evaluateExistingContainers(Participants.EMPTY_CLUSTER, DB.service(), participants);
    List<String> wishes = new ArrayList<>();
    response.containersToRelease().forEach(p -> wishes.add("-" + p.id()));
    response.containersToStop().forEach(p -> wishes.add("!" + p.id()));
    response.containersToStart().forEach(p -> wishes.add(">" + p.id()));
    response.containersToAcquire().forEach(c -> wishes.add("+" + c.participant()));
    return String.join(" ", wishes);
  }

  @Test
  void acquiresTheLowestFreeNumbers() {
    assertThat(answer(3)).isEqualTo("+DB-0 +DB-1 +DB-2");
    assertThat(answer(3, db(1, CONNECTED))).isEqualTo("+DB-0 +DB-2");
  }

  @Test
  void asksForWhatTheServiceSpecifies() {
    ServiceSpec service = ServiceSpec.builder("DB", "com.example.Db")
        .memoryMb(256)
        .cores(2)
        .packageUri("file:///opt/db.jar")
        .config("port", "7000")
        .build();

    TargetProviderResponse response = new FixedTargetProvider(List.of(service))
        .evaluateExistingContainers(Participants.EMPTY_CLUSTER, DB.service(), List.of());

    assertThat(response.containersToAcquire()).containsExactly(service.container(0));
    assertThat(service.container(0).config()).containsEntry("port", "7000");
    assertThat(service.container(0).memoryMb()).isEqualTo(256);
  }

  @Test
  void isContentWithTheWantedNumberWhateverTheNamesAre() {
    assertThat(answer(3, db(0, CONNECTED), db(1, CONNECTING), db(5, ACQUIRING))).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"ACQUIRING", "CONNECTING", "CONNECTED", "DISCONNECTED"})
  void countsContainersThatAreOrMayComeBack(ContainerState state) {
    assertThat(answer(1, db(0, state))).isEmpty();
  }

  @Test
  void startsWhatIsAcquired() {
    assertThat(answer(2, db(0, ACQUIRED), db(1, CONNECTED))).isEqualTo(">DB-0");
  }

  @ParameterizedTest
  @EnumSource(names = {"HALTED", "FAILED"})
  void releasesWhatHasEndedAndReplacesItUnderTheSameName(ContainerState state) {
    assertThat(answer(2, db(0, state), db(1, CONNECTED))).isEqualTo("-DB-0 +DB-0");
  }

  @ParameterizedTest
  @EnumSource(names = {"HALTED", "FAILED"})
  void releasesWhatHasEndedWithoutReplacementIfEnoughAreThere(ContainerState state) {
    assertThat(answer(1, db(0, CONNECTED), db(1, state))).isEqualTo("-DB-1");
  }

  @ParameterizedTest
  @EnumSource(names = {"FINALIZING", "FINALIZED"})
  void usesANameWhoseContainerIsBeingGivenBack(ContainerState state) {
    assertThat(answer(1, db(0, state))).isEqualTo("+DB-0");
  }

  @Test
  void waitsForANameWhoseContainerIsBeingStopped() {
    assertThat(answer(2, db(0, HALTING), db(1, CONNECTED))).isEmpty();
    assertThat(answer(4, db(0, CONNECTED), db(1, CONNECTED), db(2, HALTING), db(3, HALTING)))
        .isEmpty();
  }

  @Test
  void replacesAFailedContainerWhileAnotherThatIsTooManyIsBeingStopped() {
    assertThat(answer(2, db(0, FAILED), db(1, CONNECTED), db(2, HALTING))).isEqualTo("-DB-0 +DB-0");
  }

  @Test
  void givesUpTheHighestNumbersFirst() {
    assertThat(
            answer(1, db(2, CONNECTED), db(0, CONNECTED), db(10, DISCONNECTED), db(3, CONNECTING)))
        .isEqualTo("!DB-10 !DB-3 !DB-2");
  }

  @Test
  void releasesWhatWasNotStartedInsteadOfStoppingIt() {
    assertThat(answer(0, db(0, ACQUIRED), db(1, ACQUIRING))).isEqualTo("-DB-1 -DB-0");
  }

  @Test
  void givesUpEverythingWhenNoneIsWanted() {
    assertThat(answer(0, db(0, CONNECTED), db(1, FAILED), db(2, HALTING))).isEqualTo("-DB-1 !DB-0");
  }

  @Test
  void ignoresOtherServicesAndInstancesWithoutContainer() {
    Participant bare = new Participant(InstanceSpec.of("DB-0"), Optional.empty(), Optional.empty());

    assertThat(answer(1, Participants.of(ETL.container(0), CONNECTED), bare)).isEqualTo("+DB-0");
  }

  @Test
  void seesAnEndedContainerAndItsReplacementUnderOneName() {
    assertThat(answer(1, db(0, FAILED), db(0, CONNECTING))).isEqualTo("-DB-0");
    assertThat(answer(1, db(0, FINALIZING), db(0, ACQUIRED))).isEqualTo(">DB-0");
  }

  @ParameterizedTest
  @CsvSource({"0", "1", "3", "7"})
  void wantsNothingMoreOnceItsAnswerWasFollowed(int count) {
    List<Participant> participants = new ArrayList<>();
    ContainerState[] states = ContainerState.values();
    for (int i = 0; i < 2 * states.length; i++) {
      participants.add(db(i, states[i % states.length]));
    }

    for (int round = 0; round < 10; round++) {
      participants = follow(count, participants);
    }

    assertThat(answer(count, participants)).isEmpty();
    assertThat(participants).hasSize(count).allMatch(p -> state(p) == CONNECTED);
  }

  /** What becomes of the participants after one answer was followed to the letter. */
  private static List<Participant> follow(int count, List<Participant> participants) {
    List<String> wishes = Arrays.asList(answer(count, participants).split(" "));
    List<Participant> next = new ArrayList<>();
    for (Participant participant : participants) {
      InstanceId id = participant.id();
      ContainerState state = state(participant);
      int number = DB.number(id).orElseThrow();
      if (wishes.contains("!" + id)) {
        next.add(db(number, HALTING));
      } else if (!wishes.contains("-" + id) && state != FINALIZED && state != FINALIZING) {
        next.add(db(
            number,
            switch (state) {
              case ACQUIRING -> ACQUIRED;
              case ACQUIRED -> wishes.contains(">" + id) ? CONNECTING : ACQUIRED;
              case CONNECTING, CONNECTED, DISCONNECTED -> CONNECTED;
              case HALTING, HALTED -> HALTED;
              case FINALIZING, FINALIZED, FAILED -> FAILED;
            }));
      }
    }
    wishes.stream()
        .filter(wish -> wish.startsWith("+"))
        .map(wish -> DB.number(InstanceId.of(wish.substring(1))).orElseThrow())
        .forEach(number -> next.add(db(number, ACQUIRING)));
    return next;
  }

  private static ContainerState state(Participant participant) {
    return participant.container().orElseThrow().state();
  }

  @Test
  void refusesAServiceThatItDoesNotKnow() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FixedTargetProvider(List.of(DB))
            .evaluateExistingContainers(
                Participants.EMPTY_CLUSTER, ResourceId.of("WEB"), List.of()))
        .withMessage("service WEB is not one of [DB]");
  }
}
