// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.embedded.EmbeddedZooKeeper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its user runs it: a process of its own, told to end by a signal. */
class ApplicationMainIT {
  private static final Duration DEADLINE = Duration.ofSeconds(90);
  private static final String APPLICATION = """
      appName: shop
      services: [KEYS]
      serviceConfigMap: {KEYS: {num_containers: 1, memory: 96}}
      serviceMainClassMap: {KEYS: io.heddle.launcher.KeyService}
      taskConfigs:
        - {name: works, yamlFile: works.yaml}
        - {name: fails, yamlFile: fails.yaml}
      """;

  @TempDir
  Path directory;

  private final List<Process> started = new ArrayList<>();

  @BeforeEach
  void writeFiles() throws IOException {
    write("shop.yaml", APPLICATION);
    write("works.yaml", """
        name: works
        jobs:
          - {name: all, command: wait, numberOfTasks: 2, jobCommandConfigMap: {directory: "%s"}}
        """.formatted(directory));
    write("fails.yaml", """
        name: fails
        jobs:
          - {name: all, command: wait, numberOfTasks: 1, maxAttemptsPerTask: 1}
        """);
    write("gate", "open");
  }

  @AfterEach
  void endWhatIsLeft() {
    for (Process process : started) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Process run(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
        "-cp",
        System.getProperty("java.class.path"),
        ApplicationMain.class.getName(),
        directory.resolve("shop.yaml").toString(),
        "--data",
        directory.resolve("data").toString()));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command)
        .redirectOutput(directory.resolve(name + ".out").toFile())
        .redirectError(directory.resolve(name + ".err").toFile())
        .start();
    started.add(process);
    return process;
  }

  private String text(String file) {
    try {
      return Files.readString(directory.resolve(file), UTF_8);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as(what).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  private static void awaitEnd(Process process) throws InterruptedException {
    assertThat(process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS))
        .as("it ends")
        .isTrue();
  }

  private Path credentials() throws IOException {
    Path file = write("credentials", """
        controller=ctl:canary-one
        admin=adm:canary-two
        participant=part:canary-three
        spectator=spec:canary-four
        """);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void tellsHowItsWorkflowsEndAndLeavesNoChildBehind() throws Exception {
    Process process = run("secured", "--credentials", credentials().toString());

    await(
        "both workflows end",
        () -> text("secured.out").contains("Workflow works: COMPLETED")
            && text("secured.out").contains("Workflow fails: FAILED"));
    List<ProcessHandle> children = process.descendants().toList();
    process.destroy();
    awaitEnd(process);

    assertThat(text("secured.out"))
        .contains("Application shop runs")
        .contains("job all: COMPLETED, 2 of 2 tasks completed")
        .contains("job all: FAILED, 0 of 1 tasks completed");
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(children).isNotEmpty().noneMatch(ProcessHandle::isAlive);
    assertThat(text("secured.out") + text("secured.err")).doesNotContain("canary");
  }

  @Test
  void failsWithAMessageIfItMayNotUseTheCluster() throws Exception {
    Process secured = run("secured", "--credentials", credentials().toString());
    await("it runs", () -> text("secured.out").contains("Application shop runs"));
    secured.destroy();
    awaitEnd(secured);

    Process stranger = run("stranger");
    awaitEnd(stranger);

    assertThat(stranger.exitValue()).isEqualTo(1);
    assertThat(text("stranger.err"))
        .contains("shop.yaml: the application cannot be started: /shop/meta: this identity may not"
            + " read it");
    assertThat(text("stranger.out")).isEmpty();
    assertThat(stranger.descendants()).isEmpty();
  }

  @Test
  void failsWithAMessageIfItsDataAreInUse() throws Exception {
    try (EmbeddedZooKeeper other = EmbeddedZooKeeper.builder()
        .dataDirectory(directory.resolve("data/zookeeper"))
        .start()) {
      Process process = run("second");
      awaitEnd(process);

      assertThat(other.isRunning()).isTrue();
      assertThat(process.exitValue()).isEqualTo(1);
      assertThat(text("second.err"))
          .contains("cannot be started: another server uses the data directory");
    }
  }

  @Test
  void startsNothingIfAWorkflowIsWrong() throws Exception {
    write(
        "fails.yaml", "name: fails\njobs:\n  - {name: all, command: wait, numberOfTasks: some}\n");

    Process process = run("wrong");
    awaitEnd(process);

    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(text("wrong.err"))
        .contains(directory.resolve("fails.yaml") + ":3:47: jobs[0].numberOfTasks = 'some': ");
    assertThat(directory.resolve("data")).doesNotExist();
  }

  @Test
  void saysHowItIsCalled() throws Exception {
    Process process = run("called", "--nonsense");
    awaitEnd(process);

    assertThat(process.exitValue()).isEqualTo(2);
    assertThat(text("called.err")).contains("Usage: app FILE [--data DIRECTORY]");
  }
}
