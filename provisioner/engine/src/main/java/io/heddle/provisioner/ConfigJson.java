// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings as one JSON object whose values are texts; bounded. */
final class ConfigJson {
  /** Linux allows 128 KiB for one variable; half of it leaves room everywhere. */
  static final int MAX_BYTES = 64 * 1024;

  private static final JsonFactory JSON = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(1)
          .maxStringLength(MAX_BYTES)
          .maxDocumentLength(MAX_BYTES)
          .build())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .build();

  private ConfigJson() {}

  static String encode(ImmutableSortedMap<String, String> config) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      for (Map.Entry<String, String> entry : config.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e); // A StringWriter does not throw.
    }
    int bytes = text.toString().getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException("the settings " + config.keySet() + " take " + bytes
          + " bytes as JSON, at most " + MAX_BYTES + " are allowed");
    }
    return text.toString();
  }

  static ImmutableSortedMap<String, String> decode(String text) {
    ImmutableSortedMap.Builder<String, String> config = ImmutableSortedMap.naturalOrder();
    try (JsonParser json = JSON.createParser(text)) {
      require(json.nextToken() == JsonToken.START_OBJECT);
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String key = json.currentName();
        require(json.nextToken() == JsonToken.VALUE_STRING);
        config.put(key, json.getText());
      }
      require(json.currentToken() == JsonToken.END_OBJECT && json.nextToken() == null);
    } catch (IOException e) {
      throw notAnObject(e);
    }
    return config.buildOrThrow();
  }

  private static void require(boolean holds) {
    if (!holds) {
      throw notAnObject(null);
    }
  }

  private static IllegalArgumentException notAnObject(@Nullable Throwable cause) {
    return new IllegalArgumentException(
        "must be a JSON object whose values are texts, at most " + MAX_BYTES + " bytes", cause);
  }
}
