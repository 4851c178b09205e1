// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerEnd.Reason;
import io.heddle.provisioner.ContainerListener;
import io.heddle.runtime.Loop;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees containers end, certifies it, and tells.
 *
 * <p>The waiter of a container waits for its process, empties the process group, writes down the
 * exit status, and ends; its own end is what is seen here: at once for our own children, and by
 * looking every 50 ms for those of an earlier controller. An end is certified if the waiter found
 * the group empty. If the waiter itself was killed, or could not empty the group, what is left is
 * killed from here until the process table shows none of it; then that is the certificate, without
 * an exit status. What ran before the machine was booted, or where this process can't look, is
 * lost: never certified.
 *
 * <p>Thread-safe; its state is confined to the loop.
 */
final class EndWatch {
  /** How often containers are looked at. */
  private static final Duration POLL = Duration.ofMillis(50);

  private static final Duration KILL_AGAIN = Duration.ofMillis(20);

  private static final Logger log = LoggerFactory.getLogger(EndWatch.class);

  private final ProcessTable table;
  private final Survivors survivors;
  private final boolean certifies;
  private final Executor pool;
  private final Loop loop;
  private final Loop teller;
  private final List<ContainerListener> listeners = new CopyOnWriteArrayList<>();
  private final Set<LocalContainer> polled = new HashSet<>();
  private boolean polling;

  /**
   * A watch.
   *
   * @param certifies whether containers have process groups that can be seen
   * @param pool for what takes milliseconds
   * @param loop for what does not
   * @param teller where listeners are called
   */
  EndWatch(
      ProcessTable table,
      Survivors survivors,
      boolean certifies,
      Executor pool,
      Loop loop,
      Loop teller) {
    this.table = table;
    this.survivors = survivors;
    this.certifies = certifies;
    this.pool = pool;
    this.loop = loop;
    this.teller = teller;
  }

  void add(ContainerListener listener) {
    listeners.add(listener);
  }

  void remove(ContainerListener listener) {
    listeners.remove(listener);
  }

  /** Watches a container until its end. If that can be seen at once, it is known on return. */
  void watch(LocalContainer container) {
    // Java tells of a child's end on the common pool, which somebody may hold up: so it is looked
    // at
    // all the same.
    container.waiter().ifPresent(child -> {
      var unused = child.onExit().thenRun(() -> loop.execute(() -> check(container)));
    });
    check(container);
    if (!container.hasEnded()) {
      loop.execute(() -> {
        polled.add(container);
        if (!polling) {
          polling = true;
          poll();
        }
      });
    }
  }

  private void poll() {
    polled.removeIf(LocalContainer::hasEnded);
    for (LocalContainer container : polled) {
      check(container);
    }
    polling = !polled.isEmpty();
    if (polling) {
      loop.schedule(POLL, this::poll);
    }
  }

  /** Looks whether a container has ended. */
  private void check(LocalContainer container) {
    try {
      look(container);
    } catch (IOException e) {
      log.warn("Container {} can't be looked at; trying again", container.start(), e);
    }
  }

  private void look(LocalContainer container) throws IOException {
    LaunchRecord launch = container.launch();
    boolean childIsGone = container.waiter().filter(child -> !child.isAlive()).isPresent();
    if (childIsGone || container.directory().readExit().isPresent()) {
      conclude(container);
    } else if (!launch.bootId().equals(table.bootId())
        || !launch.namespace().equals(table.namespace())) {
      finish(
          container,
          OptionalInt.empty(),
          false,
          Reason.NODE_LOST,
          "started in another boot, or another pid namespace, than can be seen now");
    } else if (!launch.main().isPresent()) {
      awaitRecord(container);
    } else if (!table.isRunning(launch.waiter())) {
      conclude(container);
    }
  }

  /** Another controller is about to start it, or died while it was. */
  private void awaitRecord(LocalContainer container) throws IOException {
    container.directory().readLaunch().ifPresent(container::complete);
    LaunchRecord launch = container.launch();
    if (!launch.main().isPresent() && !table.isRunning(launch.controller())) {
      conclude(container);
    }
  }

