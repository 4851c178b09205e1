// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.StateModelFactory;
import io.heddle.spectator.Route;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SimClusterTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Simulation simulation = new Simulation(11);
  private final List<String> transitions = new ArrayList<>();
  private final SimCluster cluster = SimCluster.builder(simulation)
      .participants(3)
      .stateModel(
          StateModels.LEADER_STANDBY,
          process -> StateModelFactory.ofHandler(partition -> context -> transitions.add(
              process.name() + " " + partition + " " + context.from() + ">" + context.to())))
      .build();

  private void startWith(int partitions, int replicas) {
    cluster.start();
    var unused = cluster.await(cluster
        .admin()
        .addResource(ResourceSpec.builder("locks")
            .partitions(partitions)
            .replicas(replicas)
            .stateModel(StateModels.LEADER_STANDBY)
            .build()));
    cluster.settle(LIMIT);
  }

  /** Until sessions of dead processes are over. */
  private void waitForSessions() {
    simulation.runFor(cluster.sessionTimeout().multipliedBy(2));
  }

  private Route leader() {
    return cluster.routingTable().getTopInstance("locks", 0).orElseThrow();
  }

  @Test
  void settlesWithALeaderOfEachPartition() {
    startWith(4, 2);

    for (int partition = 0; partition < 4; partition++) {
      assertThat(cluster.routingTable().getTopInstance("locks", partition)).isPresent();
      assertThat(cluster.routingTable().getInstances("locks", partition, "STANDBY"))
          .hasSize(1);
    }
    assertThat(transitions.stream().filter(t -> t.endsWith("STANDBY>LEADER")))
        .hasSizeGreaterThanOrEqualTo(4);
  }

  @Test
  void hasAnotherLeadWhenTheProcessOfTheLeaderIsKilled() {
    startWith(1, 3);
    String before = leader().instance().name();

    cluster.crash(before);
    waitForSessions();
    cluster.settle(LIMIT);

    assertThat(leader().instance().name()).isNotEqualTo(before);
  }

  @Test
  void startsAProcessAgainAsANewOne() {
    startWith(1, 3);
    String name = leader().instance().name();
    SimProcess before = cluster.process(name);

    cluster.crash(name);
    cluster.restart(name);
    waitForSessions();
    cluster.settle(LIMIT);

    assertThat(cluster.process(name)).isNotSameAs(before);
    assertThat(cluster.routingTable().getInstances("locks", 0)).hasSize(3);
  }

  @Test
  void handsOverWhatAParticipantHoldsThatLeaves() {
    startWith(1, 2);
    String leaving = leader().instance().name();

    cluster.leave(leaving, LIMIT);
    waitForSessions();
    cluster.settle(LIMIT);

    assertThat(cluster.routingTable().getInstances("locks", 0))
        .hasSize(2)
        .noneMatch(route -> route.instance().name().equals(leaving));
    assertThat(transitions).contains(leaving + " locks/0 LEADER>STANDBY");
  }

  @Test
  void tellsWhatIsNotAsItShouldBe() {
    startWith(1, 2);
    cluster.controllers().forEach(cluster::crash);
    cluster.crash(leader().instance().name());
    waitForSessions();

    assertThatThrownBy(() -> cluster.settle(Duration.ofSeconds(5)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("[convergence]")
        .hasMessageContaining("/0 should have 2 replicas and 1 of them in the top state");
  }

  @Test
  void knowsWhoseSessionWasEndedBeforeItsTime() {
    startWith(1, 1);
    SimProcess process = cluster.process(leader().instance().name());

    cluster.expireSession(process.name());

    assertThat(cluster.endedEarly(process)).isTrue();
    simulation.runFor(cluster.sessionTimeout());
    assertThat(cluster.endedEarly(process)).isFalse();
  }
}
