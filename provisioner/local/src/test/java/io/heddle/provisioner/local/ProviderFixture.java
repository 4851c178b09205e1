// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.ListenableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/** Providers on one root, what they tell, and the containers' processes. */
abstract class ProviderFixture {
  final ProcessTable table = new ProcessTable(Path.of("/proc"));
  final BlockingQueue<ContainerEnd> ends = new LinkedBlockingQueue<>();
  private final List<LocalContainerProvider> opened = new ArrayList<>();

  @TempDir
  Path root;

  @AfterEach
  void leaveNoProcess() throws IOException {
    opened.forEach(LocalContainerProvider::close);
    try (LocalContainerProvider cleaner = TestContainers.builder(root).build()) {
      assertThat(cleaner.closeAndStopAll()).isEmpty();
    }
    TestContainers.await("no process is left: " + survivors().all(), this::noProcessIsLeft);
  }

  LocalContainerProvider open(LocalContainerProviderBuilder builder) {
    LocalContainerProvider provider = builder.build();
    provider.listen(ends::add);
    opened.add(provider);
    return provider;
  }

  LocalContainerProvider open() {
    return open(TestContainers.builder(root));
  }

  Survivors survivors() {
    return new Survivors(table, root.resolve("test"));
  }

  boolean noProcessIsLeft() throws IOException {
    return survivors().all().isEmpty();
  }

  static <T> T get(ListenableFuture<T> future) throws Exception {
    try {
      return future.get(TestContainers.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof ContainerProviderException cause ? cause : e;
    }
  }

  ContainerEnd nextEnd() throws InterruptedException {
    @Nullable ContainerEnd end = ends.poll(TestContainers.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    if (end == null) {
      throw new AssertionError("no end was told");
    }
    return end;
  }

  /** Allocates and starts a container. */
  static ContainerId start(LocalContainerProvider provider, ContainerSpec spec) throws Exception {
    get(provider.allocateContainer(spec));
    assertThat(get(provider.startContainer(spec.id(), TestContainers.participant(spec))))
        .isTrue();
    return spec.id();
  }

  /** Starts a container and waits until its process does what it is to do. */
  static ContainerId startReady(LocalContainerProvider provider, ContainerSpec spec)
      throws Exception {
    ContainerId id = start(provider, spec);
    awaitReady(provider, id);
    return id;
  }

  static void awaitReady(LocalContainerProvider provider, ContainerId id) throws IOException {
    Path ready = provider.directory(id).resolve(TestChild.READY);
    TestContainers.await(id + " is ready", () -> Files.exists(ready));
  }

  LaunchRecord launch(ContainerId id) throws IOException {
    return new ClusterDirectory(root.resolve("test"), 0)
        .container(id)
        .readLaunch()
        .orElseThrow();
  }

  static void kill(ProcessId process) {
    assertThat(ProcessHandle.of(process.pid()).map(ProcessHandle::destroyForcibly))
        .contains(true);
  }

  static ContainerStatus.Running running(ContainerId id, LaunchRecord launch) {
    return new ContainerStatus.Running(new ContainerStart(id, launch.startId()));
  }

  static String log(LocalContainerProvider provider, ContainerId id, String name)
      throws IOException {
    return Files.readString(provider.directory(id).resolve(name));
  }
}
