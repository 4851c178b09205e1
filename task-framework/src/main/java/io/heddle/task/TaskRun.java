// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * Neighbouring tasks of which the same is known.
 *
 * @param first the first task's number
 * @param count how many
 * @param row what is known of each
 */
record TaskRun(int first, int count, TaskRow row) {
  TaskRun {
    if (first < 0 || count < 1) {
      throw new IllegalArgumentException("no run of tasks: " + first + "+" + count);
    }
  }

  int until() {
    return first + count;
  }
}