  /** The waiter is gone, or has written. */
  private void conclude(LocalContainer container) throws IOException {
    if (container.hasEnded()) {
      return;
    }
    Optional<ContainerDirectory.Exit> exit = container.directory().readExit();
    if (exit.isPresent() && exit.get().group() != ContainerDirectory.Exit.Group.NOT_EMPTY) {
      boolean certified = certifies && exit.get().group() == ContainerDirectory.Exit.Group.EMPTY;
      finish(container, exit.get().status(), certified);
    } else if (container.beginEnding()) {
      long deadline = loop.nanoTime() + LocalConfig.KILL_TIMEOUT.toNanos();
      pool.execute(() -> killWhatIsLeft(container, deadline));
    }
  }

  private void killWhatIsLeft(LocalContainer container, long deadline) {
    String obstacle;
    try {
      Set<ProcessId> left = survivors.of(container.start(), container.launch().main());
      if (left.isEmpty()) {
        // The waiter may have written after all, between our look at it and its end.
        Optional<ContainerDirectory.Exit> exit = container.directory().readExit();
        if (exit.isEmpty() && container.directory().exists()) {
          container.directory().writeUnseenEnd();
        }
        finish(
            container,
            exit.map(ContainerDirectory.Exit::status).orElse(OptionalInt.empty()),
            certifies);
        return;
      }
      survivors.kill(left);
      obstacle = "these processes can't be killed: " + left;
    } catch (IOException e) {
      log.warn("What is left of container {} can't be seen to", container.start(), e);
      obstacle = "what is left of it can't be seen to: " + e;
    }
    if (loop.nanoTime() > deadline) {
      finish(container, OptionalInt.empty(), false, Reason.UNKNOWN, obstacle);
    } else {
      loop.schedule(KILL_AGAIN, () -> pool.execute(() -> killWhatIsLeft(container, deadline)));
    }
  }

  private void finish(LocalContainer container, OptionalInt status, boolean certified) {
    finish(container, status, certified, reason(container, status), detail(container, status));
  }

  private void finish(
      LocalContainer container,
      OptionalInt status,
      boolean certified,
      Reason reason,
      String detail) {
    ContainerEnd end = new ContainerEnd(container.start(), certified, status, reason, detail);
    if (container.finish(end)) {
      tell(end);
      pool.execute(() -> killDaemons(container));
    }
  }

  /** Tells all listeners. */
  void tell(ContainerEnd end) {
    log.info(
        "Container {} has ended: {}, exit status {}{}",
        end.start(),
        end.reason(),
        end.exitCode().isPresent() ? end.exitCode().getAsInt() : "unknown",
        end.certified() ? "" : ", not certified");
    for (ContainerListener listener : listeners) {
      teller.execute(() -> listener.ended(end));
    }
  }

  /** What has left the group lives on after the container's end; it must not. */
  private void killDaemons(LocalContainer container) {
    ContainerStart start = container.start();
    try {
      Set<ProcessId> daemons = survivors.daemons(start, container.launch().waiter());
      if (!daemons.isEmpty()) {
        log.warn("Container {} left processes outside its group; killing {}", start, daemons);
        survivors.kill(daemons);
      }
    } catch (IOException e) {
      log.warn("What container {} may have left can't be found", start, e);
    }
  }

  private static Reason reason(LocalContainer container, OptionalInt status) {
    boolean stopped = container.directory().isStopped();
    if (status.isPresent()) {
      return Ends.reason(
          status.getAsInt(),
          stopped,
          tail(container, ContainerDirectory.STDOUT),
          tail(container, ContainerDirectory.STDERR));
    }
    if (stopped) {
      return Reason.KILLED_BY_US;
    }
    return container.launch().main().isPresent() ? Reason.UNKNOWN : Reason.LAUNCH_FAILED;
  }

  private static String detail(LocalContainer container, OptionalInt status) {
    return status.isPresent() && status.getAsInt() == 0
        ? ""
        : Ends.printable(tail(container, ContainerDirectory.STDERR));
  }

  private static String tail(LocalContainer container, String file) {
    try {
      return container.directory().tail(file, Ends.TAIL_BYTES);
    } catch (IOException e) {
      log.warn("{} of container {} can't be read", file, container.id(), e);
      return "";
    }
  }
}
