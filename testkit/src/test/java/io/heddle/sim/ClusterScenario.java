// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.PartitionId;
import io.heddle.model.StateModels;
import io.heddle.participant.StateModelFactory;
import io.heddle.participant.TransitionHandler;
import io.heddle.testkit.FaultOptions;
import io.heddle.testkit.FaultPlan;
import io.heddle.testkit.FencedStore;
import io.heddle.testkit.Scenario;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import io.heddle.testkit.Surroundings;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One seed: two controllers, three to five participants and a spectator under faults while an
 * administrator keeps changing things; then quiet. The history is checked all along, and in the end
 * everything must be as it should be, soon, and stay so without a single write.
 */
final class ClusterScenario implements Scenario {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration FAULTS = Duration.ofSeconds(40);

  /** Below the slow catch-up of 60 s: what was missed must be seen without it. */
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(45);

  private final Function<Simulation, Surroundings> surroundings;

  ClusterScenario(Function<Simulation, Surroundings> surroundings) {
    this.surroundings = surroundings;
  }

  /** Nothing is put between. */
  static ClusterScenario plain() {
    return new ClusterScenario(simulation -> Surroundings.PLAIN);
  }

  @Override
  public void run(Simulation simulation) {
    new Run(simulation, surroundings.apply(simulation)).run();
  }

  /** One run. */
  private static final class Run {
    private final Simulation simulation;
    private final FencedStore fenced = new FencedStore();
    private final MasterCheck masters;
    private final SimCluster cluster;
    private final LogCheck log;

    Run(Simulation simulation, Surroundings surroundings) {
      this.simulation = simulation;
      this.masters = new MasterCheck(simulation);
      this.cluster = SimCluster.builder(simulation)
          .participants(3 + simulation.random("size").nextInt(3))
          .sessionTimeout(SESSION_TIMEOUT)
          .surroundings(surroundings)
          .stateModel(StateModels.MASTER_SLAVE, this::shards)
          .build();
      this.log = new LogCheck(cluster.paths(), masters);
      masters.watch(cluster);
      cluster.store().memory().onCommit(log::read);
    }

    private StateModelFactory<TransitionHandler> shards(SimProcess process) {
      Shards shards = new Shards(process, cluster.processId(process), fenced, masters);
      masters.started(shards);
      return shards.factory();
    }

    void run() {
      cluster.start();
      Churn churn = new Churn(simulation, cluster);
      churn.start();
      FaultPlan faults = FaultPlan.start(
          simulation, cluster, FaultOptions.usual(SESSION_TIMEOUT).lasting(FAULTS));
      boolean over = simulation.runUntil(faults::isOver, FAULTS.plusSeconds(1));
      assertThat(over).isTrue();
      churn.stop();
      cluster.settle(SETTLE_LIMIT);
      checkServing();
      // Otherwise nothing was tested.
      assertThat(faults.count()).isGreaterThan(10);
      assertThat(churn.changes()).isGreaterThan(5);
      assertThat(fenced.accepted()).isGreaterThan(100);
    }

    /**
     * What was settled is so within the processes: each partition has one writer, and it writes.
     */
    private void checkServing() {
      Map<PartitionId, Long> granted = new TreeMap<>(log.granted());
      long before = fenced.accepted();
      simulation.runFor(Duration.ofMillis(100));
      assertThat(fenced.accepted() - before)
          .as("[serving] writes of %s in 100 ms", granted.keySet())
          .isGreaterThanOrEqualTo(granted.size());
      granted.forEach((partition, token) -> assertThat(fenced.highest(partition))
          .as("[serving] the token that %s is written with", partition)
          .isEqualTo(token));
    }
  }
}
