// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * Attempts of one job that ended alike: neighbouring tasks, neighbouring tokens.
 *
 * @param first the first task's number
 * @param count how many
 * @param token the first attempt's token; the next has the next
 * @param end how they ended
 * @param info the result or the reason; empty if there is none
 */
record OutcomeRange(int first, int count, long token, AttemptEnd end, String info) {
  int until() {
    return first + count;
  }

  long tokenOf(int task) {
    return token + (task - first);
  }

  boolean meets(OutcomeRange next) {
    return until() == next.first
        && token + count == next.token
        && end == next.end
        && info.equals(next.info);
  }
}
