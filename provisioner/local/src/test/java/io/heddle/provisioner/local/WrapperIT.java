// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heddle.model.ContainerId;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The waiter's script, in the shells that {@code /bin/sh} may be. */
class WrapperIT {
  private final ProcessTable table = new ProcessTable(Path.of("/proc"));
  private final List<Process> waiters = new ArrayList<>();

  @TempDir
  private Path root;

  @AfterEach
  void endAll() {
    waiters.forEach(Process::destroyForcibly);
  }

  private ContainerDirectory directory() throws IOException {
    ContainerDirectory directory =
        new ClusterDirectory(root, 0).container(ContainerId.of("DB-0.1"));
    Files.createDirectories(directory.path());
    return directory;
  }

  private Process wait(String shell, String group, String lifeline, String... command)
      throws IOException {
    assumeTrue(Files.isExecutable(Path.of(shell)), shell);
    List<String> words = new ArrayList<>(List.of("setsid", shell));
    words.add(directory().writeWrapper().toString());
    words.addAll(List.of(directory().path().toString(), group, lifeline, "5"));
    words.addAll(List.of(command));
    Process waiter =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    waiters.add(waiter);
    return waiter;
  }

  private ProcessId main(Process waiter) throws IOException {
    try (BufferedReader reader = waiter.inputReader()) {
      return table.identify(Long.parseLong(reader.readLine()));
    }
  }

  private String exit(Process waiter) throws IOException {
    waiter.onExit().join();
    return Files.readString(directory().path().resolve("exit")).strip();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/ash", "/bin/sh"})
  void leavesTheExitStatusAndAnEmptyGroup(String shell) throws IOException {
    Process waiter = wait(shell, "setsid", "none", "sh", "-c", "echo out; echo err >&2; exit 9");

    assertThat(exit(waiter)).isEqualTo("9 0");
    assertThat(waiter.exitValue()).isEqualTo(9);
    assertThat(directory().path().resolve("stdout.log")).hasContent("out");
    assertThat(directory().path().resolve("stderr.log")).hasContent("err");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/ash", "/bin/sh"})
  void takesTheGroupAlong(String shell) throws IOException {
    Process waiter =
        wait(shell, "setsid", "none", "sh", "-c", "trap '' TERM; sleep 600 & exec sleep 601");
    ProcessId main = main(waiter);

    TestContainers.await("the child is there", () -> members(main) == 2);
    ProviderFixture.kill(main);

    assertThat(exit(waiter)).startsWith("137 ");
    assertThat(members(main)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/ash", "/bin/sh"})
  void passesASignalOnToTheProcess(String shell) throws IOException {
    Process waiter = wait(
        shell,
        "setsid",
        "none",
        "sh",
        "-c",
        "trap 'exit 5' TERM; touch \"$0\"; while :; do sleep 0.01; done",
        root.resolve("ready").toString());
    main(waiter);
    TestContainers.await("it traps", () -> Files.exists(root.resolve("ready")));

    waiter.toHandle().destroy();

    assertThat(exit(waiter)).isEqualTo("5 0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/ash", "/bin/sh"})
  void endsAStubbornProcessWhenItsLifelineEnds(String shell) throws IOException {
    Process waiter = wait(
        shell,
        "setsid",
        "stdin",
        "sh",
        "-c",
        "trap '' TERM; touch \"$0\"; while :; do sleep 0.01; done",
        root.resolve("ready").toString());
    ProcessId main = main(waiter);
    TestContainers.await("it traps", () -> Files.exists(root.resolve("ready")));

    waiter.getOutputStream().close();

    assertThat(exit(waiter)).startsWith("137 ");
    assertThat(members(main)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/ash", "/bin/sh"})
  void leavesNoWatcherBehind(String shell) throws IOException {
    Process waiter = wait(shell, "setsid", "stdin", "sh", "-c", "exit 4");
    long session = waiter.pid();

    assertThat(exit(waiter)).isEqualTo("4 0");
    TestContainers.await(
        "the watcher is gone",
        () -> table.all().stream().noneMatch(e -> e.running() && e.group() == session));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bin/dash", "/bin/bash", "/bin/ash", "/bin/sh"})
  void saysThatItKnowsNothingOfAGroupThatIsNotThere(String shell) throws IOException {
    assertThat(exit(wait(shell, "-", "none", "sh", "-c", "exit 3"))).isEqualTo("3 -");
  }

  private long members(ProcessId main) throws IOException {
    return table.all().stream()
        .filter(entry -> entry.running() && entry.group() == main.pid())
        .count();
  }
}
