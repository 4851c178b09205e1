// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * Tasks of one job whose attempts ended alike, and leave the work of an instance.
 *
 * @param first the first task's number
 * @param count how many
 * @param token the first attempt's token; the next has the next
 * @param attempt which attempt of each it was
 * @param end how it ended
 * @param info the result or the reason; empty if there is none
 */
record Settled(int first, int count, long token, int attempt, AttemptEnd end, String info) {
  int until() {
    return first + count;
  }
}
