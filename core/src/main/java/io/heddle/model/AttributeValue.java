// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/** What a participant publishes under one name of a partition. */
public sealed interface AttributeValue {
  /** Most characters of a text. */
  int MAX_TEXT = 128;

  /**
   * A number, such as a lag.
   *
   * @param value the number
   */
  record Figure(long value) implements AttributeValue {
    @Override
    public String toString() {
      return Long.toString(value);
    }
  }

  /**
   * A text, such as a version.
   *
   * @param value at most {@link #MAX_TEXT} printable characters
   */
  record Text(String value) implements AttributeValue {
    /** Checks the text. */
    public Text {
      if (value.length() > MAX_TEXT || !Names.printable(value).equals(value)) {
        throw new IllegalArgumentException("an attribute must be at most " + MAX_TEXT
            + " printable characters, not " + value.length() + " of '" + Names.printable(value)
            + "'");
      }
    }

    @Override
    public String toString() {
      return value;
    }
  }
}
