// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import static io.heddle.spectator.Facts.A;
import static io.heddle.spectator.Facts.B;
import static io.heddle.spectator.Facts.DOCUMENTS;
import static io.heddle.spectator.Facts.OTHERS;
import static io.heddle.spectator.Facts.live;
import static io.heddle.spectator.Facts.member;
import static io.heddle.spectator.Facts.place;
import static io.heddle.spectator.Facts.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.AttributeBucket;
import io.heddle.model.AttributeValue;
import io.heddle.model.Attributes;
import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RoutingInputsTest {
  private final RoutingInputs inputs = new RoutingInputs();
  private RoutingTable table = RoutingTable.NOTHING_YET;

  private ImmutableSortedSet<io.heddle.model.ResourceId> build() {
    RoutingInputs.Update update = inputs.build(table);
    table = update.table();
    return update.changed();
  }

  private List<InstanceId> instances(int partition, String state) {
    return table.getInstances("documents", partition, state).stream()
        .map(Route::instance)
        .toList();
  }

  @Test
  void routesByResourcePartitionAndState() {
    inputs.resource(DOCUMENTS, Optional.of(new RoutingInputs.Spec(9, 3)));
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.live(B, Optional.of(live(B, 4)));
    inputs.report(
        A,
        "3-0",
        report(1)
            .has(DOCUMENTS, 9, 0, "MASTER", 55)
            .has(DOCUMENTS, 9, 1, "SLAVE")
            .now());
    inputs.report(
        B,
        "3-0",
        report(4).has(DOCUMENTS, 9, 0, "SLAVE").has(DOCUMENTS, 9, 1, "OFFLINE").now());

    assertThat(build()).containsExactly(DOCUMENTS);

    Route master = new Route(member(live(A, 1)), "MASTER", 55);
    Route slave = new Route(member(live(B, 4)), "SLAVE", 0);
    assertThat(table.isStale()).isFalse();
    assertThat(table.key(DOCUMENTS)).contains(new ResourceKey(DOCUMENTS, 9));
    assertThat(table.partitions("documents")).isEqualTo(3);
    assertThat(table.getInstances("documents", 0, "MASTER")).containsExactly(master);
    assertThat(table.getInstances(DOCUMENTS, 0, "SLAVE")).containsExactly(slave);
    assertThat(table.getInstances(DOCUMENTS, 0)).containsExactly(master, slave);
    assertThat(table.getTopInstance(DOCUMENTS, 0)).contains(master);
    assertThat(table.getTopInstance(DOCUMENTS, 1)).isEmpty();
    assertThat(table.getInstances("documents", 1, "OFFLINE")).hasSize(1);
    assertThat(table.getInstances("documents", 1)).hasSize(1);
    assertThat(table.instances(DOCUMENTS, "SLAVE")).containsExactly(live(A, 1), live(B, 4));
    assertThat(master.host()).isEqualTo("host-A");
    assertThat(master.process()).isEqualTo(101);
  }

  @Test
  void answersEmptyForWhatIsNotKnown() {
    inputs.resource(DOCUMENTS, Optional.of(new RoutingInputs.Spec(9, 3)));
    build();

    assertThat(table.getInstances("nothing", 0, "MASTER")).isEmpty();
    assertThat(table.getInstances("nothing", 0)).isEmpty();
    assertThat(table.getTopInstance("nothing", 0)).isEmpty();
    assertThat(table.instances("nothing", "MASTER")).isEmpty();
    assertThat(table.partitions("nothing")).isZero();
    assertThat(table.getInstances("documents", 99, "MASTER")).isEmpty();
    assertThat(table.getInstances("documents", 99)).isEmpty();
    assertThatThrownBy(() -> table.getInstances("documents", -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void countsABucketOnlyForTheIncarnationThatLives() {
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    build();
    assertThat(instances(0, "MASTER")).as("nobody lives").isEmpty();

    inputs.live(A, Optional.of(live(A, 1)));
    build();
    assertThat(instances(0, "MASTER")).containsExactly(A);

    inputs.live(A, Optional.of(live(A, 2)));
    build();
    assertThat(instances(0, "MASTER")).as("of an earlier incarnation").isEmpty();

    inputs.report(A, "3-0", report(2).has(DOCUMENTS, 9, 0, "MASTER", 56).now());
    build();
    assertThat(instances(0, "MASTER")).containsExactly(A);

    inputs.live(A, Optional.empty());
    build();
    assertThat(instances(0, "MASTER")).as("gone").isEmpty();
  }

  @Test
  void showsOfSeveralTopStatesTheOneWithTheHighestToken() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.live(B, Optional.of(live(B, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    inputs.report(B, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 56).now());

    build();

    assertThat(instances(0, "MASTER")).containsExactly(B);
    assertThat(table.getInstances("documents", 0)).hasSize(1);
    assertThat(table.instances("documents", "MASTER")).containsExactly(live(B, 1));
  }

  @Test
  void neverShowsATokenBelowOneThatWasSeen() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.live(B, Optional.of(live(B, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    inputs.report(B, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 56).now());
    build();

    inputs.live(B, Optional.empty());
    build();
    assertThat(instances(0, "MASTER")).isEmpty();
    assertThat(table.getTopInstance("documents", 0)).isEmpty();

    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 57).now());
    build();
    assertThat(instances(0, "MASTER")).containsExactly(A);
  }

  @Test
  void remembersTokensAcrossNewFacts() {
    inputs.resource(DOCUMENTS, Optional.of(new RoutingInputs.Spec(9, 3)));
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 56).now());
    build();

    RoutingInputs fresh = new RoutingInputs();
    fresh.resource(DOCUMENTS, Optional.of(new RoutingInputs.Spec(9, 3)));
    fresh.live(B, Optional.of(live(B, 1)));
    fresh.report(B, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    table = fresh.build(table).table();

    assertThat(instances(0, "MASTER")).isEmpty();
  }

  @Test
  void countsTheLaterOfTwoUidsUnderOneName() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.live(B, Optional.of(live(B, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 99).now());
    inputs.report(B, "7-0", report(1).has(DOCUMENTS, 12, 0, "MASTER", 5).now());

    build();

    assertThat(instances(0, "MASTER")).containsExactly(B);
    assertThat(table.key(DOCUMENTS)).contains(new ResourceKey(DOCUMENTS, 12));
  }

  @Test
  void countsNoReportOfAnEarlierUidThanTheSpecs() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 99).now());
    inputs.resource(DOCUMENTS, Optional.of(new RoutingInputs.Spec(12, 2)));

    build();

    assertThat(instances(0, "MASTER")).isEmpty();
    assertThat(table.partitions("documents")).isEqualTo(2);
  }

  @Test
  void startsTokensAnewWithAResourceMadeAgain() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 99).now());
    build();

    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 12, 0, "MASTER", 50).now());
    build();

    assertThat(instances(0, "MASTER")).containsExactly(A);
  }

  @Test
  void leavesReplicasInErrorOutOfTheServingOnes() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "ERROR").now());

    build();

    assertThat(table.getInstances("documents", 0)).isEmpty();
    assertThat(table.getInstances("documents", 0, "ERROR")).hasSize(1);
  }

  @Test
  void knowsTheInitialStateOfAStoredModel() {
    StateModel door = StateModel.builder("Door")
        .state("OPEN", new Bound.Replicas())
        .state("SHUT", new Bound.Unlimited())
        .initialState("SHUT")
        .transition("SHUT", "OPEN")
        .transition("OPEN", "SHUT")
        .transition("SHUT", StateModel.DROPPED)
        .build();
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.report(
        A,
        "3-0",
        Optional.of(new ReportBucket(
            1,
            1,
            1,
            com.google.common.collect.ImmutableSortedMap.of(
                new ResourceKey(DOCUMENTS, 9),
                new ReportBucket.Group(
                    "Door",
                    com.google.common.collect.ImmutableSortedMap.of(
                        0, ReplicaState.of("SHUT", 0)))))));
    build();
    assertThat(table.getInstances("documents", 0)).hasSize(1);

    inputs.stateModel("Door", Optional.of(door));
    build();

    assertThat(table.getInstances("documents", 0)).isEmpty();
    assertThat(table.getInstances("documents", 0, "SHUT")).hasSize(1);
  }

  @Test
  void rebuildsOnlyWhatWasTouched() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.live(B, Optional.of(live(B, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    inputs.report(B, "4-0", report(1).has(OTHERS, 10, 0, "MASTER", 56).now());
    build();
    ResourceRouting documents = table.resource(DOCUMENTS).orElseThrow();
    ResourceRouting others = table.resource(OTHERS).orElseThrow();

    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "SLAVE").now());

    assertThat(build()).containsExactly(DOCUMENTS);
    assertThat(table.resource(OTHERS)).containsSame(others);
    assertThat(table.resource(DOCUMENTS)).isNotEqualTo(Optional.of(documents));
  }

  @Test
  void keepsTheTableWhenNothingDiffers() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    build();
    RoutingTable before = table;

    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());

    assertThat(build()).isEmpty();
    assertThat(table).isSameAs(before);
  }

  @Test
  void forgetsAResourceThatIsGone() {
    inputs.resource(DOCUMENTS, Optional.of(new RoutingInputs.Spec(9, 3)));
    build();

    inputs.resource(DOCUMENTS, Optional.empty());

    assertThat(build()).containsExactly(DOCUMENTS);
    assertThat(table.resources()).isEmpty();
  }

  @Test
  void looksUpWithoutAllocating() {
    inputs.resource(DOCUMENTS, Optional.of(new RoutingInputs.Spec(9, 64)));
    inputs.live(A, Optional.of(live(A, 1)));
    Facts.Report report = report(1);
    for (int i = 0; i < 64; i++) {
      report.has(DOCUMENTS, 9, i, "MASTER", 55 + i);
    }
    inputs.report(A, "3-0", report.now());
    build();
    int found = lookUps(20_000);

    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    found += lookUps(20_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;

    assertThat(found).isEqualTo(4 * 40_000);
    // 80,000 look-ups; one object each would be more than a megabyte.
    assertThat(allocated).isLessThan(16 * 1024);
  }

  private int lookUps(int times) {
    int found = 0;
    for (int i = 0; i < times; i++) {
      int partition = i % 64;
      found += table.getInstances("documents", partition, "MASTER").size();
      found += table.getInstances("documents", partition).size();
      found += table.getTopInstance("documents", partition).isPresent() ? 1 : 0;
      found += table.instances("documents", "MASTER").size();
    }
    return found;
  }

  @Test
  void routesByTag() {
    inputs.resource(DOCUMENTS, Optional.of(new RoutingInputs.Spec(9, 2)));
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.live(B, Optional.of(live(B, 1)));
    inputs.instance(A, place("eu/r1", "ssd", "new"));
    inputs.instance(B, place("us/r1", "ssd"));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    inputs.report(
        B,
        "3-0",
        report(1).has(DOCUMENTS, 9, 0, "SLAVE").has(DOCUMENTS, 9, 1, "OFFLINE").now());
    build();

    ResourceRouting tagged = table.resource(DOCUMENTS).orElseThrow().tagged("ssd");
    assertThat(table.getInstances("documents", 0, "MASTER", "new")).hasSize(1);
    assertThat(table.getInstances("documents", 0, "SLAVE", "new")).isEmpty();
    assertThat(table.getInstances("documents", 0, "MASTER", "nobody's")).isEmpty();
    assertThat(table.getInstances("nothing", 0, "MASTER", "new")).isEmpty();
    assertThat(tagged.getInstances(0))
        .isEqualTo(table.getInstances("documents", 0))
        .hasSize(2);
    assertThat(tagged.getInstances(1)).as("OFFLINE does not serve").isEmpty();
    assertThat(tagged.getInstances(1, "OFFLINE")).hasSize(1);
    assertThat(tagged.getTopInstance(0).orElseThrow().zone()).hasToString("eu/r1");
    assertThat(table.resource(DOCUMENTS).orElseThrow().tagged("ssd")).isSameAs(tagged);
  }

  @Test
  void aChangeOfTagsOrZoneIsAChangeOfTheRoutes() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    build();

    inputs.instance(A, place("eu/r1", "ssd"));

    assertThat(build()).containsExactly(DOCUMENTS);
    assertThat(table.getInstances("documents", 0, "MASTER", "ssd")).hasSize(1);
    inputs.instance(A, place("eu/r1", "ssd"));
    assertThat(build()).as("the same again").isEmpty();
  }

  @Test
  void listsAllThatLiveWhetherTheyHoldAnythingOrNot() {
    inputs.instance(A, place("eu/r1", "ssd"));
    inputs.instance(B, place("us/r1", "ssd"));
    inputs.live(B, Optional.of(live(B, 1)));

    assertThat(build()).isEmpty();

    assertThat(table.members().keySet()).containsExactly(B);
    assertThat(table.members().values())
        .containsExactly(new Member(
            live(B, 1), ImmutableSortedSet.of("ssd"), io.heddle.model.ZonePath.parse("us/r1")));
    inputs.live(B, Optional.empty());
    build();
    assertThat(table.members()).isEmpty();
  }

  @Test
  void tellsTablesApartByVersionAndAge() {
    inputs.live(A, Optional.of(live(A, 1)));
    RoutingTable first = inputs.build(RoutingTable.NOTHING_YET).table();

    RoutingTable inForce = first.succeeding(RoutingTable.NOTHING_YET, 100);
    RoutingTable cutOff = inForce.withStale(true).succeeding(inForce, 150);
    RoutingTable back = cutOff.withStale(false).succeeding(cutOff, 180);

    assertThat(RoutingTable.NOTHING_YET.at(500).age()).isZero();
    assertThat(inForce.version()).isEqualTo(1);
    assertThat(inForce.at(140).age()).isEqualTo(Duration.ofNanos(40));
    assertThat(inForce.at(140).staleFor()).isZero();
    assertThat(cutOff.version()).isEqualTo(2);
    assertThat(cutOff.at(160).age()).as("the same routes").isEqualTo(Duration.ofNanos(60));
    assertThat(cutOff.at(160).staleFor()).isEqualTo(Duration.ofNanos(10));
    assertThat(back.version()).isEqualTo(3);
    assertThat(back.at(200).age()).isEqualTo(Duration.ofNanos(100));
    assertThat(back.at(200).staleFor()).isZero();
  }

  @Test
  void showsTheAttributesOfTheIncarnationThatLives() {
    inputs.live(A, Optional.of(live(A, 1)));
    inputs.report(A, "3-0", report(1).has(DOCUMENTS, 9, 0, "MASTER", 55).now());
    build();
    assertThat(lag(0)).isEmpty();

    inputs.attributes(A, "3-0", lag(1, 9, 0, 17));
    assertThat(build()).containsExactly(DOCUMENTS);
    assertThat(lag(0)).hasValue(17);
    inputs.attributes(A, "3-0", lag(1, 9, 0, 17));
    assertThat(build()).as("the same again").isEmpty();

    inputs.live(A, Optional.of(live(A, 2)));
    inputs.report(A, "3-0", report(2).has(DOCUMENTS, 9, 0, "MASTER", 56).now());
    build();
    assertThat(lag(0)).as("of an earlier incarnation").isEmpty();

    inputs.attributes(A, "3-0", lag(2, 8, 0, 18));
    build();
    assertThat(lag(0)).as("of an earlier resource of the name").isEmpty();

    inputs.attributes(A, "3-0", lag(2, 9, 0, 19));
    build();
    assertThat(lag(0)).hasValue(19);

    inputs.attributes(A, "3-0", Optional.empty());
    build();
    assertThat(lag(0)).isEmpty();
  }

  private OptionalLong lag(int partition) {
    return table
        .getTopInstance("documents", partition)
        .orElseThrow()
        .attributes()
        .number("lag");
  }

  private static Optional<AttributeBucket> lag(
      long incarnation, long uid, int partition, long lag) {
    Attributes attributes =
        new Attributes(ImmutableSortedMap.of("lag", new AttributeValue.Figure(lag)));
    return Optional.of(new AttributeBucket(
        incarnation,
        1,
        ImmutableSortedMap.of(
            new ResourceKey(DOCUMENTS, uid), ImmutableSortedMap.of(partition, attributes))));
  }
}
