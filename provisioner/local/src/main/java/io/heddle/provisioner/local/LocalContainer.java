// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerStatus;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One started container as this provider object knows it: started by it, or found. Thread-safe:
 * what changes is the launch record, which is only ever completed, and the end, which is set once.
 */
final class LocalContainer {
  private final ContainerDirectory directory;
  private final @Nullable Process waiter;
  private final AtomicReference<@Nullable ContainerEnd> end = new AtomicReference<>();
  private final AtomicBoolean ending = new AtomicBoolean();
  private final SettableFuture<ContainerEnd> ended = SettableFuture.create();
  private volatile LaunchRecord launch;

  /**
   * A container.
   *
   * @param waiter its waiter, if it is a child of this process. It is kept here, since with it goes
   *     the pipe that is the process's lifeline
   */
  LocalContainer(ContainerDirectory directory, LaunchRecord launch, @Nullable Process waiter) {
    this.directory = directory;
    this.launch = launch;
    this.waiter = waiter;
  }

  ContainerId id() {
    return directory.id();
  }

  ContainerStart start() {
    return new ContainerStart(id(), launch.startId());
  }

  ContainerDirectory directory() {
    return directory;
  }

  LaunchRecord launch() {
    return launch;
  }

  void complete(LaunchRecord completed) {
    launch = completed;
  }

  /** The waiter, if it is a child of this process. */
  Optional<Process> waiter() {
    return Optional.ofNullable(waiter);
  }

  /** Whether the caller is the first who ends what is left of it. */
  boolean beginEnding() {
    return ending.compareAndSet(false, true);
  }

  /**
   * Sets the end, if none is set.
   *
   * @return whether it was
   */
  boolean finish(ContainerEnd how) {
    boolean first = end.compareAndSet(null, how);
    if (first) {
      ended.set(how);
    }
    return first;
  }

  /** Done when it has ended. */
  ListenableFuture<ContainerEnd> ended() {
    return ended;
  }

  boolean hasEnded() {
    return end.get() != null;
  }

  ContainerStatus status() {
    @Nullable ContainerEnd how = end.get();
    return how == null ? new ContainerStatus.Running(start()) : new ContainerStatus.Ended(how);
  }
}
