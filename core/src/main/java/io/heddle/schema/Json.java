// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeType;
import com.google.common.collect.ImmutableList;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * JSON as documents use it: compact, bounded, without types, read by hand.
 *
 * <p>An instance is one value with its whereabouts, so that every error can name the field.
 * Immutable.
 */
public final class Json {
  /** The format that this version writes, and the newest that it reads. */
  public static final int FORMAT = 1;

  private static final ObjectMapper MAPPER = new ObjectMapper(JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(64)
          .maxStringLength(256 * 1024)
          .maxNumberLength(64)
          .maxDocumentLength(1024L * 1024)
          .build())
      .build());

  private final JsonNode node;
  private final String where;

  private Json(JsonNode node, String where) {
    this.node = node;
    this.where = where;
  }

  /** Something that writes to a generator. */
  @FunctionalInterface
  public interface Writer {
    /** Writes. */
    void write(JsonGenerator out) throws IOException;
  }

  /** A codec for documents that are one JSON object with a format number in {@code f}. */
  public static <T> Codec<T> codec(
      String name, DocumentWriter<T> writer, Function<Json, T> reader) {
    return new Codec<>() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public byte[] encode(T document) {
        return bytes(out -> {
          out.writeStartObject();
          out.writeNumberField("f", FORMAT);
          writer.write(out, document);
          out.writeEndObject();
        });
      }

      @Override
      public T decode(byte[] data) {
        Json json = parse(name, data);
        long format = json.get("f").asLong(1, Integer.MAX_VALUE);
        if (format > FORMAT) {
          throw new UnreadableException(name + ": format " + format + " is newer than " + FORMAT
              + ", the newest that this version reads");
        }
        try {
          return reader.apply(json);
        } catch (IllegalArgumentException e) {
          throw new UnreadableException(name + ": " + e.getMessage(), e);
        }
      }
    };
  }

  /**
   * Writes the fields of a document into an object that is open.
   *
   * @param <T> the document
   */
  @FunctionalInterface
  public interface DocumentWriter<T> {
    /** Writes. */
    void write(JsonGenerator out, T document) throws IOException;
  }

  /** What {@code writer} writes, as bytes. */
  public static byte[] bytes(Writer writer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    try (JsonGenerator out = MAPPER.getFactory().createGenerator(bytes)) {
      writer.write(out);
    } catch (IOException e) {
      throw new UncheckedIOException("writing to memory failed", e);
    }
    return bytes.toByteArray();
  }

  /**
   * Reads one JSON value.
   *
   * @param name what is read, for messages
   * @throws UnreadableException if it is not JSON, or exceeds a bound
   */
  public static Json parse(String name, byte[] data) {
    try {
      JsonNode node = MAPPER.readTree(data);
      if (node == null || node.isMissingNode()) {
        throw new UnreadableException(name + " is empty");
      }
      return new Json(node, name);
    } catch (JsonProcessingException e) {
      // The location is told, the source is not: it may hold secrets.
      e.clearLocation();
      throw new UnreadableException(name + " is not JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new UnreadableException(name + " is not JSON", e);
    }
  }

  private UnreadableException wrong(String wanted) {
    String value = node.isValueNode() ? " " + io.heddle.model.Names.printable(node.asText()) : "";
    return new UnreadableException(where + " must be " + wanted + ", not "
        + node.getNodeType().name().toLowerCase(Locale.ROOT) + value);
  }

  /**
   * The field of an object.
   *
   * @throws UnreadableException if this is no object, or has no such field
   */
  public Json get(String field) {
    return find(field)
        .orElseThrow(() -> new UnreadableException(where + ": field " + field + " is missing"));
  }

  /**
   * The field of an object, if it has it.
   *
   * @throws UnreadableException if this is no object
   */
  public Optional<Json> find(String field) {
    if (!node.isObject()) {
      throw wrong("an object");
    }
    @Nullable JsonNode child = node.get(field);
    return child == null || child.isNull()
        ? Optional.empty()
        : Optional.of(new Json(child, where + "." + field));
  }

  /** The names of an object's fields, in order. */
  public ImmutableList<String> fields() {
    if (!node.isObject()) {
      throw wrong("an object");
    }
    return ImmutableList.copyOf(node.fieldNames());
  }

  /** How many elements an array has. */
  public int size() {
    if (!node.isArray()) {
      throw wrong("an array");
    }
    return node.size();
  }

  /**
   * The element of an array.
   *
   * @throws UnreadableException if this is no array, or too short
   */
  public Json at(int index) {
    if (index >= size()) {
      throw new UnreadableException(where + " must have more than " + index + " elements");
    }
    return new Json(node.get(index), where + "[" + index + "]");
  }

  /** What {@code read} makes of each element of an array. */
  public <T> ImmutableList<T> list(Function<Json, T> read) {
    ImmutableList.Builder<T> list = ImmutableList.builderWithExpectedSize(size());
    for (int i = 0; i < size(); i++) {
      list.add(read.apply(at(i)));
    }
    return list.build();
  }

  /** A text. */
  public String asString() {
    if (node.getNodeType() != JsonNodeType.STRING) {
      throw wrong("a string");
    }
    return node.textValue();
  }

  /** A whole number of any size that fits 64 bits. */
  public long asLong() {
    return asLong(Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /** A whole number within bounds, both included. */
  public long asLong(long min, long max) {
    if (!node.isIntegralNumber()
        || !node.canConvertToLong()
        || node.longValue() < min
        || node.longValue() > max) {
      throw wrong("a whole number from " + min + " to " + max);
    }
    return node.longValue();
  }

  /** A whole number from 0. */
  public int asCount() {
    return (int) asLong(0, Integer.MAX_VALUE);
  }

  /** True or false. */
  public boolean asBoolean() {
    if (!node.isBoolean()) {
      throw wrong("true or false");
    }
    return node.booleanValue();
  }

  /** A finite number. */
  public double asDouble() {
    if (!node.isNumber()) {
      throw wrong("a number");
    }
    return node.doubleValue();
  }
}
