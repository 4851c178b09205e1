// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.controller.ControllerListener;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.model.ResourceId;
import io.heddle.provisioner.ApplicationSpec;
import io.heddle.provisioner.ApplicationSpecYaml;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.local.LocalContainerProvider;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import io.heddle.task.JobSpec;
import io.heddle.task.WorkflowHandle;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application in real child processes, on a real ZooKeeper server. */
class ApplicationIT {
  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final ResourceId KEYS = ResourceId.of("KEYS");
  private static final String YAML = """
      appName: shop
      services: [KEYS]
      serviceConfigMap:
        KEYS: {num_containers: 2, memory: 96}
      serviceMainClassMap:
        KEYS: io.heddle.launcher.KeyService
      resources:
        - {name: keys, service: KEYS, partitions: 4, replicas: 2, stateModel: MasterSlave}
      """;

  @TempDir
  Path directory;

  private final EmbeddedZooKeeper zooKeeper =
      EmbeddedZooKeeper.builder().fsync(false).start();
  private final ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
  private final RoutingTableProvider routing =
      RoutingTableProvider.builder(store, ThreadLoop::new, "shop").build();

  @AfterEach
  void close() {
    routing.close();
    store.close();
    zooKeeper.close();
  }

  private LocalContainerProvider provider() {
    return LocalContainerProvider.builder(
            directory, ClusterAccess.of("shop", zooKeeper.connectString()))
        .launcherClass(ParticipantLauncher.class.getName())
        .build();
  }

  private Application application(LocalContainerProvider provider) throws Exception {
    ApplicationSpec spec = ApplicationSpecYaml.read("shop.yaml", YAML);
    Application application = new Application(
        ApplicationBundle.of(spec),
        store,
        provider,
        Duration.ofSeconds(6),
        new ControllerListener() {});
    application.start();
    return application;
  }

