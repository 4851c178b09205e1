// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where one run of the demo keeps everything. Thread-safe: it has no state. */
final class DemoDirectory {
  private final Path path;

  private DemoDirectory(Path path) {
    this.path = path;
  }

  /** A new temporary one. */
  static DemoDirectory create() throws IOException {
    return new DemoDirectory(Files.createTempDirectory("heddle-demo-"));
  }

  Path path() {
    return path;
  }

  Path resolve(String name) {
    return path.resolve(name);
  }

  boolean exists() {
    return Files.exists(path);
  }

  /** Removes it with all that is in it; to be called when nothing writes into it any more. */
  void remove() throws IOException {
    List<Path> all;
    try (Stream<Path> walk = Files.walk(path)) {
      // What is in a directory comes before it.
      all = walk.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path file : all) {
      Files.deleteIfExists(file);
    }
  }
}
