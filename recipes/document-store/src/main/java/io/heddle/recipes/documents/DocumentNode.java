// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.launcher.ParticipantService;
import io.heddle.launcher.ParticipantServiceContext;
import io.heddle.model.StateModels;
import io.heddle.participant.StateModelFactory;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.task.TaskParticipant;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The store's service: serves partitions of resource {@code documents} on one port of the loopback
 * address, keeps them below the working directory, and backs them up with command {@code Backup}.
 * Settings: {@code session-timeout-seconds}, 10 unless given.
 */
public final class DocumentNode implements ParticipantService {
  private static final Duration START = Duration.ofSeconds(30);

  private final Map<Integer, Replica> replicas = new ConcurrentHashMap<>();
  private @Nullable DocumentServer server;
  private @Nullable RoutingTableProvider routing;

  /** For the launcher. */
  public DocumentNode() {}

  @Override
  public void start(ParticipantServiceContext context) throws Exception {
    String seconds = context.service().config().getOrDefault("session-timeout-seconds", "10");
    Duration sessionTimeout = Duration.ofSeconds(Integer.parseInt(seconds));
    RoutingTableProvider.Builder reader = RoutingTableProvider.builder(
            context.store(), ThreadLoop::new, context.service().cluster())
        .sessionTimeout(sessionTimeout);
    context.access().secured().ifPresent(secured -> reader.credential(secured.own()));
    RoutingTableProvider spectator = reader.build();
    routing = spectator;
    Object unused =
        spectator.start().toCompletableFuture().get(START.toSeconds(), TimeUnit.SECONDS);
    RoutingViews views = new RoutingViews(spectator, context.service().service().name());
    String instance = context.service().instance().name();
    DocumentServer listening = new DocumentServer(
        partition -> Optional.ofNullable(replicas.get(partition)).flatMap(Replica::mastership));
    server = listening;
    context
        .participant()
        .sessionTimeout(sessionTimeout)
        .capacity(RoutingViews.PORT, listening.port())
        .stateModel(StateModels.MASTER_SLAVE, StateModelFactory.of(Replica.class, partition -> {
          Replica replica = new Replica(
              partition.number(),
              Path.of("data", "partition-" + partition.number()),
              () -> views.member(instance),
              views);
          replicas.put(partition.number(), replica);
          return replica;
        }))
        .extension(TaskParticipant.builder()
            .command(
                "Backup", task -> new BackupTask(task, p -> Optional.ofNullable(replicas.get(p))))
            .slots(2)
            .build());
  }

  @Override
  public void stop() throws Exception {
    if (server != null) {
      server.close();
    }
    if (routing != null) {
      routing.close();
    }
  }
}
