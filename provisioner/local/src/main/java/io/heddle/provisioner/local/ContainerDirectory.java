// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import com.fasterxml.jackson.core.JsonGenerator;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What one container is on disk.
 *
 * <table>
 * <caption>Files</caption>
 * <tr><td>{@code container.json}</td><td>what was asked for: the allocation</td></tr>
 * <tr><td>{@code launch.json}</td><td>its one start; made before the process, exclusively, so that
 *     of two controllers one starts it</td></tr>
 * <tr><td>{@code stopped}</td><td>there if somebody asked for the stop</td></tr>
 * <tr><td>{@code exit}</td><td>written by the waiter</td></tr>
 * <tr><td>{@code stdout.log}, {@code stderr.log}</td><td>written by the process</td></tr>
 * <tr><td>{@code wrapper.sh}</td><td>the waiter's script</td></tr>
 * </table>
 *
 * <p>Thread-safe: it has no state.
 */
final class ContainerDirectory {
  static final String STDOUT = "stdout.log";
  static final String STDERR = "stderr.log";

  private static final String SPEC = "container.json";
  private static final String LAUNCH = "launch.json";
  private static final String EXIT = "exit";
  private static final String STOPPED = "stopped";
  private static final Pattern EXIT_LINE = Pattern.compile("([0-9]{1,3}|-) ([01-])");

  private final ContainerId id;
  private final Path path;
  private final Path released;

  /**
   * A directory.
   *
   * @param path where it is
   * @param released where it goes when the container is given back, maybe by another controller,
   *     and is read from then on
   */
  ContainerDirectory(ContainerId id, Path path, Path released) {
    this.id = id;
    this.path = path;
    this.released = released;
  }

  /**
   * What the waiter left, or who ended it in its place.
   *
   * @param status the exit status of the process, if one was seen
   * @param group what was left of its group
   */
  record Exit(OptionalInt status, Group group) {
    /** What was left of a group when its waiter looked. */
    enum Group {
      EMPTY,
      NOT_EMPTY,
      UNKNOWN
    }
  }

  ContainerId id() {
    return id;
  }

  Path path() {
    return path;
  }

  Path released() {
    return released;
  }

  boolean exists() {
    return Files.isDirectory(path);
  }

  Optional<ContainerSpec> readSpec() throws IOException {
    Optional<byte[]> document = read(SPEC);
    return document.isPresent() ? Optional.of(Json.readSpec(document.get())) : Optional.empty();
  }

  void writeSpec(ContainerSpec spec) throws IOException {
    Files.createDirectories(path);
    replace(SPEC, document(json -> Json.write(json, spec)));
  }

  Optional<LaunchRecord> readLaunch() throws IOException {
    Optional<byte[]> document = read(LAUNCH);
    return document.isPresent() ? Optional.of(Json.readLaunch(document.get())) : Optional.empty();
  }

  /**
   * Records a start that is about to happen, unless one is recorded.
   *
   * @return false if one is recorded
   */
  boolean claim(LaunchRecord launch) throws IOException {
    // A link is made whole or not at all, where a new file would be seen empty at first.
    Path temporary = path.resolve(LAUNCH + "." + launch.startId());
    Files.write(temporary, document(json -> Json.write(json, launch)));
    try {
      Files.createLink(path.resolve(LAUNCH), temporary);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.delete(temporary);
    }
  }

  void writeLaunch(LaunchRecord launch) throws IOException {
    replace(LAUNCH, document(json -> Json.write(json, launch)));
  }

  Optional<Exit> readExit() throws IOException {
    Optional<byte[]> content = read(EXIT);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    Matcher matcher = EXIT_LINE.matcher(text(content.get()).strip());
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Exit.Group group = switch (matcher.group(2)) {
      case "0" -> Exit.Group.EMPTY;
      case "1" -> Exit.Group.NOT_EMPTY;
      default -> Exit.Group.UNKNOWN;
    };
    OptionalInt status = matcher.group(1).equals("-")
        ? OptionalInt.empty()
        : OptionalInt.of(Integer.parseInt(matcher.group(1)));
    return Optional.of(new Exit(status, group));
  }

  /** Records the end of a process that never was, in the waiter's place. */
  void writeNotStarted(String why) throws IOException {
    Files.writeString(
        path.resolve(STDERR), why + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    replace(EXIT, "127 0\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** Records that nothing is left, where the waiter could not say so. */
  void writeUnseenEnd() throws IOException {
    replace(EXIT, "- 0\n".getBytes(StandardCharsets.US_ASCII));
  }

  void markStopped() throws IOException {
    Files.write(path.resolve(STOPPED), new byte[0]);
  }

  boolean isStopped() {
    return Files.exists(source().resolve(STOPPED));
  }

  /** Writes the waiter's script. */
  Path writeWrapper() throws IOException {
    try (InputStream script = Objects.requireNonNull(
        ContainerDirectory.class.getResourceAsStream("wrapper.sh"), "wrapper.sh is not packaged")) {
      // Whole or not at all: another controller may be writing it, or its shell reading it.
      replace("wrapper.sh", script.readAllBytes());
    }
    return path.resolve("wrapper.sh");
  }

  /** The last bytes of a log as text; empty if there is none. */
  String tail(String log, int maxBytes) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(source().resolve(log).toFile(), "r")) {
      long length = file.length();
      byte[] bytes = new byte[(int) Math.min(maxBytes, length)];
      file.seek(length - bytes.length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (java.io.FileNotFoundException e) {
      return "";
    }
  }

  private Path source() {
    return exists() ? path : released;
  }

  private Optional<byte[]> read(String name) throws IOException {
    try {
      return Optional.of(Files.readAllBytes(source().resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void replace(String name, byte[] content) throws IOException {
    // A file of its own for each writer: another controller may write as well.
    Path temporary = Files.createTempFile(path, name + ".", ".tmp");
    Files.write(temporary, content);
    Files.move(temporary, path.resolve(name), ATOMIC_MOVE);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }

  private static byte[] document(Writer writer) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = Json.generator(out)) {
      writer.write(json);
    }
    return out.toByteArray();
  }

  @FunctionalInterface
  private interface Writer {
    void write(JsonGenerator json) throws IOException;
  }
}
