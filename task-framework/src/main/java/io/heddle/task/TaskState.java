// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/** Where a task is. */
public enum TaskState {
  /** It waits for its first or next attempt, or an attempt runs. */
  PENDING("p"),
  /** An attempt completed. */
  COMPLETED("c"),
  /** It was given up: too many attempts failed, or one fatally. */
  FAILED("f"),
  /** Its job stopped before it was done. */
  CANCELED("x");

  private final String letter;

  TaskState(String letter) {
    this.letter = letter;
  }

  String letter() {
    return letter;
  }

  static TaskState of(String letter) {
    for (TaskState state : values()) {
      if (state.letter.equals(letter)) {
        return state;
      }
    }
    throw new IllegalArgumentException("no task state is written as '" + letter + "'");
  }
}
