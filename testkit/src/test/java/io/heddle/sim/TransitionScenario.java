// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.ClusterSpec;
import io.heddle.model.StateModels;
import io.heddle.model.Throttle;
import io.heddle.model.Throttle.Load;
import io.heddle.model.Throttle.Scope;
import io.heddle.model.ThrottleSpec;
import io.heddle.model.TransitionRetries;
import io.heddle.model.TransitionRules;
import io.heddle.model.TransitionTimeouts;
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
import java.util.function.Function;

/**
 * One seed: as {@link ClusterScenario}, but transitions have a time that some of them exceed, what
 * fails is tried again, and few may be under way at a time. The history is checked for all that
 * that one checks, and for throttles and serving; in the end everything is where it should be.
 */
final class TransitionScenario implements Scenario {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration FAULTS = Duration.ofSeconds(40);
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(45);

  /** Most callbacks take up to 200 ms, and some up to 2 s. */
  private static final Duration TIMEOUT = Duration.ofMillis(700);

  private static final int PER_INSTANCE = 2;
  private static final int PER_CLUSTER = 4;

  private final Function<Simulation, Surroundings> surroundings;

  TransitionScenario(Function<Simulation, Surroundings> surroundings) {
    this.surroundings = surroundings;
  }

  /** Nothing is put between. */
  static TransitionScenario plain() {
    return new TransitionScenario(simulation -> Surroundings.PLAIN);
  }

  @Override
  public void run(Simulation simulation) {
    new Run(simulation, surroundings.apply(simulation)).run();
  }

  private static ClusterSpec limited(ClusterSpec spec) {
    return spec.with(TransitionRules.DEFAULT
        .with(TransitionTimeouts.of(TIMEOUT))
        .with(new TransitionRetries(1_000, Duration.ofMillis(200)))
        .with(ThrottleSpec.of(
            Throttle.of(Scope.INSTANCE, Load.ANY, PER_INSTANCE),
            Throttle.of(Scope.CLUSTER, Load.ANY, PER_CLUSTER))));
  }

  /** One run. */
  private static final class Run {
    private final Simulation simulation;
    private final FencedStore fenced = new FencedStore();
    private final MasterCheck masters;
    private final SimCluster cluster;
    private final TransitionCheck check;

    Run(Simulation simulation, Surroundings surroundings) {
      this.simulation = simulation;
      this.masters = new MasterCheck(simulation);
      this.cluster = SimCluster.builder(simulation)
          .participants(3 + simulation.random("size").nextInt(3))
          .sessionTimeout(SESSION_TIMEOUT)
          .surroundings(surroundings)
          .stateModel(StateModels.MASTER_SLAVE, this::shards)
          .build();
      LogCheck log = new LogCheck(cluster.paths(), masters);
      this.check = new TransitionCheck(simulation, cluster.paths(), PER_INSTANCE, PER_CLUSTER);
      masters.watch(cluster);
      cluster.store().memory().onCommit(txn -> {
        log.read(txn);
        check.read(txn);
      });
    }

    private StateModelFactory<TransitionHandler> shards(SimProcess process) {
      Shards shards = new Shards(process, cluster.processId(process), fenced, masters);
      masters.started(shards);
      return shards.factory();
    }

    void run() {
      cluster.start();
      var unused = cluster.await(cluster.admin().updateClusterSpec(TransitionScenario::limited));
      Churn churn = new Churn(simulation, cluster);
      churn.start();
      FaultPlan faults = FaultPlan.start(
          simulation, cluster, FaultOptions.usual(SESSION_TIMEOUT).lasting(FAULTS));
      boolean over = simulation.runUntil(faults::isOver, FAULTS.plusSeconds(1));
      assertThat(over).isTrue();
      churn.stop();
      cluster.settle(SETTLE_LIMIT);
      assertThat(cluster.await(cluster.admin().failedReplicas()))
          .as("[errors] replicas in ERROR in the end")
          .isEmpty();
      // Otherwise nothing was tested.
      assertThat(churn.changes()).isGreaterThan(5);
      assertThat(fenced.accepted()).isGreaterThan(100);
      assertThat(check.looked()).isPositive();
    }
  }
}
