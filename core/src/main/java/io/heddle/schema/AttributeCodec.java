// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AttributeBucket;
import io.heddle.model.AttributeValue;
import io.heddle.model.Attributes;
import io.heddle.model.ResourceKey;
import io.heddle.model.Token;
import java.io.IOException;
import java.util.Map;

/** How attribute buckets are written down; per partition the numbers, then the texts. */
public final class AttributeCodec {
  /** Attribute buckets. */
  public static final Codec<AttributeBucket> ATTRIBUTES =
      Json.codec("attribute bucket", AttributeCodec::write, AttributeCodec::read);

  private AttributeCodec() {}

  private static void write(JsonGenerator out, AttributeBucket bucket) throws IOException {
    out.writeNumberField("n", bucket.incarnation());
    out.writeNumberField("q", bucket.q());
    out.writeArrayFieldStart("g");
    for (var group : bucket.groups().entrySet()) {
      out.writeStartArray();
      out.writeString(group.getKey().resource().name());
      out.writeNumber(group.getKey().uid());
      for (var partition : group.getValue().entrySet()) {
        out.writeStartArray();
        out.writeNumber(partition.getKey());
        writeNumbers(out, partition.getValue());
        writeTexts(out, partition.getValue());
        out.writeEndArray();
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static void writeNumbers(JsonGenerator out, Attributes attributes) throws IOException {
    out.writeStartObject();
    for (Map.Entry<String, AttributeValue> entry : attributes.values().entrySet()) {
      if (entry.getValue() instanceof AttributeValue.Figure number) {
        out.writeNumberField(entry.getKey(), number.value());
      }
    }
    out.writeEndObject();
  }

  private static void writeTexts(JsonGenerator out, Attributes attributes) throws IOException {
    out.writeStartObject();
    for (Map.Entry<String, AttributeValue> entry : attributes.values().entrySet()) {
      if (entry.getValue() instanceof AttributeValue.Text text) {
        out.writeStringField(entry.getKey(), text.value());
      }
    }
    out.writeEndObject();
  }

  private static AttributeBucket read(Json json) {
    ImmutableSortedMap.Builder<ResourceKey, ImmutableSortedMap<Integer, Attributes>> groups =
        ImmutableSortedMap.naturalOrder();
    json.get("g").list(g -> groups.put(BucketCodecs.key(g), group(g)));
    return new AttributeBucket(
        json.get("n").asLong(0, Token.MAX_EPOCH), json.get("q").asLong(), groups.buildOrThrow());
  }

  private static ImmutableSortedMap<Integer, Attributes> group(Json json) {
    ImmutableSortedMap.Builder<Integer, Attributes> partitions = ImmutableSortedMap.naturalOrder();
    for (int i = 2; i < json.size(); i++) {
      Json partition = json.at(i);
      ImmutableSortedMap.Builder<String, AttributeValue> values = ImmutableSortedMap.naturalOrder();
      Json numbers = partition.at(1);
      numbers
          .fields()
          .forEach(name ->
              values.put(name, new AttributeValue.Figure(numbers.get(name).asLong())));
      Json texts = partition.at(2);
      texts
          .fields()
          .forEach(
              name -> values.put(name, new AttributeValue.Text(texts.get(name).asString())));
      partitions.put(partition.at(0).asCount(), new Attributes(values.buildOrThrow()));
    }
    return partitions.buildOrThrow();
  }
}
