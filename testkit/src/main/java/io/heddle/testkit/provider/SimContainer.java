// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.provider;

import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.testkit.SimProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One container: what its agent knows of it. Confined to the simulation's thread. */
final class SimContainer {
  private static final int KILLED = 137;

  private final ContainerSpec spec;
  private final List<Runnable> whenEnded = new ArrayList<>();
  private OptionalInt exitCode = OptionalInt.of(KILLED);
  private @Nullable ContainerStart start;
  private @Nullable SimProcess process;
  private @Nullable ContainerEnd end;
  private Runnable ending = () -> {};
  private boolean stopping;

  SimContainer(ContainerSpec spec) {
    this.spec = spec;
  }

  ContainerId id() {
    return spec.id();
  }

  ContainerSpec spec() {
    return spec;
  }

  ContainerStatus status() {
    if (end != null) {
      return new ContainerStatus.Ended(end);
    }
    return start != null
        ? new ContainerStatus.Running(start)
        : new ContainerStatus.Allocated(spec.id());
  }

  boolean isRunning() {
    return start != null && end == null;
  }

  boolean hasEnded() {
    return end != null;
  }

  /** Its process; null before it was started. */
  @Nullable SimProcess process() {
    return process;
  }

  void started(ContainerStart as, SimProcess in) {
    start = as;
    process = in;
  }

  /** How its process is ended. */
  void onStop(Runnable task) {
    ending = task;
  }

  /** It is being stopped from now on. */
  void stop() {
    if (!stopping) {
      stopping = true;
      ending.run();
    }
  }

  /** What its process will be seen to have exited with, when it has. */
  void exits(int code) {
    exitCode = OptionalInt.of(code);
  }

  /** Its agent, which waited for it, has seen its process end. */
  ContainerEnd seenToEnd() {
    return ended(
        true, exitCode, stopping ? ContainerEnd.Reason.KILLED_BY_US : ContainerEnd.Reason.EXITED);
  }

  /** Its agent is out of reach; its process may live on. */
  ContainerEnd lost() {
    return ended(false, OptionalInt.empty(), ContainerEnd.Reason.NODE_LOST);
  }

  private ContainerEnd ended(boolean certified, OptionalInt code, ContainerEnd.Reason reason) {
    if (start == null || end != null) {
      throw new IllegalStateException("container " + spec.id() + " does not run: " + status());
    }
    end = new ContainerEnd(start, certified, code, reason, "simulated");
    whenEnded.forEach(Runnable::run);
    whenEnded.clear();
    return end;
  }

  /** Runs a task when it has ended. */
  void whenEnded(Runnable task) {
    whenEnded.add(task);
  }
}
