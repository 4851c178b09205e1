// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static io.heddle.provisioner.local.TestContainers.await;
import static io.heddle.provisioner.local.TestContainers.spec;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.google.common.collect.Maps;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerEnd.Reason;
import io.heddle.provisioner.ContainerEnvironment;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import io.heddle.schema.AccessControl;
import io.heddle.schema.Role;
import io.heddle.store.Credential;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Containers of a controller that lives. */
class LocalContainerProviderIT extends ProviderFixture {
  private static ContainerSpec family() {
    return spec("DB-0.1", "DB-0", "family");
  }

  @Test
  void givesTheProcessItsHeapCoresVariablesAndLogs() throws Exception {
    LocalContainerProvider provider = open();
    ContainerSpec small = spec("DB-0.1", "DB-0", "run");
    ContainerSpec spec = new ContainerSpec(
        small.id(),
        small.participant(),
        small.service(),
        256,
        1,
        small.mainClass(),
        "",
        small.config());

    ContainerId id = startReady(provider, spec);

    LaunchRecord launch = launch(id);
    assertThat(launch.command()).contains("-Xmx192m", "-XX:+ExitOnOutOfMemoryError");
    assertThat(log(provider, id, "stdout.log"))
        .isEqualTo("hello from DB-0 in DB-0.1#" + launch.startId() + "\n");
    assertThat(log(provider, id, "stderr.log")).matches("max 1[89][0-9] cpus 1\n");
    assertThat(table.entry(launch.main().pid()).orElseThrow().group())
        .isEqualTo(launch.main().pid());
  }

