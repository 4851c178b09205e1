// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import io.heddle.model.ContainerId;
import io.heddle.model.Names;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;

/**
 * The containers of one cluster on disk: a directory each. What was given back is kept for a while
 * under {@code .released}, for its logs. Thread-safe: it has no state.
 */
final class ClusterDirectory {
  /** No container's name begins with a dot. */
  private static final String RELEASED = ".released";

  private final Path path;
  private final int keep;

  /**
   * A cluster's directory; made when the first container is allocated.
   *
   * @param path where
   * @param keep how many released containers are kept
   */
  ClusterDirectory(Path path, int keep) {
    this.path = path;
    this.keep = keep;
  }

  Path path() {
    return path;
  }

  ContainerDirectory container(ContainerId id) {
    return new ContainerDirectory(
        id, path.resolve(id.name()), path.resolve(RELEASED).resolve(id.name()));
  }

  /** All that are allocated, sorted. */
  ImmutableSortedSet<ContainerId> containers() throws IOException {
    ImmutableSortedSet.Builder<ContainerId> ids = ImmutableSortedSet.naturalOrder();
    for (Path entry : entries(path)) {
      String name = entry.getFileName().toString();
      if (Names.isValid(name) && Files.isDirectory(entry)) {
        ids.add(ContainerId.of(name));
      }
    }
    return ids.build();
  }

  /** Puts a container away, and removes the oldest of those that were put away before. */
  void release(ContainerDirectory container) throws IOException {
    Path released = path.resolve(RELEASED);
    Files.createDirectories(released);
    Files.move(container.path(), container.released(), ATOMIC_MOVE);
    Files.setLastModifiedTime(
        container.released(), FileTime.fromMillis(System.currentTimeMillis()));
    ImmutableList<Path> oldestFirst = ImmutableList.sortedCopyOf(
        Comparator.comparing(ClusterDirectory::time).thenComparing(Comparator.naturalOrder()),
        entries(released));
    for (Path old : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - keep))) {
      MoreFiles.deleteRecursively(old, RecursiveDeleteOption.ALLOW_INSECURE);
    }
  }

  private static FileTime time(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // Another controller removes it as well.
    }
  }

  private static ImmutableList<Path> entries(Path directory) throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      return ImmutableList.copyOf(entries);
    } catch (NoSuchFileException e) {
      return ImmutableList.of();
    }
  }
}
