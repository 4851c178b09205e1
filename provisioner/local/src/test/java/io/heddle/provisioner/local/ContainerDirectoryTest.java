// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ContainerDirectoryTest {
  private static final LaunchRecord LAUNCH = new LaunchRecord(
      "s1",
      "boot",
      "pid:[1]",
      new ProcessId(1, 2),
      3,
      ImmutableList.of("java", "-cp", "a b\"ü"),
      new ProcessId(4, 5),
      new ProcessId(6, 7));

  @TempDir
  private Path root;

  private ClusterDirectory cluster;
  private ContainerDirectory directory;

  @BeforeEach
  void allocate() throws IOException {
    cluster = new ClusterDirectory(root.resolve("test"), 2);
    directory = cluster.container(ContainerId.of("DB-0.1"));
    directory.writeSpec(TestContainers.spec("DB-0.1", "DB-0", "run", "text", "\"ü\n"));
  }

  @Test
  void readsWhatItWrote() throws IOException {
    ContainerSpec spec = TestContainers.spec("DB-0.1", "DB-0", "run", "text", "\"ü\n");
    directory.writeLaunch(LAUNCH);

    assertThat(directory.readSpec()).contains(spec);
    assertThat(directory.readLaunch()).contains(LAUNCH);
    assertThat(cluster.containers()).containsExactly(spec.id());
  }

  @Test
  void letsOneStartOnly() throws IOException {
    assertThat(directory.claim(LAUNCH)).isTrue();
    assertThat(directory.claim(LAUNCH.withProcesses(ProcessId.NONE, ProcessId.NONE)))
        .isFalse();

    assertThat(directory.readLaunch()).contains(LAUNCH);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0", "0 0 0", "x 0", "0 2", "-1 0"})
  void takesAnExitThatIsNotWholeForNone(String content) throws IOException {
    Files.writeString(directory.path().resolve("exit"), content);

    assertThat(directory.readExit()).isEmpty();
  }

  @Test
  void readsWhatWaitersLeave() throws IOException {
    Files.writeString(directory.path().resolve("exit"), "143 1\n");
    assertThat(directory.readExit().orElseThrow().status()).hasValue(143);
    assertThat(directory.readExit().orElseThrow().group())
        .isEqualTo(ContainerDirectory.Exit.Group.NOT_EMPTY);

    directory.writeUnseenEnd();
    assertThat(directory.readExit().orElseThrow().status()).isEmpty();
  }

  @Test
  void refusesDocumentsThatItDidNotWrite() throws IOException {
    Files.writeString(directory.path().resolve("launch.json"), "{\"startId\": \"s1\"}");

    assertThatIOException()
        .isThrownBy(directory::readLaunch)
        .withMessageContaining("not the document that was written: bootId is missing");
  }

  @Test
  void showsTheEndOfALog() throws IOException {
    Files.writeString(directory.path().resolve(ContainerDirectory.STDERR), "abcdef");

    assertThat(directory.tail(ContainerDirectory.STDERR, 3)).isEqualTo("def");
    assertThat(directory.tail(ContainerDirectory.STDERR, 100)).isEqualTo("abcdef");
    assertThat(directory.tail(ContainerDirectory.STDOUT, 3)).isEmpty();
  }

  @Test
  void isStillReadOnceItWasReleased() throws IOException {
    directory.writeLaunch(LAUNCH);

    cluster.release(directory);

    assertThat(directory.exists()).isFalse();
    assertThat(directory.readLaunch()).contains(LAUNCH);
    assertThat(cluster.containers()).isEmpty();
  }
}
