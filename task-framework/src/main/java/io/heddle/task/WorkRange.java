// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * Tasks of one job that were given out together: neighbours, with neighbouring tokens.
 *
 * @param first the first task's number
 * @param count how many
 * @param token the first task's token; the next has the next
 * @param attempt which attempt of each this is, from 1
 */
record WorkRange(int first, int count, long token, int attempt) {
  WorkRange {
    if (first < 0 || count < 1 || attempt < 1) {
      throw new IllegalArgumentException(
          "no range of tasks: " + first + "+" + count + ", attempt " + attempt);
    }
  }

  /** The number after the last task's. */
  int end() {
    return first + count;
  }

  boolean contains(int task) {
    return task >= first && task < end();
  }

  long tokenOf(int task) {
    return token + (task - first);
  }

  /** A part of it. */
  WorkRange part(int from, int to) {
    return new WorkRange(from, to - from, tokenOf(from), attempt);
  }

  /** Whether {@code next} goes on where this ends. */
  boolean meets(WorkRange next) {
    return end() == next.first && token + count == next.token && attempt == next.attempt;
  }
}
