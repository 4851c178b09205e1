// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.Throttle;
import io.heddle.model.ThrottleSpec;
import io.heddle.model.TransitionRetries;
import io.heddle.model.TransitionRules;
import io.heddle.model.TransitionTimeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** How the rules of transitions are written down within other documents. */
final class TransitionRulesCodec {
  private static final String FIELD = "transitions";
  private static final String ANY = "*";

  private TransitionRulesCodec() {}

  /** Writes a field, unless the rules are the default ones. */
  static void write(JsonGenerator out, TransitionRules rules) throws IOException {
    if (rules.equals(TransitionRules.DEFAULT)) {
      return;
    }
    out.writeObjectFieldStart(FIELD);
    if (!rules.timeouts().equals(TransitionTimeouts.NONE)) {
      out.writeFieldName("timeouts");
      writeTimeouts(out, rules.timeouts());
    }
    if (rules.retries().isPresent()) {
      out.writeObjectFieldStart("retries");
      out.writeNumberField("most", rules.retries().get().most());
      out.writeNumberField("delay", rules.retries().get().delay().toMillis());
      out.writeEndObject();
    }
    if (!rules.throttles().equals(ThrottleSpec.NONE)) {
      writeThrottles(out, rules.throttles());
    }
    out.writeEndObject();
  }

  private static void writeThrottles(JsonGenerator out, ThrottleSpec spec) throws IOException {
    out.writeArrayFieldStart("throttles");
    for (Throttle throttle : spec.throttles()) {
      out.writeStartObject();
      out.writeStringField("scope", throttle.scope().name());
      out.writeStringField("load", throttle.load().name());
      if (throttle.transition().isPresent()) {
        out.writeStringField("transition", throttle.transition().get().toString());
      }
      if (throttle.resource().isPresent()) {
        out.writeStringField("resource", throttle.resource().get().name());
      }
      if (throttle.instance().isPresent()) {
        out.writeStringField("instance", throttle.instance().get().name());
      }
      out.writeNumberField("limit", throttle.limit());
      out.writeEndObject();
    }
    out.writeEndArray();
    if (spec.errorThreshold().isPresent()) {
      out.writeNumberField("errorThreshold", spec.errorThreshold().getAsInt());
    }
    if (spec.tasksPerInstance().isPresent()) {
      out.writeNumberField("tasksPerInstance", spec.tasksPerInstance().getAsInt());
    }
  }

  private static ThrottleSpec readThrottles(Json json) {
    return new ThrottleSpec(
        json.find("throttles")
            .map(all -> all.list(TransitionRulesCodec::readThrottle))
            .orElse(ImmutableList.of()),
        count(json, "errorThreshold"),
        count(json, "tasksPerInstance"));
  }

  private static OptionalInt count(Json json, String field) {
    return json.find(field).stream().mapToInt(Json::asCount).findFirst();
  }

  private static Throttle readThrottle(Json json) {
    return new Throttle(
        Specs.oneOf(Throttle.Scope.class, json.get("scope").asString()),
        Specs.oneOf(Throttle.Load.class, json.get("load").asString()),
        json.find("transition").map(t -> transition(t.asString())),
        json.find("resource").map(r -> ResourceId.of(r.asString())),
        json.find("instance").map(i -> InstanceId.of(i.asString())),
        json.get("limit").asCount());
  }

  /** Reads the field of an object. */
  static TransitionRules read(Json json) {
    return json.find(FIELD)
        .map(rules -> new TransitionRules(
            rules
                .find("timeouts")
                .map(TransitionRulesCodec::readTimeouts)
                .orElse(TransitionTimeouts.NONE),
            rules.find("retries").map(TransitionRulesCodec::readRetries),
            readThrottles(rules)))
        .orElse(TransitionRules.DEFAULT);
  }

  private static TransitionRetries readRetries(Json json) {
    return new TransitionRetries(
        json.get("most").asCount(), Duration.ofMillis(json.get("delay").asLong()));
  }

  /** Writes an object: milliseconds by transition, {@code *} for any. */
  static void writeTimeouts(JsonGenerator out, TransitionTimeouts timeouts) throws IOException {
    out.writeStartObject();
    if (timeouts.any().isPresent()) {
      out.writeNumberField(ANY, timeouts.any().get().toMillis());
    }
    for (Map.Entry<Transition, Duration> one : timeouts.each().entrySet()) {
      out.writeNumberField(one.getKey().toString(), one.getValue().toMillis());
    }
    out.writeEndObject();
  }

  /** Reads what {@link #writeTimeouts} wrote. */
  static TransitionTimeouts readTimeouts(Json json) {
    Optional<Duration> any = json.find(ANY).map(TransitionRulesCodec::millis);
    ImmutableSortedMap.Builder<Transition, Duration> each = ImmutableSortedMap.naturalOrder();
    for (String field : json.fields()) {
      if (!field.equals(ANY)) {
        each.put(transition(field), millis(json.get(field)));
      }
    }
    return new TransitionTimeouts(any, each.buildOrThrow());
  }

  private static Duration millis(Json json) {
    return Duration.ofMillis(json.asLong());
  }

  private static Transition transition(String text) {
    List<String> states = Splitter.on('>').splitToList(text);
    if (states.size() != 2) {
      throw new UnreadableException(
          "'" + Names.printable(text) + "' is no transition: two states with > between are");
    }
    return new Transition(Names.check("state", states.get(0)), Names.check("state", states.get(1)));
  }
}
