// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where a server keeps its data, held by one server at a time: two would destroy each other's logs.
 * Confined to its owner's lock.
 */
final class DataDirectory {
  private static final String LOCK = "in-use.lock";

  private final Path path;
  private final boolean temporary;
  private @Nullable FileChannel lock;

  private DataDirectory(Path path, boolean temporary) {
    this.path = path;
    this.temporary = temporary;
  }

  /** A directory of the caller's choice, which is made if need be and never deleted. */
  static DataDirectory of(Path path) {
    return new DataDirectory(path, false);
  }

  /** A new directory, which {@link #discard} deletes. */
  static DataDirectory temporary() {
    try {
      return new DataDirectory(Files.createTempDirectory("heddle-zookeeper-"), true);
    } catch (IOException e) {
      throw new UncheckedIOException("can't make a temporary data directory for ZooKeeper", e);
    }
  }

  Path path() {
    return path;
  }

  /**
   * Takes the directory.
   *
   * @throws IllegalStateException if another server has it, in this process or another
   */
  void take() throws IOException {
    Files.createDirectories(path);
    FileChannel channel =
        FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!tryLock(channel)) {
      channel.close();
      throw new IllegalStateException("another server uses the data directory " + path);
    }
    lock = channel;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** Gives the directory back, if it was taken. */
  void giveBack() {
    FileChannel held = lock;
    lock = null;
    if (held != null) {
      try {
        held.close();
      } catch (IOException e) {
        throw new UncheckedIOException("can't give back the data directory " + path, e);
      }
    }
  }

  /** Deletes it, if it is temporary. */
  void discard() {
    if (!temporary) {
      return;
    }
    try (Stream<Path> files = Files.exists(path) ? Files.walk(path) : Stream.empty()) {
      List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
      for (Path file : deepestFirst) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("can't delete the temporary data directory " + path, e);
    }
  }
}
