// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes rows to a file: a list of objects, the same for every bench. */
final class RowsJson {
  private RowsJson() {}

  static void write(Path file, List<Row> rows) throws IOException {
    DefaultPrettyPrinter onePerLine = new DefaultPrettyPrinter()
        .withArrayIndenter(new DefaultIndenter())
        .withObjectIndenter(new DefaultPrettyPrinter.FixedSpaceIndenter());
    try (var stream = Files.newOutputStream(file);
        JsonGenerator out = new JsonFactory()
            .createGenerator(stream, JsonEncoding.UTF8)
            .setPrettyPrinter(onePerLine)) {
      out.writeStartArray();
      for (Row row : rows) {
        out.writeStartObject();
        out.writeStringField("work", row.work());
        out.writeStringField("system", row.system());
        out.writeStringField("metric", row.metric());
        out.writeStringField("unit", row.unit());
        out.writeNumberField("min", row.min());
        out.writeNumberField("median", row.median());
        out.writeNumberField("max", row.max());
        out.writeNumberField("runs", row.runs());
        out.writeEndObject();
      }
      out.writeEndArray();
    }
  }
}
