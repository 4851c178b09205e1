// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.heddle.model.PartitionId;
import io.heddle.model.StateModels;
import io.heddle.participant.StateModelFactory;
import io.heddle.participant.TransitionHandler;
import io.heddle.provisioner.FixedTargetProvider;
import io.heddle.provisioner.control.ProvisioningExtension;
import io.heddle.provisioner.control.ProvisioningSettings;
import io.heddle.testkit.Delays;
import io.heddle.testkit.FaultOptions;
import io.heddle.testkit.FaultPlan;
import io.heddle.testkit.FencedStore;
import io.heddle.testkit.Scenario;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import io.heddle.testkit.provider.ProviderFaults;
import io.heddle.testkit.provider.SimContainers;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One seed: two or three controllers size a cluster by themselves. Controllers, containers and the
 * spectator are under faults, the provider fails, hangs and loses answers, containers end by
 * themselves or are lost, and all the while services are scaled up and down. Then quiet: what runs
 * is what is wanted, nothing is leaked, all partitions are served, and nothing is written.
 */
final class ProvisioningScenario implements Scenario {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration FAULTS = Duration.ofSeconds(40);

  /** Long enough for a controller to get something done now and then. */
  private static final Duration LEAST_GAP = Duration.ofMillis(200);

  private static final Duration MOST_GAP = Duration.ofMillis(2_500);

  /** Below the slow catch-up of 60 s, once what hangs at the provider has come. */
  private static final Duration SETTLE_LIMIT = Duration.ofSeconds(45);

  /** Calls that hang are carried out by then, or never. */
  private static final Duration LATEST = Duration.ofSeconds(12);

  private static final Duration IDLE = Duration.ofSeconds(10);

  private static final ProvisioningSettings SETTINGS = new ProvisioningSettings(
      Duration.ofSeconds(6),
      Duration.ofSeconds(5),
      Duration.ofSeconds(4),
      Duration.ofSeconds(5),
      Duration.ofMillis(500),
      Duration.ofSeconds(4),
      Duration.ofSeconds(7));

  private static final ProviderFaults PROVIDER_FAULTS = new ProviderFaults(
      new Delays(Duration.ofMillis(1), Duration.ofMillis(100), 0.05, Duration.ofSeconds(2)),
      Duration.ofSeconds(5),
      0.05,
      0.05,
      0.1,
      Delays.between(Duration.ofSeconds(1), LATEST),
      0.04,
      new Delays(Duration.ofMillis(1), Duration.ofMillis(20), 0.1, Duration.ofSeconds(3)),
      0.2,
      0.3,
      Delays.between(Duration.ofMillis(1), Duration.ofMillis(400)));

  private final Function<Simulation, ProviderEdge> edges;

  ProvisioningScenario(Function<Simulation, ProviderEdge> edges) {
    this.edges = edges;
  }

  /** Nothing is put between. */
  static ProvisioningScenario plain() {
    return new ProvisioningScenario(simulation -> ProviderEdge.PLAIN);
  }

  @Override
  public void run(Simulation simulation) {
    new Run(simulation, edges.apply(simulation)).run();
  }

  /** One run. */
  private static final class Run {
    private final Simulation simulation;
    private final ProviderEdge edge;
    private final FencedStore fenced = new FencedStore();
    private final MasterCheck masters;
    private final SimContainers containers;
    private final SimCluster cluster;
    private final LogCheck log;
    private final ContainerCheck check;

    Run(Simulation simulation, ProviderEdge edge) {
      this.simulation = simulation;
      this.edge = edge;
      this.masters = new MasterCheck(simulation);
      this.containers = new SimContainers(
          simulation,
          PROVIDER_FAULTS,
          (process, spec, start) ->
              cluster().startParticipant(process, spec.participant(), start)::stop);
      this.cluster = SimCluster.builder(simulation)
          .controllers(2 + simulation.random("size").nextInt(2))
          .participants(0)
          .sessionTimeout(SESSION_TIMEOUT)
          .surroundings(edge)
          .extension(this::provisioning)
          .stateModel(StateModels.MASTER_SLAVE, this::shards)
          .stateModel(
              StateModels.ONLINE_OFFLINE,
              process -> StateModelFactory.ofHandler(partition -> transition -> {}))
          .build();
      this.log = new LogCheck(cluster.paths(), masters);
      this.check = new ContainerCheck(simulation, cluster, containers);
      masters.watch(cluster);
      cluster.store().memory().onCommit(log::read);
      check.watch();
    }

    private SimCluster cluster() {
      return cluster;
    }

    private ProvisioningExtension provisioning(SimProcess controller) {
      return new ProvisioningExtension(
          cluster.admin(controller),
          edge.provider(
              controller,
              containers.provider(controller),
              cluster.paths(),
              cluster.store().memory()),
          service -> edge.target(new FixedTargetProvider(ImmutableList.of(service))),
          SETTINGS);
    }

    private StateModelFactory<TransitionHandler> shards(SimProcess process) {
      Shards shards = new Shards(process, cluster.processId(process), fenced, masters);
      masters.started(shards);
      return shards.factory();
    }

    void run() {
      cluster.start();
      Scaling scaling = new Scaling(simulation, cluster, containers);
      scaling.start();
      FaultPlan faults = FaultPlan.start(
          simulation,
          cluster,
          FaultOptions.usual(SESSION_TIMEOUT).lasting(FAULTS).every(LEAST_GAP, MOST_GAP));
      boolean over = simulation.runUntil(faults::isOver, FAULTS.plusSeconds(1));
      assertThat(over).isTrue();
      containers.faults(ProviderFaults.none());
      scaling.stop();
      // What still hangs comes without a write that could be waited for.
      simulation.runFor(LATEST);
      cluster.settle(SETTLE_LIMIT);
      check.settled(scaling.wanted());
      checkServing();
      checkIdle();
      // Otherwise nothing was tested.
      assertThat(faults.count()).isGreaterThan(10);
      assertThat(scaling.changes()).isGreaterThan(5);
      assertThat(check.containers()).isGreaterThan(4);
      assertThat(fenced.accepted()).isGreaterThan(100);
    }

    /** Each partition has one writer, and it writes. */
    private void checkServing() {
      Map<PartitionId, Long> granted = new TreeMap<>(log.granted());
      assertThat(granted.keySet())
          .as("[serving] partitions ever granted")
          .hasSize(Scaling.PARTITIONS);
      long before = fenced.accepted();
      simulation.runFor(Duration.ofMillis(100));
      assertThat(fenced.accepted() - before)
          .as("[serving] writes of %s in 100 ms", granted.keySet())
          .isGreaterThanOrEqualTo(granted.size());
      granted.forEach((partition, token) -> assertThat(fenced.highest(partition))
          .as("[serving] the token that %s is written with", partition)
          .isEqualTo(token));
    }

    /** Nothing is written, and nothing is asked of the provider but for its list. */
    private void checkIdle() {
      cluster.store().memory().onCommit(txn -> {
        throw new AssertionError("[idle] written: " + txn);
      });
      containers.onCall(call -> {
        throw new AssertionError("[idle] asked: " + call);
      });
      simulation.runFor(IDLE);
    }
  }
}
