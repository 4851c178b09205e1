// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Sends signals to whole containers. Blocks for some milliseconds. Thread-safe. */
final class Signals {
  private static final long TIMEOUT_SECONDS = 10;

  private final ProcessTable table;
  private final boolean groups;

  /**
   * Signals.
   *
   * @param groups whether each container has a process group; if not, signals go to the process and
   *     to what descends from it
   */
  Signals(ProcessTable table, boolean groups) {
    this.table = table;
    this.groups = groups;
  }

  /** The signals that end a process. */
  enum Signal {
    /** Asks. */
    TERM,
    /** Makes. */
    KILL
  }

  void send(Signal signal, ProcessId main) {
    Optional<ProcessTable.Entry> entry = table.entry(main.pid());
    if (!main.isPresent() || entry.filter(e -> !e.id().equals(main)).isPresent()) {
      return; // All has ended: a group's number is not given to a process while the group lasts.
    }
    if (!groups) {
      sendToTree(signal, main.pid());
    } else if (!sendTo(signal, "-" + main.pid()) && entry.isPresent()) {
      // The process has just been made, and its group has not.
      sendTo(signal, "" + main.pid());
    }
  }

  /**
   * Java can't signal a group; the shell can, in the one form that dash and bash both read.
   *
   * @return whether there was anything to signal
   */
  private static boolean sendTo(Signal signal, String target) {
    try {
      Process kill = new ProcessBuilder(
              "/bin/sh", "-c", "kill -s \"$1\" -- \"$2\"", "kill", signal.name(), target)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
      kill.getOutputStream().close();
      if (!kill.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        kill.destroyForcibly();
        throw new ContainerProviderException(
            Kind.TIMED_OUT, signal + " to process " + target + " took too long");
      }
      return kill.exitValue() == 0;
    } catch (IOException e) {
      throw new ContainerProviderException(
          Kind.FAILED, signal + " to process " + target + " can't be sent", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ContainerProviderException(
          Kind.CLOSED, signal + " to process " + target + " was interrupted", e);
    }
  }

  private static void sendToTree(Signal signal, long pid) {
    // The descendants first: once their parent is gone they can't be found any more.
    ProcessHandle.of(pid)
        .ifPresent(main -> Stream.concat(main.descendants(), Stream.of(main)).forEach(process -> {
          if (signal == Signal.TERM) {
            process.destroy();
          } else {
            process.destroyForcibly();
          }
        }));
  }
}
