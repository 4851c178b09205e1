// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.provider;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ContainerId;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.StateModelFactory;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.FixedTargetProvider;
import io.heddle.provisioner.ServiceSpec;
import io.heddle.provisioner.control.ProvisioningExtension;
import io.heddle.provisioner.control.ProvisioningSettings;
import io.heddle.provisioner.control.Services;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class SimContainersTest {
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Simulation simulation = new Simulation(5);
  private final SimContainers containers = new SimContainers(
      simulation,
      ProviderFaults.none(),
      (process, spec, start) ->
          cluster().startParticipant(process, spec.participant(), start)::stop);
  private final SimCluster cluster = SimCluster.builder(simulation)
      .participants(0)
      .extension(this::provisioning)
      .stateModel(
          StateModels.ONLINE_OFFLINE,
          process -> StateModelFactory.ofHandler(partition -> context -> {}))
      .stateModel(
          StateModels.MASTER_SLAVE,
          process -> StateModelFactory.ofHandler(partition -> context -> {}))
      .build();

  private SimCluster cluster() {
    return cluster;
  }

  private ProvisioningExtension provisioning(SimProcess controller) {
    return new ProvisioningExtension(
        cluster.admin(controller),
        containers.provider(controller),
        spec -> new FixedTargetProvider(ImmutableList.of(spec)),
        new ProvisioningSettings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(3),
            Duration.ofSeconds(1),
            Duration.ofSeconds(5),
            Duration.ofSeconds(8)));
  }

  private Services startWith(int count) {
    cluster.start();
    Services services = new Services(cluster.admin());
    var unused = cluster.await(
        services.put(ServiceSpec.builder("DB", "simulated").containers(count).build()));
    var unusedKey = cluster.await(cluster
        .admin()
        .addResource(ResourceSpec.builder("documents")
            .partitions(3)
            .replicas(2)
            .stateModel(StateModels.MASTER_SLAVE)
            .instanceTag("DB")
            .build()));
    await(count);
    return services;
  }

  /** Until so many containers run, and nothing else is there. */
  private void await(int count) {
    boolean there = simulation.runUntil(
        () -> containers.statuses().size() == count
            && containers.processes().size() == count
            && running().size() == count,
        LIMIT);
    assertThat(there).as("%s", containers.statuses()).isTrue();
    cluster.settle(LIMIT);
  }

  private List<ContainerId> running() {
    return containers.statuses().values().stream()
        .filter(status -> status instanceof ContainerStatus.Running)
        .map(ContainerStatus::container)
        .toList();
  }

  @Test
  void runsParticipantsThatServe() {
    startWith(3);

    assertThat(cluster.routingTable().getInstances("documents", 0)).hasSize(2);
  }

  @Test
  void asksForEachContainerOnce() {
    List<ProviderCall> calls = new ArrayList<>();
    containers.onCall(calls::add);

    Services services = startWith(3);
    var down = cluster.await(services.scale(ResourceId.of("DB"), 1));
    await(1);

    assertThat(calls).doesNotHaveDuplicates();
    assertThat(calls).hasSize(3 * 2 + (3 - down.containers()) * 2);
  }

  @Test
  void replacesAContainerThatWasKilled() {
    startWith(2);
    ContainerId killed = running().get(0);

    Objects.requireNonNull(containers.processes().get(killed)).kill();
    simulation.runFor(Duration.ofSeconds(1));
    await(2);

    assertThat(running()).doesNotContain(killed);
  }

  @Test
  void scalesUpAndDown() {
    Services services = startWith(1);

    var up = cluster.await(services.scale(ResourceId.of("DB"), 3));
    await(3);
    var down = cluster.await(services.scale(ResourceId.of("DB"), 2));
    await(2);

    assertThat(up.containers() - down.containers()).isEqualTo(1);
  }

  @Test
  void leavesContainersToTheNextController() {
    startWith(2);
    List<ContainerId> before = running();

    cluster.controllers().forEach(cluster::crash);
    simulation.runFor(Duration.ofSeconds(1));
    cluster.controllers().forEach(cluster::restart);
    simulation.runFor(Duration.ofSeconds(10));
    await(2);

    assertThat(running()).isEqualTo(before);
  }
}
