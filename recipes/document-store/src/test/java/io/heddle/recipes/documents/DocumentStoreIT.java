// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.controller.ControllerListener;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.launcher.Application;
import io.heddle.launcher.ApplicationBundle;
import io.heddle.launcher.ParticipantLauncher;
import io.heddle.model.ResourceId;
import io.heddle.provisioner.ApplicationSpec;
import io.heddle.provisioner.ApplicationSpecYaml;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.local.LocalContainerProvider;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The document store in real containers: nothing acknowledged is lost when one is killed. */
class DocumentStoreIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final String NAME = "document-store";
  private static final int PARTITIONS = 6;

  @TempDir
  Path directory;

  private static ApplicationSpec spec() throws Exception {
    try (InputStream yaml = DocumentStoreIT.class.getResourceAsStream("document-store.yaml")) {
      String text = new String(Objects.requireNonNull(yaml).readAllBytes(), StandardCharsets.UTF_8);
      return ApplicationSpecYaml.read("document-store.yaml", text);
    }
  }

  @Test
  void everyAcknowledgedDocumentOutlivesAKilledContainerAndAMove() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.builder().fsync(false).start();
        ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
        RoutingTableProvider routing =
            RoutingTableProvider.builder(store, ThreadLoop::new, NAME).build()) {
      LocalContainerProvider provider = LocalContainerProvider.builder(
              directory, ClusterAccess.of(NAME, zooKeeper.connectString()))
          .launcherClass(ParticipantLauncher.class.getName())
          .dieWithController()
          .build();
      Application application = new Application(
          ApplicationBundle.of(spec()),
          store,
          provider,
          Duration.ofSeconds(10),
          new ControllerListener() {});
      application.start();
      routing.start().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
      try (DocumentClient client = new DocumentClient(routing, "DB", DEADLINE)) {
        Map<String, String> acknowledged = new TreeMap<>();
        write(client, acknowledged, 60);
        await("three replicas each", routing, () -> replicas(routing, 3));

        // Any of them: none is spared the fail-over, and each holds a replica of everything.
        long victim = processes(routing).iterator().next();
        assertThat(ProcessHandle.of(victim).orElseThrow().destroyForcibly()).isTrue();
        write(client, acknowledged, 60);
        read(client, acknowledged);
        await(
            "a new container",
            routing,
            () -> replicas(routing, 3) && !processes(routing).contains(victim));

        application.scale(ResourceId.of("DB"), 4).toCompletableFuture().get(30, TimeUnit.SECONDS);
        await("four containers", routing, () -> processes(routing).size() == 4);
        write(client, acknowledged, 60);
        await("all in place", routing, () -> replicas(routing, 3));

        read(client, acknowledged);
      } finally {
        Set<Long> last = processes(routing);
        application.close();
        provider.closeAndStopAll();
        await(
            "no process left",
            routing,
            () -> last.stream()
                .noneMatch(
                    p -> ProcessHandle.of(p).filter(ProcessHandle::isAlive).isPresent()));
      }
    }
  }

  private static void write(DocumentClient client, Map<String, String> acknowledged, int count)
      throws Exception {
    for (int i = 0; i < count; i++) {
      String key = "document-" + acknowledged.size();
      String content = "content of " + key;
      client.put(key, content.getBytes(StandardCharsets.UTF_8));
      acknowledged.put(key, content);
    }
  }

  private static void read(DocumentClient client, Map<String, String> acknowledged)
      throws Exception {
    for (Map.Entry<String, String> document : acknowledged.entrySet()) {
      assertThat(client.get(document.getKey()).map(b -> new String(b, StandardCharsets.UTF_8)))
          .as(document.getKey())
          .contains(document.getValue());
    }
  }

  private static boolean replicas(RoutingTableProvider routing, int count) {
    for (int p = 0; p < PARTITIONS; p++) {
      if (routing.getInstances("documents", p, "MASTER").size() != 1
          || routing.getInstances("documents", p, "SLAVE").size() != count - 1) {
        return false;
      }
    }
    return true;
  }

  private static Set<Long> processes(RoutingTableProvider routing) {
    Set<Long> processes = new TreeSet<>();
    for (int p = 0; p < PARTITIONS; p++) {
      routing.getInstances("documents", p).stream().map(Route::process).forEach(processes::add);
    }
    return processes;
  }

  private static void await(String what, RoutingTableProvider routing, BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s; %s", what, routing.table()).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }
}
