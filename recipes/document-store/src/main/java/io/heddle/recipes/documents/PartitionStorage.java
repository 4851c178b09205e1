// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * One partition's documents on disk: a log that is appended to and forced before a write counts,
 * and an index of it in memory. A record that a crash has torn ends the log when it is read again.
 * When overwritten records take up most of a log, it is written anew and put in the old one's
 * place. Thread-safe.
 */
final class PartitionStorage implements AutoCloseable {
  static final String LOG = "documents.log";

  /** A log is written anew when more than this, and more than half of it, is overwritten. */
  private static final long SLACK_BYTES = 16L << 20;

  private static final int HEADER_BYTES = 12;
  private static final int MAX_RECORD = Document.MAX_CONTENT + Document.MAX_KEY + 64;

  private final int partition;
  private final Path directory;
  private final TokenFile tokens;
  private final Map<String, Place> index = new HashMap<>();
  private FileChannel log;
  private Version last = Version.NONE;
  private long liveBytes;

  /** Where a record is. */
  private record Place(Version version, long position, int length) {}

  /** Receives documents in the order in which they were written. */
  interface Sink {
    void accept(Document document) throws IOException;
  }

  /** Opens a partition, and reads what is there. */
  PartitionStorage(int partition, Path directory) throws IOException {
    this.partition = partition;
    this.directory = directory;
    Files.createDirectories(directory);
    this.tokens = new TokenFile(partition, directory);
    this.log = open(directory.resolve(LOG));
    load();
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  private void load() throws IOException {
    index.clear();
    last = Version.NONE;
    liveBytes = 0;
    long position = 0;
    while (true) {
      @Nullable Document document = read(position);
      if (document == null) {
        break;
      }
      int length = encode(document).length;
      note(document, position, length);
      position += length;
    }
    log.truncate(position);
    log.position(position);
  }

  private void note(Document document, long position, int length) {
    @Nullable Place before = index.put(document.key(), new Place(document.version(), position, length));
    liveBytes += length - (before == null ? 0 : before.length());
    last = document.version();
  }

  /** The record at a position, or null if there is no whole one. */
  private @Nullable Document read(long position) throws IOException {
    ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
    if (!fill(header, position)) {
      return null;
    }
    int length = header.getInt();
    long sum = header.getLong();
    if (length < 1 || length > MAX_RECORD) {
      return null;
    }
    ByteBuffer body = ByteBuffer.allocate(length);
    if (!fill(body, position + HEADER_BYTES) || sum(body.array()) != sum) {
      return null;
    }
    return Wire.readDocument(new DataInputStream(new java.io.ByteArrayInputStream(body.array())));
  }

  private boolean fill(ByteBuffer buffer, long position) throws IOException {
    while (buffer.hasRemaining()) {
      int read = log.read(buffer, position + buffer.position());
      if (read < 0) {
        return false;
      }
    }
    buffer.flip();
    return true;
  }

  private static long sum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  private static byte[] encode(Document document) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    Wire.writeDocument(new DataOutputStream(body), document);
    byte[] bytes = body.toByteArray();
    return ByteBuffer.allocate(HEADER_BYTES + bytes.length)
        .putInt(bytes.length)
        .putLong(sum(bytes))
        .put(bytes)
        .array();
  }

  /** The last write that was applied. */
  synchronized Version last() {
    return last;
  }

  /** The highest token seen. */
  synchronized long highestToken() {
    return tokens.highest();
  }

  synchronized int size() {
    return index.size();
  }

  /**
   * Refuses everything below a token from now on, also after a restart.
   *
   * @throws StaleTokenException if a higher one was seen
   */
  synchronized void raiseToken(long token) throws IOException {
    tokens.accept(token);
  }

