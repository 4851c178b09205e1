// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The fencing tokens that a replica has accepted, in the order in which it did; the last is the
 * highest, below which it accepts nothing. On disk before it counts. Confined to the storage's
 * lock.
 */
final class TokenFile implements AutoCloseable {
  static final String NAME = "tokens";

  private final int partition;
  private final FileChannel channel;
  private long highest;

  TokenFile(int partition, Path directory) throws IOException {
    this.partition = partition;
    Path file = directory.resolve(NAME);
    List<Long> tokens = Files.exists(file) ? read(file) : List.of();
    this.highest = tokens.isEmpty() ? 0 : tokens.get(tokens.size() - 1);
    this.channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    // What a crash has torn is cut off.
    channel.truncate(8L * tokens.size());
    channel.position(8L * tokens.size());
  }

  /** All tokens of a file, in order. */
  static List<Long> read(Path file) throws IOException {
    List<Long> tokens = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      while (true) {
        tokens.add(in.readLong());
      }
    } catch (EOFException e) {
      return tokens;
    }
  }

  long highest() {
    return highest;
  }

  /** Accepts a token, or refuses it. */
  void accept(long token) throws IOException {
    if (token < highest) {
      throw new StaleTokenException(partition, token, highest);
    }
    if (token > highest) {
      ByteBuffer bytes = ByteBuffer.allocate(8).putLong(token).flip();
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(false);
      highest = token;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
