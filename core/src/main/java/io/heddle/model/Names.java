// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.regex.Pattern;

/** The rule that every name obeys before it may become part of a path. */
public final class Names {
  /** What a name may look like: 1 to 128 characters, no separators, no leading punctuation. */
  public static final String ALLOWED = "[A-Za-z0-9][A-Za-z0-9._-]{0,127}";

  private static final Pattern PATTERN = Pattern.compile(ALLOWED);

  private Names() {}

  /**
   * Checks a name.
   *
   * @param kind what is named, for the message, such as {@code "resource"}
   * @param name the name
   * @return {@code name}
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static String check(String kind, String name) {
    if (!isValid(name)) {
      throw new IllegalArgumentException(kind + " name '" + printable(name)
          + "' is not allowed: must match " + ALLOWED + " and must not be 'zookeeper'");
    }
    return name;
  }

  /** Whether {@code name} may be used as a name. */
  public static boolean isValid(String name) {
    return PATTERN.matcher(name).matches() && !name.equals("zookeeper");
  }

  /** {@code text} without control characters and cut to 200 characters, safe for a terminal. */
  public static String printable(String text) {
    StringBuilder safe = new StringBuilder(Math.min(text.length(), 200));
    for (int i = 0; i < text.length() && safe.length() < 200; i++) {
      char c = text.charAt(i);
      safe.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return safe.toString();
  }
}