  @Test
  void keepsACredentialOutOfEverythingButTheEnvironment() throws Exception {
    Credential credential = new Credential("digest", "user:canary-secret".getBytes(UTF_8));
    LocalContainerProvider provider = open(new LocalContainerProviderBuilder(
        root, ClusterAccess.secured("test", "127.0.0.1:2181", credential, everybody(credential))));

    ContainerId id = startReady(provider, spec("DB-0.1", "DB-0", "run"));

    long pid = launch(id).main().pid();
    assertThat(table.environment(pid))
        .anyMatch(variable -> variable.startsWith(ContainerEnvironment.CREDENTIAL + "=digest:"));
    String encoded = java.util.Base64.getEncoder().encodeToString(credential.proof());
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).doesNotContain("canary-secret", encoded);
      }
    }
  }

  private static AccessControl everybody(Credential credential) {
    return AccessControl.byRole(
        Maps.toMap(List.of(Role.values()), role -> AccessControl.Identity.of(credential)));
  }

  @Test
  void asksAProcessToEndBeforeItMakesItEnd() throws Exception {
    LocalContainerProvider provider = open();
    ContainerId id = startReady(provider, spec("DB-0.1", "DB-0", "drain"));

    assertThat(get(provider.stopContainer(id))).isTrue();

    ContainerEnd end = nextEnd();
    assertThat(end.reason()).isEqualTo(Reason.KILLED_BY_US);
    assertThat(end.exitCode()).hasValue(143);
    assertThat(end.certified()).isTrue();
    assertThat(log(provider, id, "stdout.log")).endsWith("drained\n");
  }

  @Test
  void killsAProcessThatDoesNotEndWithinTheGrace() throws Exception {
    LocalContainerProvider provider =
        open(TestContainers.builder(root).stopGrace(Duration.ofMillis(300)));
    ContainerId id = startReady(provider, spec("DB-0.1", "DB-0", "stubborn"));

    assertThat(get(provider.stopContainer(id))).isTrue();

    ContainerEnd end = nextEnd();
    assertThat(end.reason()).isEqualTo(Reason.KILLED_BY_US);
    assertThat(end.exitCode()).hasValue(137);
    assertThat(end.certified()).isTrue();
  }

  @Test
  void stopsAContainerThatHasJustBeenStarted() throws Exception {
    LocalContainerProvider provider =
        open(TestContainers.builder(root).stopGrace(Duration.ofHours(1)));

    for (int i = 0; i < 5; i++) {
      ContainerId id = start(provider, spec("DB-0." + i, "DB-0", "run"));

      assertThat(get(provider.stopContainer(id))).isTrue();
    }
  }

  @Test
  void takesTheWholeFamilyAlongWhenItStops() throws Exception {
    LocalContainerProvider provider =
        open(TestContainers.builder(root).stopGrace(Duration.ofMillis(500)));
    ContainerId id = startReady(provider, family());
    assertThat(survivors().all().size()).isGreaterThanOrEqualTo(5);

    assertThat(get(provider.stopContainer(id))).isTrue();

    await("also the daemon is gone", this::noProcessIsLeft);
    assertThat(nextEnd().certified()).isTrue();
  }

  @Test
  void certifiesTheEndOfAKilledProcessOnceItsGroupIsEmpty() throws Exception {
    LocalContainerProvider provider = open();
    ContainerId id = startReady(provider, family());
    LaunchRecord launch = launch(id);

    kill(launch.main());

    ContainerEnd end = nextEnd();
    assertThat(table.all())
        .noneMatch(entry -> entry.running() && entry.group() == launch.main().pid());
    assertThat(end.certified()).isTrue();
    assertThat(end.reason()).isEqualTo(Reason.EXITED);
    assertThat(end.exitCode()).hasValue(137);
    assertThat(end.startId()).isEqualTo(launch.startId());
    await("also the daemon is gone", this::noProcessIsLeft);
  }

  @Test
  void tellsOfAKillWithoutDelay() throws Exception {
    LocalContainerProvider provider = open();
    StringBuilder latencies = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      ContainerId id = startReady(provider, spec("DB-0." + i, "DB-0", "run"));
      LaunchRecord launch = launch(id);
      long before = System.nanoTime();

      kill(launch.main());

      assertThat(nextEnd().certified()).isTrue();
      latencies.append(' ').append((System.nanoTime() - before) / 1000).append(" µs");
    }
    System.out.println("from SIGKILL to the certified end:" + latencies);
  }

  @Test
  void killsAndCertifiesAProcessWhoseWaiterWasKilled() throws Exception {
    LocalContainerProvider provider = open();
    ContainerId id = startReady(provider, family());
    LaunchRecord launch = launch(id);

    kill(launch.waiter());

    ContainerEnd end = nextEnd();
    assertThat(table.isRunning(launch.main())).isFalse();
    assertThat(survivors().all().asMap()).isEmpty();
    assertThat(end.certified()).isTrue();
    assertThat(end.exitCode()).isEmpty();
    assertThat(end.reason()).isEqualTo(Reason.UNKNOWN);
  }

  @Test
  void saysThatAProcessRanOutOfMemory() throws Exception {
    LocalContainerProvider provider = open();

    start(provider, spec("DB-0.1", "DB-0", "exhaust"));

    ContainerEnd end = nextEnd();
    assertThat(end.reason()).isEqualTo(Reason.OOM);
    assertThat(end.exitCode()).hasValue(3);
    assertThat(end.isFailure()).isTrue();
  }

  @Test
  void showsTheErrorsOfAProcessThatCanNotRun() throws Exception {
    LocalContainerProvider provider = open();
    ContainerSpec spec = spec("DB-0.1", "DB-0", "run");
    ContainerSpec wrong = new ContainerSpec(
        spec.id(), spec.participant(), spec.service(), 64, 0, "no.such.Main", "", spec.config());

    start(provider, wrong);

    ContainerEnd end = nextEnd();
    assertThat(end.reason()).isEqualTo(Reason.LAUNCH_FAILED);
    assertThat(end.certified()).isTrue();
    assertThat(end.detail()).contains("Could not find or load main class no.such.Main");
  }

  @Test
  void saysThatThereIsNoJava() throws Exception {
    LocalContainerProvider provider =
        open(TestContainers.builder(root).java(Path.of("/no/such/java")));

    start(provider, spec("DB-0.1", "DB-0", "run"));

    ContainerEnd end = nextEnd();
    assertThat(end.reason()).isEqualTo(Reason.LAUNCH_FAILED);
    assertThat(end.detail()).contains("/no/such/java");
  }

  @Test
  void failsAStartThatMakesNoProcess() throws Exception {
    LocalContainerProvider provider = open(TestContainers.builder(root).jvmOption("-Dnul=" + '\0'));
    ContainerSpec spec = spec("DB-0.1", "DB-0", "run");
    get(provider.allocateContainer(spec));

    assertThatExceptionOfType(ContainerProviderException.class)
        .isThrownBy(() -> get(provider.startContainer(spec.id(), TestContainers.participant(spec))))
        .withMessageStartingWith("container DB-0.1 can't be started: can't be started: ")
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.ENDED));

    assertThat(nextEnd().reason()).isEqualTo(Reason.LAUNCH_FAILED);
  }

  @Test
  void failsAStartWhoseWaiterDoesNotTellOfAProcess() throws Exception {
    LocalContainerProvider provider =
        open(TestContainers.builder(root).setsid(Optional.of(Path.of("/bin/true"))));
    ContainerSpec spec = spec("DB-0.1", "DB-0", "run");
    get(provider.allocateContainer(spec));

    assertThatExceptionOfType(ContainerProviderException.class)
        .isThrownBy(() -> get(provider.startContainer(spec.id(), TestContainers.participant(spec))))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.ENDED));

    ContainerEnd end = nextEnd();
    assertThat(end.reason()).isEqualTo(Reason.LAUNCH_FAILED);
    assertThat(end.certified()).isTrue();
  }

  @Test
  void refusesAPackageThatIsNotThere() {
    LocalContainerProvider provider = open();
    ContainerSpec spec = spec("DB-0.1", "DB-0", "run");

    for (String uri : new String[] {"file:///no/such.jar", "hdfs://nn/x.jar"}) {
      ContainerSpec packaged = new ContainerSpec(
          spec.id(), spec.participant(), spec.service(), 64, 0, "x.Main", uri, spec.config());
      assertThatExceptionOfType(ContainerProviderException.class)
          .isThrownBy(() -> get(provider.allocateContainer(packaged)))
          .withMessageStartingWith("container DB-0.1: package " + uri)
          .satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.IMPOSSIBLE));
    }
  }

  @Test
  void keepsTheLogsOfReleasedContainersForAWhile() throws Exception {
    LocalContainerProvider provider = open(TestContainers.builder(root).keepReleased(1));
    ContainerId first = start(provider, spec("DB-0.1", "DB-0", "exit"));
    nextEnd();
    get(provider.deallocateContainer(first));
    ContainerId second = start(provider, spec("DB-0.2", "DB-0", "exit"));
    nextEnd();

    get(provider.deallocateContainer(second));

    Path released = root.resolve("test/.released");
    assertThat(released).isDirectoryContaining("glob:**DB-0.2");
    assertThat(released).isDirectoryNotContaining("glob:**DB-0.1");
    assertThat(released.resolve("DB-0.2/stdout.log")).content().startsWith("hello");
  }

  @Test
  void stopsEverythingOnAnOrderlyClose() throws Exception {
    LocalContainerProvider provider = open();
    start(provider, spec("DB-0.1", "DB-0", "run"));
    startReady(provider, spec("DB-1.1", "DB-1", "drain"));
    get(provider.allocateContainer(spec("DB-2.1", "DB-2", "run")));

    assertThat(provider.closeAndStopAll()).isEmpty();

    assertThat(survivors().all().asMap()).isEmpty();
  }

  @Test
  void doesNotCertifyWithoutProcessGroupsButStopsTheTree() throws Exception {
    LocalContainerProvider provider = open(
        TestContainers.builder(root).setsid(Optional.empty()).stopGrace(Duration.ofMillis(500)));
    ContainerId id = startReady(provider, family());

    assertThat(get(provider.stopContainer(id))).isTrue();

    ContainerEnd end = nextEnd();
    assertThat(end.certified()).isFalse();
    assertThat(end.reason()).isEqualTo(Reason.KILLED_BY_US);
    assertThat(provider.capabilities().certifiesEnds()).isFalse();
    assertThat(provider.capabilities().note()).contains("setsid");
    await("all are gone", this::noProcessIsLeft);
  }
}
