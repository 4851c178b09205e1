// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.HeddleController;
import io.heddle.participant.HeddleParticipant;
import io.heddle.spectator.RoutingTable;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.Store;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Starts the roles of a {@link SimCluster} in its processes, and keeps those that are asked for
 * something later. Confined to the simulation's thread.
 */
final class SimRoles {
  private final SimCluster.Builder settings;
  private final Store store;
  private final Map<String, HeddleParticipant> participants = new LinkedHashMap<>();
  private @Nullable RoutingTableProvider spectator;

  SimRoles(SimCluster.Builder settings, Store store) {
    this.settings = settings;
    this.store = store;
  }

  void startController(SimProcess process) {
    HeddleController.Builder builder = HeddleController.builder(storeOf(process), settings.name)
        .id(process.name())
        .host(process.name())
        .sessionTimeout(settings.sessionTimeout)
        .loops(settings.surroundings.loops(process));
    settings.extensions.forEach(extension -> builder.extension(extension.apply(process)));
    CompletionStage<Void> unused = builder.build().start();
  }

  ClusterAdmin admin(SimProcess process) {
    return ClusterAdmin.builder(
            storeOf(process), settings.surroundings.loops(process), settings.name)
        .sessionTimeout(settings.sessionTimeout)
        .clusterIds(() -> "simulated")
        .build();
  }

  void startParticipant(SimProcess process, long processId) {
    HeddleParticipant participant =
        participant(process, processId, process.name()).build();
    participants.put(process.name(), participant);
    CompletionStage<Void> unused = participant.start();
  }

  /** A participant in a process, to be completed and started. */
  HeddleParticipant.Builder participant(SimProcess process, long processId, String instance) {
    HeddleParticipant.Builder builder = HeddleParticipant.builder(
            storeOf(process), settings.name, instance)
        .sessionTimeout(settings.sessionTimeout)
        .host(process.name())
        .process(processId)
        .callbackThreads(settings.callbacks.threads())
        .callbackExecutor(process.callbacks(settings.callbacks))
        .loops(settings.surroundings.loops(process));
    settings.models.forEach((model, factory) -> builder.stateModel(model, factory.apply(process)));
    settings.participantExtensions.forEach(made -> builder.extension(made.apply(process)));
    return builder;
  }

  void startSpectator(SimProcess process) {
    RoutingTableProvider provider = RoutingTableProvider.builder(
            storeOf(process), settings.surroundings.loops(process), settings.name)
        .sessionTimeout(settings.sessionTimeout)
        .build();
    spectator = provider;
    CompletionStage<RoutingTable> unused = provider.start();
  }

  private Store storeOf(SimProcess process) {
    return settings.surroundings.store(process, store);
  }

  /** The participant that was started last under a name. */
  HeddleParticipant participant(String name) {
    HeddleParticipant participant = participants.get(name);
    if (participant == null) {
      throw new IllegalArgumentException(
          "there is no participant " + name + "; there are " + participants.keySet());
    }
    return participant;
  }

  RoutingTable routingTable() {
    if (spectator == null) {
      throw new IllegalStateException("the spectator was not started");
    }
    return spectator.table();
  }
}
