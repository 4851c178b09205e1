// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Names;
import io.heddle.store.Node;
import io.heddle.store.Stat;
import io.heddle.store.StoreSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Images of clusters as files: one JSON object per line, a header first, then one line per
 * document, whose data are text where they are text.
 */
public final class ImageFile {
  private static final String KIND = "heddle-image";

  /** A document in Base64 goes into pieces, so that each stays below what a reader accepts. */
  private static final int PIECE = 96 * 1024;

  /** Most characters of a line: a document at its bound, every character escaped. */
  private static final int MAX_LINE = 1024 * 1024;

  private ImageFile() {}

  /**
   * What is in a file.
   *
   * @param paths of the cluster
   * @param takenMillis when it was taken, in milliseconds since 1970
   * @param epoch the epoch of the last controller that took office
   * @param nodes the documents
   * @param denied the paths that whoever took the image may not read
   */
  public record Contents(
      ClusterPaths paths,
      long takenMillis,
      long epoch,
      ImmutableList<Node> nodes,
      ImmutableSortedSet<String> denied) {}

  /**
   * Writes a file, which appears whole or not at all.
   *
   * @throws IOException if that fails; the file is then as it was
   */
  public static void write(Contents image, Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    Path part = Files.createTempFile(directory, "image", ".part");
    try {
      try (OutputStream out = new java.io.BufferedOutputStream(Files.newOutputStream(part))) {
        line(out, json -> {
          json.writeStringField("kind", KIND);
          json.writeNumberField("f", Json.FORMAT);
          json.writeStringField("cluster", image.paths().cluster());
          json.writeNumberField("taken", image.takenMillis());
          json.writeNumberField("epoch", image.epoch());
          json.writeNumberField("documents", image.nodes().size());
          json.writeArrayFieldStart("denied");
          for (String path : image.denied()) {
            json.writeString(path.substring(image.paths().root().length()));
          }
          json.writeEndArray();
        });
        for (Node node : image.nodes()) {
          line(out, json -> write(json, image.paths(), node));
        }
      }
      move(part, file);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static void move(Path part, Path file) throws IOException {
    try {
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static void line(OutputStream out, Json.Writer fields) throws IOException {
    out.write(Json.bytes(json -> {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    }));
    out.write('\n');
  }

  private static void write(JsonGenerator json, ClusterPaths paths, Node node) throws IOException {
    json.writeStringField("path", node.path().substring(paths.root().length()));
    json.writeNumberField("czxid", node.stat().czxid());
    json.writeNumberField("mzxid", node.stat().mzxid());
    json.writeNumberField("version", node.stat().version());
    if (node.stat().ephemeralOwner() != 0) {
      json.writeNumberField("owner", node.stat().ephemeralOwner());
    }
    @Nullable String text = text(node.data());
    if (text != null) {
      json.writeStringField("text", text);
    } else {
      json.writeArrayFieldStart("base64");
      for (int i = 0; i < node.data().length; i += PIECE) {
        int end = Math.min(i + PIECE, node.data().length);
        json.writeString(
            Base64.getEncoder().encodeToString(java.util.Arrays.copyOfRange(node.data(), i, end)));
      }
      json.writeEndArray();
    }
  }

  /** The data as text, if they are the UTF-8 of printable text. */
  private static @Nullable String text(byte[] data) {
    try {
      String text =
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
      return text.chars().anyMatch(c -> c < ' ') ? null : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  /**
   * Reads a file.
   *
   * @param isDocument whether an image may hold a document at a path, taken apart
   * @throws IOException if the file cannot be read
   * @throws UnreadableException if it is not an image; the message names the file and the line
   */
  public static Contents read(Path file, Predicate<List<String>> isDocument) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      return new Reading(file, reader, isDocument).read();
    }
  }

  /** One file being read. */
  private static final class Reading {
    private final Path file;
    private final BufferedReader reader;
    private final Predicate<List<String>> isDocument;
    private int lines;

    Reading(Path file, BufferedReader reader, Predicate<List<String>> isDocument) {
      this.file = file;
      this.reader = reader;
      this.isDocument = isDocument;
    }

    Contents read() throws IOException {
      try {
        Json header = next();
        if (!header.find("kind").map(Json::asString).orElse("").equals(KIND)) {
          throw new UnreadableException("is not the header of an image of a cluster");
        }
        long format = header.get("f").asLong(1, Integer.MAX_VALUE);
        if (format > Json.FORMAT) {
          throw new UnreadableException(
              "format " + format + " is newer than " + Json.FORMAT + ", the newest known");
        }
        ClusterPaths paths = new ClusterPaths(header.get("cluster").asString());
        int count = header.get("documents").asCount();
        List<Node> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
          nodes.add(node(paths, next()));
        }
        return new Contents(
            paths,
            header.get("taken").asLong(),
            header.get("epoch").asLong(0, io.heddle.model.Token.MAX_EPOCH),
            ImmutableList.copyOf(nodes),
            ImmutableSortedSet.copyOf(
                header.get("denied").list(path -> paths.root() + path.asString())));
      } catch (UnreadableException | IllegalArgumentException | CharacterCodingException e) {
        throw new UnreadableException(file + ", line " + lines + ": " + e.getMessage(), e);
      }
    }

    private Json next() throws IOException {
      lines++;
      StringBuilder line = new StringBuilder();
      for (int c = reader.read(); c != '\n'; c = reader.read()) {
        if (c < 0) {
          throw new UnreadableException("the file ends here, before its last document");
        }
        if (line.length() >= MAX_LINE) {
          throw new UnreadableException("is longer than " + MAX_LINE + " characters");
        }
        line.append((char) c);
      }
      return Json.parse("document", line.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Node node(ClusterPaths paths, Json json) {
      String path = paths.root() + json.get("path").asString();
      if (!isDocument.test(paths.parts(path))) {
        throw new UnreadableException("no image has a document at " + Names.printable(path));
      }
      Stat stat = new Stat(
          json.get("czxid").asLong(),
          json.get("mzxid").asLong(),
          (int) json.get("version").asLong(0, Integer.MAX_VALUE),
          json.find("owner").map(Json::asLong).orElse(0L));
      byte[] data = json.find("text")
          .map(text -> text.asString().getBytes(StandardCharsets.UTF_8))
          .orElseGet(() -> pieces(json.get("base64")));
      if (data.length > StoreSession.MAX_NODE_BYTES) {
        throw new UnreadableException(
            path + " has " + data.length + " bytes, above " + StoreSession.MAX_NODE_BYTES);
      }
      return new Node(path, data, stat);
    }

    private static byte[] pieces(Json json) {
      java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
      json.list(Json::asString)
          .forEach(piece -> bytes.writeBytes(Base64.getDecoder().decode(piece)));
      return bytes.toByteArray();
    }
  }
}
