// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance.ContainerStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessTableTest {
  @TempDir
  private Path proc;

  private void show(String pid, String name, char state, int group, long ticks) throws IOException {
    Path directory = Files.createDirectories(proc.resolve(pid));
    Files.writeString(
        directory.resolve("stat"),
        pid + " (" + name + ") " + state + " 1 " + group + " " + group
            + " 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 " + ticks + " 100 200\n");
  }

  private ProcessTable table() throws IOException {
    show("self", "java", 'R', 1, 1);
    return new ProcessTable(proc);
  }

  @Test
  void readsStatesAlsoBehindNamesWithBlanksAndBrackets() throws IOException {
    show("42", "a) S 1 (b", 'S', 40, 12_345);

    assertThat(table().entry(42))
        .contains(new ProcessTable.Entry(new ProcessId(42, 12_345), 40, true));
  }

  @Test
  void tellsAProcessFromALaterOneWithItsNumber() throws IOException {
    show("42", "java", 'S', 42, 100);

    assertThat(table().isRunning(new ProcessId(42, 100))).isTrue();
    assertThat(table().isRunning(new ProcessId(42, 99))).isFalse();
    assertThat(table().isRunning(new ProcessId(43, 100))).isFalse();
    assertThat(table().identify(43)).isEqualTo(new ProcessId(43, 0));
    assertThat(table().isRunning(ProcessId.NONE)).isFalse();
  }

  @Test
  void doesNotCountZombiesAsRunning() throws IOException {
    show("42", "java", 'Z', 42, 100);

    assertThat(table().entry(42)).isPresent();
    assertThat(table().isRunning(new ProcessId(42, 100))).isFalse();
  }

  @Test
  void findsTheProcessesOfAStartByGroupAndByVariables() throws IOException {
    Path cluster = Path.of("/root/test");
    show("50", "java", 'S', 50, 1);
    show("51", "child", 'S', 50, 2);
    show("52", "zombie", 'Z', 50, 3);
    show("53", "daemon", 'S', 53, 4);
    show("54", "other root", 'S', 54, 5);
    show("55", "stranger", 'S', 55, 6);
    variables(
        "53",
        "HEDDLE_CONTAINER_ID=DB-0.1\0HEDDLE_START_ID=s1\0"
            + "HEDDLE_CONTAINER_DIR=/root/test/DB-0.1\0");
    variables(
        "54",
        "HEDDLE_CONTAINER_ID=DB-0.1\0HEDDLE_START_ID=s1\0"
            + "HEDDLE_CONTAINER_DIR=/elsewhere/test/DB-0.1\0");
    var start = new ContainerStart(ContainerId.of("DB-0.1"), "s1");
    Survivors survivors = new Survivors(table(), cluster);

    assertThat(survivors.of(start, new ProcessId(50, 1)))
        .containsExactlyInAnyOrder(
            new ProcessId(50, 1), new ProcessId(51, 2), new ProcessId(53, 4));
    assertThat(survivors.of(start, new ProcessId(50, 999))).containsExactly(new ProcessId(53, 4));
    assertThat(survivors.all().asMap()).containsOnlyKeys(start);
  }

  private void variables(String pid, String environment) throws IOException {
    Files.writeString(proc.resolve(pid).resolve("environ"), environment);
  }

  @Test
  void knowsLittleWithoutAProcFileSystem() throws IOException {
    ProcessTable none = new ProcessTable(proc.resolve("none"));
    long own = ProcessHandle.current().pid();

    assertThat(none.isComplete()).isFalse();
    assertThat(none.all()).isEmpty();
    assertThat(none.isRunning(none.identify(own))).isTrue();
    assertThat(none.isRunning(new ProcessId(own, 1))).isFalse();
  }
}
