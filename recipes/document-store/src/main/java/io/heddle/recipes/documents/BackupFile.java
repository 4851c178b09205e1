// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A partition's backup: the number of documents, then each. Written under a name of its attempt,
 * and put in place when it is whole. Confined to its user.
 */
final class BackupFile implements AutoCloseable {
  private final Path file;
  private final Path temporary;
  private final DataOutputStream out;

  /**
   * Begins a backup.
   *
   * @param attempt names the attempt, in the name of the unfinished file
   * @param documents how many will follow
   */
  BackupFile(Path directory, int partition, String attempt, int documents) throws IOException {
    this.file = path(directory, partition);
    this.temporary = directory.resolve("partition-" + partition + "." + attempt + ".tmp");
    this.out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary)));
    out.writeInt(documents);
  }

  static Path path(Path directory, int partition) {
    return directory.resolve("partition-" + partition + ".backup");
  }

  void add(Document document) throws IOException {
    Wire.writeDocument(out, document);
  }

  /** Puts it in place. */
  void finish() throws IOException {
    out.close();
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  @Override
  public void close() throws IOException {
    out.close();
    Files.deleteIfExists(temporary);
  }

  /** All documents of a backup. */
  static List<Document> read(Path directory, int partition) throws IOException {
    Path file = path(directory, partition);
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      int count = in.readInt();
      List<Document> documents = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        documents.add(Wire.readDocument(in));
      }
      return documents;
    }
  }
}
