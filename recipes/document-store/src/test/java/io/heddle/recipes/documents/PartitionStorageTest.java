// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionStorageTest {
  @TempDir
  Path directory;

  private PartitionStorage open() throws IOException {
    return new PartitionStorage(0, directory);
  }

  private static Document document(long token, long sequence, String key, String content) {
    return new Document(new Version(token, sequence), key, content.getBytes(UTF_8));
  }

  @Test
  void keepsWhatWasAppendedOverARestart() throws IOException {
    try (PartitionStorage storage = open()) {
      storage.append(3, document(3, 1, "a", "one"));
      storage.append(3, document(3, 2, "a", "two"));
    }

    try (PartitionStorage storage = open()) {
      assertThat(storage.get("a").orElseThrow().content()).isEqualTo("two".getBytes(UTF_8));
      assertThat(storage.last()).isEqualTo(new Version(3, 2));
      assertThat(storage.highestToken()).isEqualTo(3);
    }
  }

  @Test
  void refusesALowerTokenAlsoAfterARestart() throws IOException {
    try (PartitionStorage storage = open()) {
      storage.raiseToken(5);
    }

    try (PartitionStorage storage = open()) {
      assertThatExceptionOfType(StaleTokenException.class)
          .isThrownBy(() -> storage.append(4, document(4, 1, "a", "one")));
      assertThat(storage.get("a")).isEmpty();
    }
  }

  @Test
  void refusesAWriteThatLeavesAGap() throws IOException {
    try (PartitionStorage storage = open()) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(() -> storage.append(1, document(1, 2, "a", "one")));
    }
  }

  @Test
  void cutsOffATornRecord() throws IOException {
    try (PartitionStorage storage = open()) {
      storage.append(1, document(1, 1, "a", "one"));
    }
    Files.write(
        directory.resolve(PartitionStorage.LOG),
        new byte[] {0, 0, 0, 9},
        StandardOpenOption.APPEND);

    try (PartitionStorage storage = open()) {
      storage.append(1, document(1, 2, "b", "two"));
    }

    try (PartitionStorage storage = open()) {
      assertThat(storage.last()).isEqualTo(new Version(1, 2));
      assertThat(storage.size()).isEqualTo(2);
    }
  }

  @Test
  void replacesEverythingAtOnce() throws IOException {
    try (PartitionStorage storage = open()) {
      storage.append(1, document(1, 1, "old", "one"));
      try (PartitionStorage.Rewrite rewrite = storage.rewrite(2)) {
        rewrite.accept(document(2, 8, "new", "two"));
        assertThat(storage.get("old")).isPresent();
        rewrite.finish();
      }

      assertThat(storage.get("old")).isEmpty();
      assertThat(storage.last()).isEqualTo(new Version(2, 8));
    }
  }
}
