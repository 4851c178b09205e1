// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/** How an attempt ended, as the participant reports it, or as the controller concludes. */
public enum AttemptEnd {
  /** Done. */
  COMPLETED("c"),
  /** It failed, or threw. */
  FAILED("f"),
  /** It failed, and another attempt would not help. */
  FATAL_FAILED("F"),
  /** It took too long. Counts as a failure. */
  TIMED_OUT("t"),
  /** It was cancelled with its job. */
  CANCELED("x"),
  /** Nobody knows how it ended: its instance was lost. Counts as no failure. */
  LOST("l"),
  /** It never started, and was given back. Counts as no attempt. */
  RELEASED("r");

  private final String letter;

  AttemptEnd(String letter) {
    this.letter = letter;
  }

  String letter() {
    return letter;
  }

  static AttemptEnd of(String letter) {
    for (AttemptEnd end : values()) {
      if (end.letter.equals(letter)) {
        return end;
      }
    }
    throw new IllegalArgumentException("no end of an attempt is written as '" + letter + "'");
  }
}