  private void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s; %s", what, routing.table()).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private boolean served() {
    for (int p = 0; p < 4; p++) {
      if (routing.getInstances("keys", p, "MASTER").size() != 1
          || routing.getInstances("keys", p, "SLAVE").size() != 1) {
        return false;
      }
    }
    return true;
  }

  private Set<Long> processes() {
    Set<Long> processes = new TreeSet<>();
    for (int p = 0; p < 4; p++) {
      routing.getInstances("keys", p).stream().map(Route::process).forEach(processes::add);
    }
    return processes;
  }

  @Test
  void runsFailsOverScalesAndEnds() throws Exception {
    LocalContainerProvider provider = provider();
    Application application = application(provider);
    try {
      routing.start().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
      await("served by two", () -> served() && processes().size() == 2);
      Set<Long> before = processes();

      long victim = master();
      assertThat(ProcessHandle.of(victim).orElseThrow().destroyForcibly()).isTrue();
      long killed = System.nanoTime();
      await(
          "every partition has a master",
          () -> masters().stream().noneMatch(p -> p == victim) && masters().size() == 4);
      Duration failover = Duration.ofNanos(System.nanoTime() - killed);
      await("served by two again", () -> served() && processes().size() == 2);
      assertThat(processes()).isNotEqualTo(before);
      // Far below the session timeout: the end was certified.
      assertThat(failover).isLessThan(Duration.ofSeconds(8));

      application.scale(KEYS, 3).toCompletableFuture().get(30, TimeUnit.SECONDS);
      await("spread over three", () -> served() && processes().size() == 3);

      application.scale(KEYS, 2).toCompletableFuture().get(30, TimeUnit.SECONDS);
      await("gathered on two", () -> served() && processes().size() == 2);
    } finally {
      Set<Long> last = processes();
      application.close();
      provider.closeAndStopAll();
      await(
          "no process left",
          () -> last.stream()
              .noneMatch(p -> ProcessHandle.of(p).filter(ProcessHandle::isAlive).isPresent()));
    }
  }

  /** The process of the first partition's MASTER; there is none while it is handed over. */
  private long master() {
    AtomicLong process = new AtomicLong();
    await("a master", () -> {
      List<Route> masters = routing.getInstances("keys", 0, "MASTER");
      masters.forEach(route -> process.set(route.process()));
      return !masters.isEmpty();
    });
    return process.get();
  }

  private List<Long> masters() {
    return java.util.stream.IntStream.range(0, 4)
        .boxed()
        .flatMap(p -> routing.getInstances("keys", p, "MASTER").stream())
        .map(Route::process)
        .toList();
  }

  @Test
  void tasksOfALostContainerRunAgainElsewhere() throws Exception {
    LocalContainerProvider provider = provider();
    Path marks = Files.createDirectory(directory.resolve("marks"));
    try (Application application = application(provider)) {
      routing.start().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
      await("served by two", () -> served() && processes().size() == 2);
      WorkflowHandle workflow = application
          .tasks()
          .submit(WorkflowSpec.builder("waits")
              .job(JobSpec.builder("all")
                  .command("wait")
                  .numberOfTasks(6)
                  .concurrentTasksPerInstance(3)
                  .config("directory", marks.toString()))
              .build())
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
      await("all six run", () -> marks(marks).size() == 6);

      long victim = master();
      assertThat(ProcessHandle.of(victim).orElseThrow().destroyForcibly()).isTrue();
      await(
          "its three run again",
          () -> marks(marks).stream().filter(name -> name.endsWith("-2")).count() == 3);
      Files.createFile(marks.resolve("gate"));

      assertThat(workflow.await(DEADLINE).state()).isEqualTo(WorkflowState.COMPLETED);
      assertThat(workflow.results("all").toCompletableFuture().get(30, TimeUnit.SECONDS))
          .hasSize(6)
          .filteredOn(result -> result.endsWith("/2"))
          .hasSize(3);
    } finally {
      provider.closeAndStopAll();
    }
  }

  private static List<String> marks(Path directory) {
    String[] names = directory.toFile().list((parent, name) -> name.startsWith("task-"));
    return List.of(Objects.requireNonNull(names));
  }

  @Test
  void submitsItsWorkflowsOnceInAllItsLives() throws Exception {
    Path file = Files.writeString(
        directory.resolve("shop.yaml"),
        YAML + "taskConfigs: [{name: waits, yamlFile: waits.yaml}]\n");
    Path marks = Files.createDirectory(directory.resolve("marks"));
    Files.writeString(directory.resolve("waits.yaml"), """
        name: waits
        jobs:
          - {name: all, command: wait, numberOfTasks: 2, jobCommandConfigMap: {directory: "%s"}}
        """.formatted(marks));
    ApplicationBundle bundle = ApplicationBundle.read(file);
    LocalContainerProvider first = provider();
    WorkflowHandle before;
    try (Application application =
        new Application(bundle, store, first, Duration.ofSeconds(6), new ControllerListener() {})) {
      before = application.start().get(0);
    }
    first.close();

    LocalContainerProvider second = provider();
    try (Application application = new Application(
        bundle, store, second, Duration.ofSeconds(6), new ControllerListener() {})) {
      WorkflowHandle after = application.start().get(0);
      await("both run", () -> marks(marks).size() == 2);
      Files.createFile(marks.resolve("gate"));

      // The name with the uid, so that it is the very same.
      assertThat(after).hasToString(before.toString());
      assertThat(after.await(DEADLINE).state()).isEqualTo(WorkflowState.COMPLETED);
      assertThat(marks(marks)).hasSize(2);
    } finally {
      second.closeAndStopAll();
    }
  }

  @Test
  void anotherControllerFindsTheContainersOfAnEarlierOne() throws Exception {
    LocalContainerProvider first = provider();
    Application crashed = application(first);
    routing.start().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    await("served by two", () -> served() && processes().size() == 2);
    Set<Long> before = processes();
    crashed.close();
    first.close();

    LocalContainerProvider second = provider();
    Application successor = application(second);
    try {
      long victim = master();
      assertThat(ProcessHandle.of(victim).orElseThrow().destroyForcibly()).isTrue();
      await(
          "the other and a new one serve",
          () -> served() && processes().size() == 2 && !processes().contains(victim));
      assertThat(processes()).containsAnyElementsOf(before);
    } finally {
      successor.close();
      second.closeAndStopAll();
    }
  }
}
