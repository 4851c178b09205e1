// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * What is known of one task.
 *
 * @param state where it is
 * @param attempts the number of its last attempt that ended; 0 if there is none
 * @param failures how many attempts failed
 * @param losses how many attempts were lost
 */
record TaskRow(TaskState state, int attempts, int failures, int losses) {
  /** A task of which no attempt has ended. */
  static final TaskRow NEW = new TaskRow(TaskState.PENDING, 0, 0, 0);

  /** A task that loses this many attempts is taken to be what kills its instances. */
  static final int MAX_LOSSES = 20;

  /**
   * After an attempt ended.
   *
   * @param stopping whether the job is being stopped, so that a cancelled attempt is no failure
   */
  TaskRow after(AttemptEnd end, int attempt, int maxFailures, boolean stopping) {
    return switch (end) {
      case COMPLETED -> new TaskRow(TaskState.COMPLETED, attempt, failures, losses);
      case FAILED, TIMED_OUT -> failed(attempt, maxFailures);
      case FATAL_FAILED -> new TaskRow(TaskState.FAILED, attempt, failures + 1, losses);
      case CANCELED ->
        stopping
            ? new TaskRow(TaskState.CANCELED, attempt, failures, losses)
            : failed(attempt, maxFailures);
      case LOST ->
        new TaskRow(
            losses + 1 < MAX_LOSSES ? TaskState.PENDING : TaskState.FAILED,
            attempt,
            failures,
            losses + 1);
      case RELEASED -> this;
    };
  }

  private TaskRow failed(int attempt, int maxFailures) {
    return new TaskRow(
        failures + 1 < maxFailures ? TaskState.PENDING : TaskState.FAILED,
        attempt,
        failures + 1,
        losses);
  }
}
