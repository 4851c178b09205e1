// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerId;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.control.Services;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimRandom;
import io.heddle.testkit.Simulation;
import io.heddle.testkit.provider.SimContainers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;

/**
 * An administrator who scales two services up and down all the time, one of them with a resource of
 * masters and slaves; and containers that end by themselves, or are lost. Confined to the
 * simulation's thread.
 */
final class Scaling {
  static final int PARTITIONS = 3;

  private static final ResourceId DB = ResourceId.of("DB");
  private static final ResourceId ETL = ResourceId.of("ETL");
  private static final int MOST = 4;
  private static final Duration LONGEST_ORPHAN = Duration.ofSeconds(8);

  private final Simulation simulation;
  private final SimCluster cluster;
  private final SimContainers containers;
  private final Services services;
  private final SimRandom random;
  private final TreeMap<ResourceId, Integer> wanted = new TreeMap<>();
  private int underWay;
  private boolean over;
  private long changes;

  Scaling(Simulation simulation, SimCluster cluster, SimContainers containers) {
    this.simulation = simulation;
    this.cluster = cluster;
    this.containers = containers;
    this.services = new Services(cluster.admin());
    this.random = simulation.random("scaling");
  }

  /** Puts the services and the resource, and begins. Lets time pass. */
  void start() {
    put(DB, 3);
    put(ETL, 1);
    var unused = cluster.await(cluster
        .admin()
        .addResource(ResourceSpec.builder("documents")
            .partitions(PARTITIONS)
            .replicas(2)
            .stateModel(StateModels.MASTER_SLAVE)
            .instanceTag(DB.name())
            .build()));
    simulation.runFor(Duration.ofSeconds(2));
    repeat(Duration.ofSeconds(5), () -> scale(DB, random.nextInt(MOST + 1)));
    repeat(Duration.ofSeconds(5), () -> scale(ETL, random.nextInt(MOST)));
    repeat(Duration.ofSeconds(8), this::end);
  }

  private void put(ResourceId service, int count) {
    wanted.put(service, count);
    var unused = cluster.await(services.put(
        ServiceSpec.builder(service.name(), "simulated").containers(count).build()));
  }

  private void repeat(Duration most, Runnable change) {
    simulation.schedule(random.between(Duration.ofMillis(20), most), () -> {
      if (!over) {
        changes++;
        change.run();
        repeat(most, change);
      }
    });
  }

  private void scale(ResourceId service, int count) {
    wanted.put(service, count);
    simulation.trace("admin", "scales " + service + " to", count);
    underWay++;
    CompletionStage<ServiceSpec> answer = services.scale(service, count);
    var unused = answer.whenComplete((spec, failure) -> underWay--);
  }

  private void end() {
    List<ContainerId> running = containers.statuses().values().stream()
        .filter(status -> status instanceof ContainerStatus.Running)
        .map(ContainerStatus::container)
        .toList();
    if (running.isEmpty()) {
      return;
    }
    ContainerId victim = random.pick(running);
    if (random.chance(0.5)) {
      containers.lose(victim, random.between(Duration.ZERO, LONGEST_ORPHAN));
    } else {
      containers.exit(victim, 0);
    }
  }

  /** Ends it; some containers are wanted afterwards. Lets time pass. */
  void stop() {
    over = true;
    boolean unused = simulation.runUntil(() -> underWay == 0, Duration.ofMinutes(2));
    put(DB, 1 + random.nextInt(MOST));
    put(ETL, random.nextInt(MOST));
  }

  /** How many containers each service should have. */
  Map<ResourceId, Integer> wanted() {
    return ImmutableSortedMap.copyOfSorted(wanted);
  }

  /** How many changes were asked for. */
  long changes() {
    return changes;
  }
}
