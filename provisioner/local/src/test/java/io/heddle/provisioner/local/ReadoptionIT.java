// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static io.heddle.provisioner.local.TestContainers.await;
import static io.heddle.provisioner.local.TestContainers.spec;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.heddle.model.ContainerId;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerEnd.Reason;
import io.heddle.provisioner.ContainerStatus;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Containers whose controller is gone, and the next one. */
class ReadoptionIT extends ProviderFixture {
  private static final ContainerId ID = ContainerId.of("DB-0.1");

  /** Runs a controller in its own process until its container is ready, then kills it. */
  private void runAndKillController(String lifeline) throws IOException {
    Process controller = new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            ControllerMain.class.getName(),
            root.toString(),
            lifeline)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
    try (BufferedReader reader = controller.inputReader()) {
      assertThat(reader.readLine()).isEqualTo("started");
    } finally {
      controller.destroyForcibly().onExit().join();
    }
  }

  @Test
  void findsTheContainersOfAKilledControllerAndTheirExitStatus() throws Exception {
    runAndKillController("none");
    LaunchRecord launch = launch(ID);
    LocalContainerProvider next = open();
    assertThat(get(next.list())).containsExactly(running(ID, launch));

    kill(launch.main());

    ContainerEnd end = nextEnd();
    assertThat(end.startId()).isEqualTo(launch.startId());
    assertThat(end.exitCode()).hasValue(137);
    assertThat(end.certified()).isTrue();
    assertThat(end.reason()).isEqualTo(Reason.EXITED);
  }

  @Test
  void letsNoContainerOutliveAControllerThatIsItsLifeline() throws Exception {
    runAndKillController("lifeline");

    await("no process is left", this::noProcessIsLeft);
    assertThat(get(open().list()))
        .singleElement()
        .isInstanceOfSatisfying(ContainerStatus.Ended.class, ended -> {
          assertThat(ended.end().exitCode()).hasValue(143);
          assertThat(ended.end().certified()).isTrue();
        });
  }

  @Test
  void endsContainersThatHangOnAProviderThatIsClosed() throws Exception {
    LocalContainerProvider provider = open(TestContainers.builder(root).dieWithController());
    startReady(provider, spec("DB-0.1", "DB-0", "drain"));

    provider.close();

    await("no process is left", this::noProcessIsLeft);
    assertThat(log(provider, ID, "stdout.log")).endsWith("drained\n");
  }

  @Test
  void learnsOfAnEndThatNobodySaw() throws Exception {
    LocalContainerProvider provider = open();
    startReady(provider, spec("DB-0.1", "DB-0", "run"));
    LaunchRecord launch = launch(ID);
    provider.close();
    kill(launch.main());
    await("the waiter has written", () -> Files.exists(provider.directory(ID).resolve("exit")));

    LocalContainerProvider next = open();

    assertThat(get(next.list()))
        .singleElement()
        .isInstanceOfSatisfying(ContainerStatus.Ended.class, ended -> {
          assertThat(ended.end().exitCode()).hasValue(137);
          assertThat(ended.end().certified()).isTrue();
          assertThat(ended.end().startId()).isEqualTo(launch.startId());
        });
    assertThat(nextEnd().exitCode()).hasValue(137);
  }

  @Test
  void certifiesWithoutStatusWhenProcessAndWaiterWereKilledUnseen() throws Exception {
    LocalContainerProvider provider = open();
    startReady(provider, spec("DB-0.1", "DB-0", "run"));
    LaunchRecord launch = launch(ID);
    provider.close();
    kill(launch.waiter());
    kill(launch.main());
    await("both are gone", this::noProcessIsLeft);

    LocalContainerProvider next = open();
    get(next.list());

    ContainerEnd end = nextEnd();
    assertThat(end.certified()).isTrue();
    assertThat(end.exitCode()).isEmpty();
    assertThat(end.reason()).isEqualTo(Reason.UNKNOWN);
    next.close();
    assertThat(get(open().list())).containsExactly(new ContainerStatus.Ended(end));
  }

  @Test
  void endsAProcessThatLostItsWaiterWhileNobodyLooked() throws Exception {
    LocalContainerProvider provider = open();
    startReady(provider, spec("DB-0.1", "DB-0", "family"));
    LaunchRecord launch = launch(ID);
    provider.close();
    kill(launch.waiter());
    await("the waiter is gone", () -> !table.isRunning(launch.waiter()));

    get(open().list());

    assertThat(nextEnd().certified()).isTrue();
    assertThat(survivors().all().asMap()).isEmpty();
  }

  @Test
  void leavesAProcessAloneThatHasTheNumberOfAnEarlierOne() throws Exception {
    LocalContainerProvider provider = open();
    start(provider, spec("DB-0.1", "DB-0", "exit"));
    nextEnd();
    Process innocent = new ProcessBuilder("setsid", "sleep", "600").start();
    try {
      ContainerDirectory directory = new ClusterDirectory(root.resolve("test"), 0).container(ID);
      ProcessId reused = new ProcessId(innocent.pid(), 1);
      directory.writeLaunch(launch(ID).withProcesses(reused, reused));
      Files.delete(directory.path().resolve("exit"));
      provider.close();

      LocalContainerProvider next = open();
      get(next.list());

      assertThat(nextEnd().certified()).isTrue();
      assertThat(get(next.stopContainer(ID))).isFalse();
      assertThat(innocent.isAlive()).isTrue();
    } finally {
      innocent.destroyForcibly();
    }
  }

  @Test
  void countsAsLostWhatRanBeforeTheMachineWasBooted() throws Exception {
    LocalContainerProvider provider = open();
    start(provider, spec("DB-0.1", "DB-0", "exit"));
    nextEnd();
    provider.close();
    ContainerDirectory directory = new ClusterDirectory(root.resolve("test"), 0).container(ID);
    LaunchRecord launch = launch(ID);
    directory.writeLaunch(new LaunchRecord(
        launch.startId(),
        "another boot",
        launch.namespace(),
        launch.controller(),
        launch.startedAtMillis(),
        ImmutableList.of(),
        launch.waiter(),
        launch.main()));
    Files.delete(directory.path().resolve("exit"));

    get(open().list());

    ContainerEnd end = nextEnd();
    assertThat(end.certified()).isFalse();
    assertThat(end.reason()).isEqualTo(Reason.NODE_LOST);
  }

  @Test
  void endsWhatAControllerStartedThatDiedBeforeItCouldRecordIt() throws Exception {
    LocalContainerProvider provider = open();
    startReady(provider, spec("DB-0.1", "DB-0", "run"));
    provider.close();
    LaunchRecord launch = launch(ID);
    LaunchRecord interrupted = new LaunchRecord(
        launch.startId(),
        launch.bootId(),
        launch.namespace(),
        new ProcessId(launch.controller().pid(), 1),
        launch.startedAtMillis(),
        ImmutableList.of(),
        ProcessId.NONE,
        ProcessId.NONE);
    new ClusterDirectory(root.resolve("test"), 0).container(ID).writeLaunch(interrupted);

    get(open().list());

    ContainerEnd end = nextEnd();
    assertThat(end.reason()).isEqualTo(Reason.LAUNCH_FAILED);
    assertThat(end.certified()).isTrue();
    assertThat(survivors().all().asMap()).isEmpty();
  }

  @Test
  void findsAndStopsProcessesWhoseDirectoryIsGone() throws Exception {
    LocalContainerProvider provider = open();
    startReady(provider, spec("DB-0.1", "DB-0", "run"));
    LaunchRecord launch = launch(ID);
    provider.close();
    MoreFiles.deleteRecursively(root.resolve("test/DB-0.1"), RecursiveDeleteOption.ALLOW_INSECURE);

    LocalContainerProvider next = open();
    assertThat(get(next.list())).containsExactly(running(ID, launch));

    assertThat(get(next.stopContainer(ID))).isTrue();
    assertThat(get(next.stopContainer(ID))).isFalse();
    assertThat(get(next.list())).isEmpty();
    assertThat(nextEnd().startId()).isEqualTo(launch.startId());
  }

  @Test
  void ignoresContainersOfTheSameNameUnderAnotherRoot() throws Exception {
    LocalContainerProvider provider = open();
    startReady(provider, spec("DB-0.1", "DB-0", "run"));
    Path otherRoot = Files.createDirectory(root.resolve("other"));

    LocalContainerProvider other = open(TestContainers.builder(otherRoot));

    assertThat(get(other.list())).isEmpty();
    assertThat(get(other.stopContainer(ID))).isFalse();
  }
}
