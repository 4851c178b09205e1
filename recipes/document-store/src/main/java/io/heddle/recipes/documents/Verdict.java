// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What held and what did not, and the figures. Confined to the demo's thread. */
final class Verdict {
  private final List<String> held = new ArrayList<>();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final Map<String, Object> figures = new LinkedHashMap<>();

  void check(String what, boolean holds, String why) {
    if (holds) {
      held.add(what);
    } else {
      fail(what, why);
    }
  }

  void fail(String what, String why) {
    failures.put(what, why);
  }

  void figure(String name, long value) {
    figures.put(name, value);
  }

  /** A figure that is a word: letters and underscores. */
  void figure(String name, String word) {
    figures.put(name, word);
  }

  List<String> held() {
    return held;
  }

  Map<String, String> failures() {
    return failures;
  }

  /** The figures as one JSON object. */
  String json() {
    StringBuilder json = new StringBuilder("{");
    figures.forEach((name, value) -> {
      json.append(json.length() == 1 ? "\n" : ",\n").append("  \"").append(name).append("\": ");
      if (value instanceof String word) {
        json.append('"').append(word).append('"');
      } else {
        json.append(value);
      }
    });
    return json.append("\n}\n").toString();
  }
}
