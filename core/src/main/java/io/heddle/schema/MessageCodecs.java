// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import com.fasterxml.jackson.core.JsonGenerator;
import io.heddle.model.Criteria;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceId;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** How user messages and their replies are written down. */
public final class MessageCodecs {
  /** Messages. */
  public static final Codec<Envelope> MESSAGE =
      Json.codec("message", MessageCodecs::writeMessage, MessageCodecs::readMessage);

  /** Replies. */
  public static final Codec<Answer> REPLY = Json.codec(
      "reply",
      (out, answer) -> {
        out.writeStringField("result", answer.result().name().toLowerCase(Locale.ROOT));
        out.writeStringField("body", answer.body());
        out.writeNumberField("keep", answer.keepMillis());
      },
      json -> new Answer(
          Result.of(json.get("result").asString()),
          json.get("body").asString(),
          json.get("keep").asLong(0, Long.MAX_VALUE)));

  private MessageCodecs() {}

  /**
   * A message on its way.
   *
   * @param from who sends it, for people
   * @param type which handler it is for
   * @param criteria to whom it was addressed
   * @param body what it says
   * @param keepMillis how long a reply is kept for the sender; 0 if none is wanted
   */
  public record Envelope(
      String from, String type, Criteria criteria, String body, long keepMillis) {}

  /**
   * A reply.
   *
   * @param result what became of the message
   * @param body what the handler answers, or why it failed
   * @param keepMillis how long it is kept for the sender
   */
  public record Answer(Result result, String body, long keepMillis) {}

  /** What became of a message. */
  public enum Result {
    /** The handler answered. */
    ANSWERED,
    /** The handler threw. */
    FAILED,
    /** Nobody handles messages of the type. */
    UNHANDLED;

    static Result of(String text) {
      for (Result result : values()) {
        if (result.name().toLowerCase(Locale.ROOT).equals(text)) {
          return result;
        }
      }
      throw new UnreadableException("result must be answered, failed or unhandled, not '"
          + io.heddle.model.Names.printable(text) + "'");
    }
  }

  private static void writeMessage(JsonGenerator out, Envelope message) throws IOException {
    out.writeStringField("from", message.from());
    out.writeStringField("type", message.type());
    Criteria criteria = message.criteria();
    write(out, "instance", criteria.instance().map(InstanceId::name));
    write(out, "resource", criteria.resource().map(ResourceId::name));
    if (criteria.partition().isPresent()) {
      out.writeNumberField("partition", criteria.partition().getAsInt());
    }
    write(out, "state", criteria.state());
    write(out, "tag", criteria.tag());
    out.writeStringField("body", message.body());
    out.writeNumberField("keep", message.keepMillis());
  }

  private static void write(JsonGenerator out, String field, Optional<String> value)
      throws IOException {
    if (value.isPresent()) {
      out.writeStringField(field, value.get());
    }
  }

  private static Envelope readMessage(Json json) {
    Optional<Integer> partition = json.find("partition").map(Json::asCount);
    return new Envelope(
        json.get("from").asString(),
        json.get("type").asString(),
        new Criteria(
            text(json, "instance").map(InstanceId::of),
            text(json, "resource").map(ResourceId::of),
            partition.isPresent() ? OptionalInt.of(partition.get()) : OptionalInt.empty(),
            text(json, "state"),
            text(json, "tag")),
        json.get("body").asString(),
        json.get("keep").asLong(0, Long.MAX_VALUE));
  }

  private static Optional<String> text(Json json, String field) {
    return json.find(field).map(Json::asString);
  }
}
