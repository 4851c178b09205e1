// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSetMultimap;
import io.heddle.model.ContainerId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.Names;
import io.heddle.provisioner.ContainerEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the processes of containers by the process table alone: by their group, and by the
 * variables with which they were started, which also daemons carry that have left the group.
 * Thread-safe.
 */
final class Survivors {
  /** Tells apart equal container names under several roots on one machine. */
  static final String DIRECTORY = "HEDDLE_CONTAINER_DIR";

  private final ProcessTable table;
  private final Path clusterDirectory;

  Survivors(ProcessTable table, Path clusterDirectory) {
    this.table = table;
    this.clusterDirectory = clusterDirectory;
  }

  /** The running processes of a start; empty also where processes can't be seen. */
  ImmutableSet<ProcessId> of(ContainerStart start, ProcessId main) throws IOException {
    ImmutableList<ProcessTable.Entry> all = table.all();
    // A number that another process has now was free before: then nothing is left of the group.
    boolean groupIsOurs = main.isPresent()
        && table.entry(main.pid()).map(e -> e.id().equals(main)).orElse(true);
    ImmutableSet.Builder<ProcessId> found = ImmutableSet.builder();
    for (ProcessTable.Entry entry : all) {
      if (entry.running()
          && ((groupIsOurs && entry.group() == main.pid())
              || startOf(entry.id().pid()).filter(start::equals).isPresent())) {
        found.add(entry.id());
      }
    }
    return found.build();
  }

  /** The running processes of a start that has ended, without its waiter, which ends by itself. */
  ImmutableSet<ProcessId> daemons(ContainerStart start, ProcessId waiter) throws IOException {
    ImmutableSet.Builder<ProcessId> found = ImmutableSet.builder();
    for (ProcessTable.Entry entry : table.all()) {
      boolean ofWaiter = entry.id().equals(waiter) || entry.group() == waiter.pid();
      if (entry.running()
          && !ofWaiter
          && startOf(entry.id().pid()).filter(start::equals).isPresent()) {
        found.add(entry.id());
      }
    }
    return found.build();
  }

  /** All running processes of containers of this cluster, by their start. */
  ImmutableSetMultimap<ContainerStart, ProcessId> all() throws IOException {
    ImmutableSetMultimap.Builder<ContainerStart, ProcessId> found = ImmutableSetMultimap.builder();
    for (ProcessTable.Entry entry : table.all()) {
      if (entry.running()) {
        startOf(entry.id().pid()).ifPresent(start -> found.put(start, entry.id()));
      }
    }
    return found.build();
  }

  /** Kills processes; those that have ended are left alone. */
  void kill(Iterable<ProcessId> processes) {
    for (ProcessId process : processes) {
      if (table.isRunning(process)) {
        ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  private Optional<ContainerStart> startOf(long pid) {
    if (pid == ProcessHandle.current().pid()) {
      return Optional.empty();
    }
    ImmutableList<String> environment = table.environment(pid);
    String container = value(environment, ContainerEnvironment.CONTAINER_ID);
    String startId = value(environment, ContainerEnvironment.START_ID);
    boolean ours = Names.isValid(container)
        && value(environment, DIRECTORY)
            .equals(clusterDirectory.resolve(container).toString());
    return ours
        ? Optional.of(new ContainerStart(ContainerId.of(container), startId))
        : Optional.empty();
  }

  private static String value(ImmutableList<String> environment, String name) {
    String prefix = name + "=";
    for (String variable : environment) {
      if (variable.startsWith(prefix)) {
        return variable.substring(prefix.length());
      }
    }
    return "";
  }
}
