// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/** Where a workflow is. */
public enum WorkflowState {
  /** No task was given out yet. */
  NOT_STARTED,
  /** Jobs run, or wait for others. */
  IN_PROGRESS,
  /** It will be FAILED or ABORTED when the tasks that still run have ended. */
  STOPPING,
  /** All jobs ended, and no failure counts. */
  COMPLETED,
  /** A job failed whose failure counts. */
  FAILED,
  /** It was cancelled. */
  ABORTED;

  /** Whether it stays so. */
  public boolean isFinal() {
    return switch (this) {
      case NOT_STARTED, IN_PROGRESS, STOPPING -> false;
      case COMPLETED, FAILED, ABORTED -> true;
    };
  }
}
