// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import io.heddle.runtime.Loop;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops containers: asks, waits, makes. Thread-safe; its futures complete within a bound. */
final class Stops {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private static final Logger log = LoggerFactory.getLogger(Stops.class);

  private final Signals signals;
  private final Survivors survivors;
  private final EndWatch watch;
  private final Duration grace;
  private final Executor pool;
  private final Loop timer;

  Stops(
      Signals signals,
      Survivors survivors,
      EndWatch watch,
      Duration grace,
      Executor pool,
      Loop timer) {
    this.signals = signals;
    this.survivors = survivors;
    this.watch = watch;
    this.grace = grace;
    this.pool = pool;
    this.timer = timer;
  }

  /**
   * Stops a running container. Blocks for some milliseconds.
   *
   * @return true when it has ended; fails with TIMED_OUT if it can't be killed
   */
  ListenableFuture<Boolean> stop(LocalContainer container) throws IOException {
    container.directory().markStopped();
    SettableFuture<Boolean> stopped = SettableFuture.create();
    signals.send(Signals.Signal.TERM, container.launch().main());
    Loop.Timer kill = timer.schedule(grace, () -> {
      log.info("Container {} did not end within {}; killing it", container.start(), grace);
      pool.execute(() -> kill(container));
    });
    Loop.Timer deadline = timer.schedule(
        grace.plus(LocalConfig.KILL_TIMEOUT),
        () -> stopped.setException(new ContainerProviderException(
            Kind.TIMED_OUT, "container " + container.id() + " was killed, but has not ended")));
    container
        .ended()
        .addListener(
            () -> {
              stopped.set(true);
              kill.cancel();
              deadline.cancel();
            },
            timer);
    return stopped;
  }

  private void kill(LocalContainer container) {
    ProcessId main = container.launch().main();
    if (main.isPresent()) {
      signals.send(Signals.Signal.KILL, main);
      return;
    }
    try {
      survivors.kill(survivors.of(container.start(), main));
    } catch (IOException e) {
      log.warn("The processes of container {} can't be found", container.start(), e);
    }
  }

  /**
   * Kills the processes of a container of which there is no record, if there are any. Blocks for
   * some milliseconds.
   *
   * @return false if there are none
   */
  ListenableFuture<Boolean> killUnrecorded(ContainerId container) throws IOException {
    SettableFuture<Boolean> stopped = SettableFuture.create();
    ImmutableSetMultimap<ContainerStart, ProcessId> found = unrecorded(container);
    if (found.isEmpty()) {
      stopped.set(false);
      return stopped;
    }
    log.warn("Container {} has processes but no record; killing {}", container, found);
    long deadline = timer.nanoTime() + LocalConfig.KILL_TIMEOUT.toNanos();
    survivors.kill(found.values());
    pool.execute(() -> killUnrecorded(container, found.keySet(), deadline, stopped));
    return stopped;
  }

  private void killUnrecorded(
      ContainerId container,
      ImmutableSet<ContainerStart> starts,
      long deadline,
      SettableFuture<Boolean> stopped) {
    ImmutableSetMultimap<ContainerStart, ProcessId> left;
    try {
      left = unrecorded(container);
    } catch (IOException e) {
      stopped.setException(new ContainerProviderException(
          Kind.FAILED, "container " + container + ": its processes can't be found", e));
      return;
    }
    if (left.isEmpty()) {
      starts.forEach(start -> watch.tell(new ContainerEnd(
          start, true, OptionalInt.empty(), ContainerEnd.Reason.KILLED_BY_US, "it had no record")));
      stopped.set(true);
    } else if (timer.nanoTime() > deadline) {
      stopped.setException(new ContainerProviderException(
          Kind.TIMED_OUT, "container " + container + ": can't be killed: " + left));
    } else {
      survivors.kill(left.values());
      timer.schedule(
          LOOK_AGAIN,
          () -> pool.execute(() -> killUnrecorded(container, starts, deadline, stopped)));
    }
  }

  private ImmutableSetMultimap<ContainerStart, ProcessId> unrecorded(ContainerId container)
      throws IOException {
    ImmutableSetMultimap.Builder<ContainerStart, ProcessId> of = ImmutableSetMultimap.builder();
    survivors.all().forEach((start, process) -> {
      if (start.container().equals(container)) {
        of.put(start, process);
      }
    });
    return of.build();
  }
}
