// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import java.util.Optional;

/**
 * One thing that is wrong with a document. Immutable.
 *
 * @param file the document's name
 * @param line its line, from 1
 * @param column its column, from 1
 * @param path the field, such as {@code jobs[2].name}; empty for the document as a whole
 * @param value what stands there, if that is a scalar; cut and without control characters
 * @param message what is allowed there
 */
public record YamlProblem(
    String file, int line, int column, String path, Optional<String> value, String message) {
  private static final int MAX_VALUE = 80;

  /** Makes the value safe to print. */
  public YamlProblem {
    value = value.map(YamlProblem::printable);
  }

  static String printable(String text) {
    StringBuilder safe = new StringBuilder(Math.min(text.length(), MAX_VALUE + 1));
    for (int i = 0; i < text.length(); i++) {
      if (i == MAX_VALUE) {
        return safe.append('…').toString();
      }
      char c = text.charAt(i);
      int type = Character.getType(c);
      boolean unsafe = Character.isISOControl(c)
          || Character.isSurrogate(c)
          || type == Character.FORMAT
          || type == Character.LINE_SEPARATOR
          || type == Character.PARAGRAPH_SEPARATOR;
      safe.append(unsafe ? '?' : c);
    }
    return safe.toString();
  }

  /** {@code file:line:column: path = 'value': message}. */
  @Override
  public String toString() {
    return file + ":" + line + ":" + column + ": "
        + (path.isEmpty() ? "" : path + (value.isPresent() ? "" : ": "))
        + value.map(v -> (path.isEmpty() ? "" : " = ") + "'" + v + "': ").orElse("")
        + message;
  }
}
