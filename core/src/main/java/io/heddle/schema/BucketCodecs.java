// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.Token;
import io.heddle.model.TransitionTimeouts;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How assignment and report buckets are written down: short field names, arrays instead of objects,
 * trailing defaults left out.
 */
public final class BucketCodecs {
  /** Assignment buckets. */
  public static final Codec<AssignmentBucket> ASSIGNMENT =
      Json.codec("assignment bucket", BucketCodecs::writeAssignment, BucketCodecs::readAssignment);

  /** Report buckets. */
  public static final Codec<ReportBucket> REPORT =
      Json.codec("report bucket", BucketCodecs::writeReport, BucketCodecs::readReport);

  private BucketCodecs() {}

  private static void writeAssignment(JsonGenerator out, AssignmentBucket bucket)
      throws IOException {
    out.writeNumberField("e", bucket.epoch());
    out.writeNumberField("n", bucket.incarnation());
    out.writeNumberField("q", bucket.q());
    out.writeNumberField("a", bucket.a());
    out.writeArrayFieldStart("g");
    for (var group : bucket.groups().entrySet()) {
      out.writeStartArray();
      out.writeString(group.getKey().resource().name());
      out.writeNumber(group.getKey().uid());
      out.writeString(group.getValue().stateModel());
      for (var target : group.getValue().targets().entrySet()) {
        out.writeStartArray();
        out.writeNumber(target.getKey());
        out.writeString(target.getValue().state());
        out.writeNumber(target.getValue().q());
        if (target.getValue().token() != Token.NONE || target.getValue().mayHold()) {
          out.writeNumber(target.getValue().token());
        }
        if (target.getValue().mayHold()) {
          out.writeNumber(1);
        }
        out.writeEndArray();
      }
      out.writeEndArray();
    }
    out.writeEndArray();
    writeTimeouts(out, bucket);
  }

  /** Apart from the groups, so that who does not know of it does not stumble. */
  private static void writeTimeouts(JsonGenerator out, AssignmentBucket bucket) throws IOException {
    boolean begun = false;
    for (var group : bucket.groups().entrySet()) {
      if (group.getValue().timeouts().equals(TransitionTimeouts.NONE)) {
        continue;
      }
      if (!begun) {
        out.writeArrayFieldStart("t");
        begun = true;
      }
      out.writeStartArray();
      out.writeString(group.getKey().resource().name());
      out.writeNumber(group.getKey().uid());
      TransitionRulesCodec.writeTimeouts(out, group.getValue().timeouts());
      out.writeEndArray();
    }
    if (begun) {
      out.writeEndArray();
    }
  }

  private static AssignmentBucket readAssignment(Json json) {
    Map<ResourceKey, TransitionTimeouts> timeouts = new HashMap<>();
    json.find("t")
        .map(all -> all.list(t -> Map.entry(key(t), TransitionRulesCodec.readTimeouts(t.at(2)))))
        .ifPresent(all -> all.forEach(t -> timeouts.put(t.getKey(), t.getValue())));
    ImmutableSortedMap.Builder<ResourceKey, AssignmentBucket.Group> groups =
        ImmutableSortedMap.naturalOrder();
    json.get("g")
        .list(g -> groups.put(
            key(g), assignmentGroup(g, timeouts.getOrDefault(key(g), TransitionTimeouts.NONE))));
    return new AssignmentBucket(
        json.get("e").asLong(0, Token.MAX_EPOCH),
        json.get("n").asLong(0, Token.MAX_EPOCH),
        json.get("q").asLong(),
        json.get("a").asLong(),
        groups.buildOrThrow());
  }

  static ResourceKey key(Json group) {
    return new ResourceKey(ResourceId.of(group.at(0).asString()), group.at(1).asLong());
  }

  private static AssignmentBucket.Group assignmentGroup(Json json, TransitionTimeouts timeouts) {
    ImmutableSortedMap.Builder<Integer, AssignmentBucket.Target> targets =
        ImmutableSortedMap.naturalOrder();
    for (int i = 3; i < json.size(); i++) {
      Json t = json.at(i);
      targets.put(
          t.at(0).asCount(),
          new AssignmentBucket.Target(
              t.at(1).asString(),
              t.at(2).asLong(),
              t.size() > 3 ? t.at(3).asLong() : Token.NONE,
              t.size() > 4 && t.at(4).asLong() == 1));
    }
    return new AssignmentBucket.Group(json.at(2).asString(), targets.buildOrThrow(), timeouts);
  }

  private static void writeReport(JsonGenerator out, ReportBucket bucket) throws IOException {
    out.writeNumberField("n", bucket.incarnation());
    out.writeNumberField("q", bucket.q());
    out.writeNumberField("s", bucket.s());
    out.writeArrayFieldStart("g");
    for (var group : bucket.groups().entrySet()) {
      out.writeStartArray();
      out.writeString(group.getKey().resource().name());
      out.writeNumber(group.getKey().uid());
      out.writeString(group.getValue().stateModel());
      for (var replica : group.getValue().replicas().entrySet()) {
        writeReplica(out, replica.getKey(), replica.getValue());
      }
      out.writeEndArray();
    }
    out.writeEndArray();
  }

  private static void writeReplica(JsonGenerator out, int partition, ReplicaState replica)
      throws IOException {
    out.writeStartArray();
    out.writeNumber(partition);
    out.writeString(replica.state());
    boolean failed = !replica.error().isEmpty() || replica.failures() > 0;
    boolean more = replica.inFlight().isPresent() || failed;
    if (more || replica.token() != Token.NONE) {
      out.writeNumber(replica.token());
    }
    if (more) {
      out.writeString(replica.inFlight().map(ReplicaState.InFlight::to).orElse(""));
      out.writeNumber(replica.inFlight().map(ReplicaState.InFlight::token).orElse(Token.NONE));
    }
    if (failed) {
      out.writeString(replica.error());
    }
    if (replica.failures() > 0) {
      out.writeNumber(replica.failures());
    }
    out.writeEndArray();
  }

  private static ReportBucket readReport(Json json) {
    ImmutableSortedMap.Builder<ResourceKey, ReportBucket.Group> groups =
        ImmutableSortedMap.naturalOrder();
    json.get("g").list(g -> groups.put(key(g), reportGroup(g)));
    return new ReportBucket(
        json.get("n").asLong(0, Token.MAX_EPOCH),
        json.get("q").asLong(),
        json.get("s").asLong(),
        groups.buildOrThrow());
  }

  private static ReportBucket.Group reportGroup(Json json) {
    ImmutableSortedMap.Builder<Integer, ReplicaState> replicas = ImmutableSortedMap.naturalOrder();
    for (int i = 3; i < json.size(); i++) {
      Json r = json.at(i);
      Optional<ReplicaState.InFlight> inFlight = r.size() > 4
              && !r.at(3).asString().isEmpty()
          ? Optional.of(new ReplicaState.InFlight(r.at(3).asString(), r.at(4).asLong()))
          : Optional.empty();
      replicas.put(
          r.at(0).asCount(),
          new ReplicaState(
              r.at(1).asString(),
              r.size() > 2 ? r.at(2).asLong() : Token.NONE,
              inFlight,
              r.size() > 5 ? r.at(5).asString() : "",
              r.size() > 6 ? r.at(6).asCount() : 0));
    }
    return new ReportBucket.Group(json.at(2).asString(), replicas.buildOrThrow());
  }
}
