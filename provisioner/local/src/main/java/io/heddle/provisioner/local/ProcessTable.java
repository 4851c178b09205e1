// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The processes of this machine, as {@code /proc} shows them; without {@code /proc}, what Java
 * knows of a process whose pid is known. Thread-safe: it has no state.
 */
final class ProcessTable {
  private static final int MAX_ENVIRONMENT = 4 << 20;

  private final Path proc;
  private final boolean complete;
  private final String bootId;
  private final String namespace;

  /**
   * A table.
   *
   * @param proc where the kernel shows processes, usually {@code /proc}
   */
  ProcessTable(Path proc) {
    this.proc = proc;
    this.complete = Files.isReadable(proc.resolve("self/stat"));
    this.bootId = readBootId(proc);
    this.namespace = readNamespace(proc);
  }

  /**
   * One process.
   *
   * @param id which
   * @param group its process group; 0 if unknown
   * @param running whether it can still do something: not a zombie
   */
  record Entry(ProcessId id, long group, boolean running) {}

  /** Whether all processes can be seen, with their groups. */
  boolean isComplete() {
    return complete;
  }

  /** Names this boot of the machine; empty if unknown. */
  String bootId() {
    return bootId;
  }

  /** Names the set of processes that can be seen from here; empty if unknown. */
  String namespace() {
    return namespace;
  }

  private static String readBootId(Path proc) {
    try {
      return Files.readString(proc.resolve("sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static String readNamespace(Path proc) {
    try {
      return Files.readSymbolicLink(proc.resolve("self/ns/pid")).toString();
    } catch (IOException | UnsupportedOperationException e) {
      return "";
    }
  }

  /** The process that has a pid just now. */
  Optional<Entry> entry(long pid) {
    if (pid <= 0) {
      return Optional.empty();
    }
    if (!isComplete()) {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .map(handle -> new Entry(
              new ProcessId(
                  pid, handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L)),
              0,
              true));
    }
    try {
      return Optional.of(
          parse(pid, Files.readString(proc.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1)));
    } catch (IOException e) {
      return Optional.empty(); // It has ended.
    }
  }

  /** Names the process that has a pid just now; with start 0 if there is none any more. */
  ProcessId identify(long pid) {
    return entry(pid).map(Entry::id).orElse(new ProcessId(pid, 0));
  }

  /** Whether a process is there and is no zombie. */
  boolean isRunning(ProcessId process) {
    return entry(process.pid())
        .filter(e -> e.running() && e.id().equals(process))
        .isPresent();
  }

  /**
   * All processes; none if they can't be seen.
   *
   * @throws IOException if they can't be listed just now, such as for want of file descriptors
   */
  ImmutableList<Entry> all() throws IOException {
    ImmutableList.Builder<Entry> all = ImmutableList.builder();
    if (!isComplete()) {
      return all.build();
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path entry : entries) {
        entry(Long.parseLong(entry.getFileName().toString())).ifPresent(all::add);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return all.build();
  }

  /**
   * The environment with which a process was started, as {@code NAME=value}; empty if it has ended
   * or belongs to somebody else.
   */
  ImmutableList<String> environment(long pid) {
    try (var in = Files.newInputStream(proc.resolve(pid + "/environ"))) {
      String text = new String(in.readNBytes(MAX_ENVIRONMENT), StandardCharsets.UTF_8);
      return ImmutableList.copyOf(Splitter.on('\0').omitEmptyStrings().split(text));
    } catch (IOException e) {
      return ImmutableList.of();
    }
  }

  /**
   * Reads a line such as {@code 42 (a name) S 1 42 42 …}. The name may hold blanks and brackets, so
   * the fields are counted from the last bracket.
   */
  private static Entry parse(long pid, String stat) throws IOException {
    List<String> fields =
        Splitter.on(' ').splitToList(stat.substring(stat.lastIndexOf(')') + 1).strip());
    if (fields.size() < 20) {
      throw new IOException("the state of process " + pid + " can't be read: " + stat);
    }
    char state = fields.get(0).charAt(0);
    return new Entry(
        new ProcessId(pid, Long.parseLong(fields.get(19))),
        Long.parseLong(fields.get(2)),
        state != 'Z' && state != 'X');
  }
}
