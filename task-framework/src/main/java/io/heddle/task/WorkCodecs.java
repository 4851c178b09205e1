// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Names;
import io.heddle.model.Token;
import io.heddle.schema.Codec;
import io.heddle.schema.Json;
import io.heddle.task.WorkGroup.Order;
import java.io.IOException;
import java.util.Map;

/**
 * How work and outcome buckets are written down: short field names, arrays instead of objects,
 * trailing defaults left out.
 */
final class WorkCodecs {
  /** Work buckets. */
  static final Codec<WorkBucket> WORK =
      Json.codec("work bucket", WorkCodecs::writeWork, WorkCodecs::readWork);

  /** Outcome buckets. */
  static final Codec<OutcomeBucket> OUTCOMES =
      Json.codec("outcome bucket", WorkCodecs::writeOutcomes, WorkCodecs::readOutcomes);

  private WorkCodecs() {}

  private static void writeWork(JsonGenerator out, WorkBucket bucket) throws IOException {
    out.writeNumberField("e", bucket.epoch());
    out.writeNumberField("n", bucket.incarnation());
    out.writeNumberField("q", bucket.q());
    out.writeNumberField("a", bucket.a());
    out.writeArrayFieldStart("g");
    for (Map.Entry<JobKey, WorkGroup> group : bucket.groups().entrySet()) {
      out.writeStartArray();
      writeKey(out, group.getKey());
      out.writeString(group.getValue().order().letter());
      for (WorkRange range : group.getValue().ranges()) {
        out.writeStartArray();
        out.writeNumber(range.first());
        out.writeNumber(range.count());
        out.writeNumber(range.token());
        if (range.attempt() > 1) {
          out.writeNumber(range.attempt());
        }
        out.writeEndArray();
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static void writeKey(JsonGenerator out, JobKey key) throws IOException {
    out.writeString(key.workflow().name());
    out.writeNumber(key.workflow().uid());
    out.writeString(key.job());
  }

  private static WorkBucket readWork(Json json) {
    ImmutableSortedMap.Builder<JobKey, WorkGroup> groups = ImmutableSortedMap.naturalOrder();
    json.get("g").list(group -> groups.put(key(group), workGroup(group)));
    return new WorkBucket(
        json.get("e").asLong(0, Token.MAX_EPOCH),
        json.get("n").asLong(0, Token.MAX_EPOCH),
        json.get("q").asLong(),
        json.get("a").asLong(),
        groups.buildOrThrow());
  }

  private static JobKey key(Json group) {
    return new WorkflowKey(
            Names.check("workflow", group.at(0).asString()), group.at(1).asLong())
        .job(Names.check("job", group.at(2).asString()));
  }

  private static WorkGroup workGroup(Json group) {
    ImmutableList.Builder<WorkRange> ranges = ImmutableList.builder();
    for (int i = 4; i < group.size(); i++) {
      Json range = group.at(i);
      ranges.add(new WorkRange(
          range.at(0).asCount(),
          range.at(1).asCount(),
          range.at(2).asLong(),
          range.size() > 3 ? range.at(3).asCount() : 1));
    }
    return new WorkGroup(Order.of(group.at(3).asString()), ranges.build());
  }

  private static void writeOutcomes(JsonGenerator out, OutcomeBucket bucket) throws IOException {
    out.writeNumberField("n", bucket.incarnation());
    out.writeNumberField("q", bucket.q());
    out.writeNumberField("s", bucket.s());
    out.writeArrayFieldStart("g");
    for (Map.Entry<JobKey, ImmutableList<OutcomeRange>> group : bucket.groups().entrySet()) {
      out.writeStartArray();
      writeKey(out, group.getKey());
      for (OutcomeRange range : group.getValue()) {
        out.writeStartArray();
        out.writeNumber(range.first());
        out.writeNumber(range.count());
        out.writeNumber(range.token());
        out.writeString(range.end().letter());
        if (!range.info().isEmpty()) {
          out.writeString(range.info());
        }
        out.writeEndArray();
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static OutcomeBucket readOutcomes(Json json) {
    ImmutableSortedMap.Builder<JobKey, ImmutableList<OutcomeRange>> groups =
        ImmutableSortedMap.naturalOrder();
    json.get("g").list(group -> groups.put(key(group), outcomes(group)));
    return new OutcomeBucket(
        json.get("n").asLong(0, Token.MAX_EPOCH),
        json.get("q").asLong(),
        json.get("s").asLong(),
        groups.buildOrThrow());
  }

  private static ImmutableList<OutcomeRange> outcomes(Json group) {
    ImmutableList.Builder<OutcomeRange> ranges = ImmutableList.builder();
    for (int i = 3; i < group.size(); i++) {
      Json range = group.at(i);
      ranges.add(new OutcomeRange(
          range.at(0).asCount(),
          range.at(1).asCount(),
          range.at(2).asLong(),
          AttemptEnd.of(range.at(3).asString()),
          range.size() > 4 ? range.at(4).asString() : ""));
    }
    return ranges.build();
  }
}
