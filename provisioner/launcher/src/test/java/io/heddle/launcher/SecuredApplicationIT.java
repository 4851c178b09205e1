// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.admin.AdminException;
import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.ControllerListener;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.provisioner.ApplicationSpec;
import io.heddle.provisioner.ApplicationSpecYaml;
import io.heddle.provisioner.local.LocalContainerProvider;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.PathClass;
import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Credential;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.zookeeper.ZooKeeperStore;
import io.heddle.task.JobSpec;
import io.heddle.task.TaskDriver;
import io.heddle.task.TaskException;
import io.heddle.task.WorkflowHandle;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowState;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application with access lists, in a real child process, on a real ZooKeeper server (R18). */
class SecuredApplicationIT {
  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final String YAML = """
      appName: vault
      services: [KEYS]
      serviceConfigMap:
        KEYS: {num_containers: 1, memory: 96}
      serviceMainClassMap:
        KEYS: io.heddle.launcher.KeyService
      resources:
        - {name: keys, service: KEYS, partitions: 2, replicas: 1, stateModel: MasterSlave}
      """;
  private static final RoleCredentials ROLES = new RoleCredentials(
      Credential.digest("controller", "canary-one"),
      Credential.digest("admin", "canary-two"),
      Credential.digest("participant", "canary-three"),
      Credential.digest("spectator", "canary-four"));

  @TempDir
  Path directory;

  private final ClusterPaths paths = new ClusterPaths("vault");
  private final EmbeddedZooKeeper zooKeeper =
      EmbeddedZooKeeper.builder().fsync(false).start();
  private final ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
  private final RoutingTableProvider routing = RoutingTableProvider.builder(
          store, ThreadLoop::new, "vault")
      .credential(ROLES.spectator())
      .build();

  @AfterEach
  void close() {
    routing.close();
    store.close();
    zooKeeper.close();
  }

  private LocalContainerProvider provider() {
    return LocalContainerProvider.builder(
            directory, ROLES.containers("vault", zooKeeper.connectString()))
        .launcherClass(ParticipantLauncher.class.getName())
        .build();
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  private void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s; %s", what, routing.table()).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private boolean servedByOtherThan(long process) {
    List<Route> first = routing.getInstances("keys", 0, "MASTER");
    List<Route> second = routing.getInstances("keys", 1, "MASTER");
    return first.size() == 1
        && second.size() == 1
        && first.get(0).process() != process
        && second.get(0).process() != process;
  }

  @Test
  void servesIsReplacedAndRunsTasksWhileStrangersMayDoNothing() throws Exception {
    ApplicationSpec spec = ApplicationSpecYaml.read("vault.yaml", YAML);
    LocalContainerProvider provider = provider();
    try (Application application = new Application(
        ApplicationBundle.of(spec),
        store,
        provider,
        Duration.ofSeconds(6),
        new ControllerListener() {},
        ROLES)) {
      application.start();
      get(routing.start());
      await("served", () -> servedByOtherThan(0));

      long victim = routing.getInstances("keys", 0, "MASTER").get(0).process();
      assertThat(ProcessHandle.of(victim).orElseThrow().destroyForcibly()).isTrue();
      await("served by another", () -> servedByOtherThan(victim));

      WorkflowHandle workflow = get(application.tasks().submit(waits(directory)));
      Path gate = directory.resolve("gate");
      Files.createFile(gate);
      assertThat(workflow.await(DEADLINE).state()).isEqualTo(WorkflowState.COMPLETED);
      assertThat(get(workflow.results("all"))).containsExactly("KEYS-0/1", "KEYS-0/1");

      strangersMayDoNothing();
      onlyTheChildKnowsItsSecret(
          routing.getInstances("keys", 0, "MASTER").get(0).process());
    } finally {
      provider.closeAndStopAll();
    }
  }

