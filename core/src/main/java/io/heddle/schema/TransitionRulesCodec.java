// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Names;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.TransitionRetries;
import io.heddle.model.TransitionRules;
import io.heddle.model.TransitionTimeouts;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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
    out.writeEndObject();
  }

  /** Reads the field of an object. */
  static TransitionRules read(Json json) {
    return json.find(FIELD)
        .map(rules -> new TransitionRules(
            rules
                .find("timeouts")
                .map(TransitionRulesCodec::readTimeouts)
                .orElse(TransitionTimeouts.NONE),
            rules.find("retries").map(TransitionRulesCodec::readRetries)))
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
