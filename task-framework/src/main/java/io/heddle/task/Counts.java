// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * How many tasks and attempts ended how.
 *
 * @param completed tasks that completed
 * @param failed tasks that were given up
 * @param canceled tasks that were cancelled
 * @param failures attempts that failed
 * @param losses attempts that were lost
 */
record Counts(int completed, int failed, int canceled, int failures, int losses) {
  static final Counts NONE = new Counts(0, 0, 0, 0, 0);

  Counts plus(Counts more) {
    return new Counts(
        completed + more.completed,
        failed + more.failed,
        canceled + more.canceled,
        failures + more.failures,
        losses + more.losses);
  }

  /** The difference that {@code tasks} tasks make that go from one row to another. */
  static Counts change(TaskRow before, TaskRow after, int tasks) {
    return new Counts(
        tasks * is(after, TaskState.COMPLETED) - tasks * is(before, TaskState.COMPLETED),
        tasks * is(after, TaskState.FAILED) - tasks * is(before, TaskState.FAILED),
        tasks * is(after, TaskState.CANCELED) - tasks * is(before, TaskState.CANCELED),
        tasks * (after.failures() - before.failures()),
        tasks * (after.losses() - before.losses()));
  }

  private static int is(TaskRow row, TaskState state) {
    return row.state() == state ? 1 : 0;
  }
}
