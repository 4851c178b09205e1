// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceId;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** The two documents of a container's directory as JSON. Unknown fields are ignored. */
final class Json {
  private static final JsonFactory FACTORY = JsonFactory.builder()
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(4)
          .maxStringLength(1 << 20)
          .maxDocumentLength(4 << 20)
          .maxNumberLength(32)
          .build())
      .build();

  private Json() {}

  static void write(JsonGenerator json, ContainerSpec spec) throws IOException {
    json.writeStartObject();
    json.writeStringField("id", spec.id().name());
    json.writeStringField("participant", spec.participant().name());
    json.writeStringField("service", spec.service().name());
    json.writeNumberField("memoryMb", spec.memoryMb());
    json.writeNumberField("cores", spec.cores());
    json.writeStringField("mainClass", spec.mainClass());
    json.writeStringField("packageUri", spec.packageUri());
    json.writeObjectFieldStart("config");
    for (Map.Entry<String, String> entry : spec.config().entrySet()) {
      json.writeStringField(entry.getKey(), entry.getValue());
    }
    json.writeEndObject();
    json.writeEndObject();
  }

  static ContainerSpec readSpec(byte[] document) throws IOException {
    Fields fields = Fields.read(document);
    return new ContainerSpec(
        ContainerId.of(fields.text("id")),
        InstanceId.of(fields.text("participant")),
        ResourceId.of(fields.text("service")),
        (int) fields.number("memoryMb"),
        Double.parseDouble(fields.text("cores")),
        fields.text("mainClass"),
        fields.text("packageUri"),
        ImmutableSortedMap.copyOf(fields.object));
  }

  static void write(JsonGenerator json, LaunchRecord launch) throws IOException {
    json.writeStartObject();
    json.writeStringField("startId", launch.startId());
    json.writeStringField("bootId", launch.bootId());
    json.writeStringField("pidNamespace", launch.namespace());
    write(json, "controller", launch.controller());
    json.writeNumberField("startedAtMillis", launch.startedAtMillis());
    write(json, "waiter", launch.waiter());
    write(json, "main", launch.main());
    json.writeArrayFieldStart("command");
    for (String word : launch.command()) {
      json.writeString(word);
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String name, ProcessId process) throws IOException {
    json.writeNumberField(name + "Pid", process.pid());
    json.writeNumberField(name + "Ticks", process.startTicks());
  }

  static LaunchRecord readLaunch(byte[] document) throws IOException {
    Fields fields = Fields.read(document);
    return new LaunchRecord(
        fields.text("startId"),
        fields.text("bootId"),
        fields.text("pidNamespace"),
        fields.process("controller"),
        fields.number("startedAtMillis"),
        fields.list.build(),
        fields.process("waiter"),
        fields.process("main"));
  }

  static JsonGenerator generator(java.io.OutputStream out) throws IOException {
    return FACTORY.createGenerator(out).useDefaultPrettyPrinter();
  }

  /** The fields of one document, which has at most one list and one object. */
  private static final class Fields {
    private final Map<String, String> scalars = new HashMap<>();
    private final Map<String, String> object = new HashMap<>();
    private final ImmutableList.Builder<String> list = ImmutableList.builder();

    static Fields read(byte[] document) throws IOException {
      Fields fields = new Fields();
      try (JsonParser json = FACTORY.createParser(document)) {
        require(json.nextToken() == JsonToken.START_OBJECT, "no object");
        while (json.nextToken() == JsonToken.FIELD_NAME) {
          String name = json.currentName();
          JsonToken value = json.nextToken();
          if (value == JsonToken.START_OBJECT) {
            while (json.nextToken() == JsonToken.FIELD_NAME) {
              String key = json.currentName();
              require(json.nextToken().isScalarValue(), name + "." + key + " is no text");
              fields.object.put(key, json.getText());
            }
          } else if (value == JsonToken.START_ARRAY) {
            while (json.nextToken() != JsonToken.END_ARRAY) {
              require(json.currentToken().isScalarValue(), name + " holds no texts");
              fields.list.add(json.getText());
            }
          } else {
            fields.scalars.put(name, json.getText());
          }
        }
        require(json.currentToken() == JsonToken.END_OBJECT, "no end");
      }
      return fields;
    }

    String text(String name) throws IOException {
      String value = scalars.getOrDefault(name, "");
      require(scalars.containsKey(name), name + " is missing");
      return value;
    }

    long number(String name) throws IOException {
      String value = text(name);
      require(value.matches("-?[0-9]{1,18}"), name + " is no number: " + value);
      return Long.parseLong(value);
    }

    ProcessId process(String name) throws IOException {
      return new ProcessId(number(name + "Pid"), number(name + "Ticks"));
    }

    private static void require(boolean holds, String problem) throws IOException {
      if (!holds) {
        throw new IOException("not the document that was written: " + problem);
      }
    }
  }
}
