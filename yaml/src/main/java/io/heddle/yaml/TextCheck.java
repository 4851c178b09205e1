// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import java.util.Optional;

/** Refuses texts that are too long, or hold characters that one can't see. */
final class TextCheck {
  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private TextCheck() {}

  static void check(String file, String text) {
    if (text.length() > YamlDocument.MAX_CODE_POINTS
        && text.codePointCount(0, text.length()) > YamlDocument.MAX_CODE_POINTS) {
      throw tooLong(file);
    }
    int line = 1;
    int column = 1;
    int codePoint;
    for (int i = withoutByteOrderMark(text).length() == text.length() ? 0 : 1;
        i < text.length();
        i += Character.charCount(codePoint)) {
      codePoint = text.codePointAt(i);
      if (!isAllowed(codePoint)) {
        throw new YamlError(new YamlProblem(
            file,
            line,
            column,
            "",
            Optional.empty(),
            String.format(
                "character U+%04X is not allowed; only what prints, tab, LF and CR LF are",
                codePoint)));
      }
      boolean endsLine = codePoint == '\n'
          || (codePoint == '\r' && (i + 1 == text.length() || text.charAt(i + 1) != '\n'));
      line += endsLine ? 1 : 0;
      column = endsLine ? 1 : column + 1;
    }
  }

  static String withoutByteOrderMark(String text) {
    return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
  }

  static YamlError tooLong(String file) {
    return new YamlError(new YamlProblem(
        file,
        1,
        1,
        "",
        Optional.empty(),
        "is too long; at most " + YamlDocument.MAX_CODE_POINTS + " characters are allowed"));
  }

  /**
   * YAML's printable characters, but without the line ends NEL, LS and PS, which an editor doesn't
   * show as such, and without a byte order mark within the text.
   */
  private static boolean isAllowed(int c) {
    return (c >= 0x20 && c <= 0x7E)
        || c == '\t'
        || c == '\n'
        || c == '\r'
        || (c >= 0xA0 && c <= 0xD7FF && c != 0x2028 && c != 0x2029)
        || (c >= 0xE000 && c <= 0xFFFD && c != BYTE_ORDER_MARK)
        || c >= 0x10000;
  }
}