  /** Its environment, which only its user may read, has one secret: neither files nor arguments. */
  private void onlyTheChildKnowsItsSecret(long process) throws Exception {
    Path child = Path.of("/proc", Long.toString(process));
    assertThat(Files.readString(child.resolve("cmdline"), ISO_8859_1)).doesNotContain(secrets());
    assertThat(Files.getPosixFilePermissions(child.resolve("environ")))
        .containsExactly(PosixFilePermission.OWNER_READ);
    String environment = Files.readString(child.resolve("environ"), ISO_8859_1);
    assertThat(environment)
        .contains(base64(ROLES.participant()))
        .doesNotContain(base64(ROLES.controller()))
        .doesNotContain(base64(ROLES.admin()))
        .doesNotContain(base64(ROLES.spectator()))
        .doesNotContain("canary");
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file, ISO_8859_1))
            .as(file.toString())
            .doesNotContain(secrets());
      }
    }
  }

  private static List<String> secrets() {
    return List.of(
        "canary",
        base64(ROLES.participant()),
        base64(ROLES.controller()),
        base64(ROLES.admin()),
        base64(ROLES.spectator()));
  }

  private static String base64(Credential credential) {
    return Base64.getEncoder().encodeToString(credential.proof());
  }

  private static WorkflowSpec waits(Path directory) {
    return WorkflowSpec.builder("waits")
        .job(JobSpec.builder("all")
            .command("wait")
            .numberOfTasks(2)
            .config("directory", directory.toString()))
        .build();
  }

  private void strangersMayDoNothing() throws Exception {
    try (ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "vault").build();
        TaskDriver driver = TaskDriver.builder(store, "vault").build()) {
      assertThatThrownBy(() -> get(admin.pause()))
          .cause()
          .isInstanceOfSatisfying(
              AdminException.class,
              e -> assertThat(e.kind()).isEqualTo(AdminException.Kind.DENIED));
      assertThatThrownBy(() -> get(driver.submit(waits(directory))))
          .cause()
          .isInstanceOfSatisfying(
              TaskException.class, e -> assertThat(e.kind()).isEqualTo(TaskException.Kind.DENIED));
    }
    try (Client known = new Client(List.of(ROLES.admin()));
        Client stranger = new Client(List.of())) {
      List<String> all = new ArrayList<>();
      known.walk(paths.root(), all);

      List<String> open = new ArrayList<>();
      for (String path : all) {
        for (Op op : writes(path)) {
          if (!stranger.isRefused(op)) {
            open.add(op.toString());
          }
        }
      }

      assertThat(open).isEmpty();
      // What all the roles made was among it.
      Set<PathClass> seen = EnumSet.noneOf(PathClass.class);
      all.forEach(path -> seen.add(PathClass.of(paths, path)));
      assertThat(seen)
          .contains(
              PathClass.META,
              PathClass.LEADER,
              PathClass.LIVE_INCARNATION,
              PathClass.ASSIGNMENT,
              PathClass.REPORT,
              PathClass.WORK_BUCKET,
              PathClass.OUTCOME,
              PathClass.WORKFLOW,
              PathClass.WORKFLOW_PROGRESS,
              PathClass.SERVICE,
              PathClass.CONTAINER);
    }
  }

  private List<Op> writes(String path) {
    List<Op> writes = new ArrayList<>();
    writes.add(new Op.Set(path, new byte[0], Op.ANY_VERSION));
    writes.add(new Op.Create(path + "/mine", new byte[0], Op.CreateMode.PERSISTENT, List.of()));
    if (!path.equals(paths.root())) {
      writes.add(new Op.Delete(path, Op.ANY_VERSION));
    }
    return writes;
  }

  /** One session, asked one thing after the other. */
  private final class Client implements AutoCloseable {
    private final ThreadLoop loop = new ThreadLoop("client");
    private final StoreSession session;

    Client(List<Credential> credentials) {
      session =
          store.open(new SessionOptions(Duration.ofSeconds(10), credentials), loop, event -> {});
    }

    private <T> T ask(BiConsumer<StoreSession, Consumer<T>> request) throws Exception {
      CompletableFuture<T> answer = new CompletableFuture<>();
      loop.execute(() -> request.accept(session, answer::complete));
      return get(answer);
    }

    void walk(String path, List<String> all) throws Exception {
      Read node = ask((s, answer) -> s.read(path, answer));
      assertThat(node).as(path).isNotInstanceOf(Read.Denied.class);
      Children children = ask((s, answer) -> s.children(path, answer));
      if (node instanceof Read.Found && children instanceof Children.Found found) {
        all.add(path);
        for (String child : found.names()) {
          walk(path + "/" + child, all);
        }
      }
    }

    /** Whether it may not do it; a znode that has gone meanwhile can be changed by nobody. */
    boolean isRefused(Op op) throws Exception {
      Commit commit = ask((s, answer) -> s.commit(List.of(op), answer));
      return commit instanceof Commit.Refused refused
          && (refused.why() == Commit.Why.NO_AUTH || refused.why() == Commit.Why.NO_NODE);
    }

    @Override
    public void close() {
      CompletableFuture<Boolean> closed = new CompletableFuture<>();
      loop.execute(() -> {
        session.close();
        closed.complete(true);
      });
      assertThat(closed.orTimeout(DEADLINE.toSeconds(), TimeUnit.SECONDS).join())
          .isTrue();
      loop.close();
    }
  }
}