  /**
   * Applies a write; it is on disk when this returns.
   *
   * @param token the writer's
   * @throws StaleTokenException if a higher token was seen
   * @throws IOException also if the write does not follow the last one
   */
  synchronized void append(long token, Document document) throws IOException {
    tokens.accept(token);
    if (document.version().sequence() != last.sequence() + 1
        || document.version().compareTo(last) <= 0) {
      throw new IOException(
          "partition " + partition + ": write " + document.version() + " does not follow " + last);
    }
    byte[] record = encode(document);
    long position = log.position();
    try {
      ByteBuffer bytes = ByteBuffer.wrap(record);
      while (bytes.hasRemaining()) {
        log.write(bytes);
      }
      log.force(false);
    } catch (IOException e) {
      log.truncate(position);
      throw e;
    }
    note(document, position, record.length);
    long garbage = log.position() - liveBytes;
    if (garbage > SLACK_BYTES && garbage > liveBytes) {
      Rewrite rewrite = rewrite(token);
      forEach(rewrite::accept);
      rewrite.finish();
    }
  }

  /** A document, if there is one of this key. */
  synchronized Optional<Document> get(String key) throws IOException {
    @Nullable Place place = index.get(key);
    if (place == null) {
      return Optional.empty();
    }
    return Optional.of(at(key, place));
  }

  private Document at(String key, Place place) throws IOException {
    @Nullable Document document = read(place.position());
    if (document == null || !document.key().equals(key)) {
      throw new IOException("partition " + partition + ": the record of " + key + " at "
          + place.position() + " is damaged");
    }
    return document;
  }

  /** Gives all documents, in the order of their versions. Holds up writes meanwhile. */
  synchronized void forEach(Sink sink) throws IOException {
    List<Map.Entry<String, Place>> places = new ArrayList<>(index.entrySet());
    places.sort(Comparator.comparing(entry -> entry.getValue().version()));
    for (Map.Entry<String, Place> entry : places) {
      sink.accept(at(entry.getKey(), entry.getValue()));
    }
  }

  /**
   * Starts to replace all documents.
   *
   * @throws StaleTokenException if a higher token than the writer's was seen
   */
  synchronized Rewrite rewrite(long token) throws IOException {
    tokens.accept(token);
    return new Rewrite();
  }

  /** A new log in the making; takes the old one's place when it is finished. Confined. */
  final class Rewrite implements AutoCloseable {
    private final Path file = directory.resolve(LOG + ".new");
    private final FileChannel channel;
    private final OutputStream out;

    private Rewrite() throws IOException {
      Files.deleteIfExists(file);
      this.channel = open(file);
      this.out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
    }

    /** Adds a document; in the order of their versions. */
    void accept(Document document) throws IOException {
      out.write(encode(document));
    }

    /** Puts it in place; on disk when this returns. */
    void finish() throws IOException {
      out.flush();
      channel.force(true);
      synchronized (PartitionStorage.this) {
        Files.move(
            file,
            directory.resolve(LOG),
            StandardCopyOption.ATOMIC_MOVE,
            StandardCopyOption.REPLACE_EXISTING);
        force(directory);
        log.close();
        log = channel;
        load();
      }
    }

    @Override
    public void close() throws IOException {
      if (log != channel) {
        channel.close();
      }
    }
  }

  /** Makes a rename last; not every system lets a directory be opened. */
  private static void force(Path directory) throws IOException {
    if (System.getProperty("os.name", "").startsWith("Linux")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }

  @Override
  public synchronized void close() throws IOException {
    tokens.close();
    log.close();
  }

  /** The versions in a log, in order; for a check from outside. */
  static List<Version> versions(Path log) throws IOException {
    List<Version> versions = new ArrayList<>();
    try (DataInputStream in =
        new DataInputStream(new java.io.BufferedInputStream(Files.newInputStream(log)))) {
      while (true) {
        int length = in.readInt();
        long sum = in.readLong();
        byte[] body = new byte[Math.min(Math.max(length, 0), MAX_RECORD)];
        in.readFully(body);
        if (sum(body) != sum) {
          return versions;
        }
        versions.add(Wire.readDocument(new DataInputStream(new java.io.ByteArrayInputStream(body)))
            .version());
      }
    } catch (EOFException e) {
      return versions;
    }
  }
}
