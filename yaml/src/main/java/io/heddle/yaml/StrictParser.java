// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.DocumentStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.NodeEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.parser.Parser;

/**
 * Passes on the events of plain data, and refuses all that makes YAML more than that, before a node
 * is made of it.
 */
final class StrictParser implements Parser {
  private final String file;
  private final Parser parser;
  private int depth;
  private int documents;

  StrictParser(String file, Parser parser) {
    this.file = file;
    this.parser = parser;
  }

  @Override
  public boolean checkEvent(Event.ID choice) {
    return parser.checkEvent(choice);
  }

  @Override
  public Event peekEvent() {
    return parser.peekEvent();
  }

  @Override
  public Event getEvent() {
    Event event = parser.getEvent();
    switch (event.getEventId()) {
      case DocumentStart -> checkDocument((DocumentStartEvent) event);
      case Alias -> throw refuse(event, "aliases ('*') are not allowed; repeat the value");
      case Scalar -> checkNode((NodeEvent) event, ((ScalarEvent) event).getTag());
      case MappingStart, SequenceStart -> {
        checkNode((NodeEvent) event, ((CollectionStartEvent) event).getTag());
        depth++;
        if (depth > YamlDocument.MAX_DEPTH) {
          throw refuse(
              event,
              "is nested too deep; at most " + YamlDocument.MAX_DEPTH + " levels are allowed");
        }
      }
      case MappingEnd, SequenceEnd -> depth--;
      case StreamStart, StreamEnd, DocumentEnd, Comment -> {
        // Nothing to refuse.
      }
    }
    return event;
  }

  private void checkDocument(DocumentStartEvent event) {
    documents++;
    if (documents > 1) {
      throw refuse(event, "a second document is not allowed; one file holds one");
    }
    if (event.getVersion() != null
        || (event.getTags() != null && !event.getTags().isEmpty())) {
      throw refuse(event, "directives ('%') are not allowed; leave them out");
    }
  }

  private void checkNode(NodeEvent event, @Nullable String tag) {
    if (event.getAnchor() != null) {
      throw refuse(event, "anchors ('&') are not allowed; repeat the value");
    }
    if (tag != null) {
      throw refuse(event, "tags ('!') are not allowed; the field says of which type the value is");
    }
  }

  private YamlError refuse(Event event, String message) {
    Mark mark = event.getStartMark();
    return new YamlError(new YamlProblem(
        file, mark.getLine() + 1, mark.getColumn() + 1, "", Optional.empty(), message));
  }
}
