// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

/** How user properties are written down. */
public final class PropertyCodec {
  /** Properties. */
  public static final Codec<Value> VALUE = Json.codec(
      "property",
      (out, value) -> {
        out.writeStringField("type", value.type());
        out.writeStringField("value", value.text());
        out.writeStringField("id", value.id());
      },
      json -> new Value(
          json.get("type").asString(),
          json.get("value").asString(),
          json.get("id").asString()));

  private PropertyCodec() {}

  /**
   * A property.
   *
   * @param type the name of its type
   * @param text its value
   * @param id names the write, so that its writer knows it again
   */
  public record Value(String type, String text, String id) {}
}
