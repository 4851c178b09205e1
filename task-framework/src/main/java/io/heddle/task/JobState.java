// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/** Where a job is. */
public enum JobState {
  /** It waits for its parents. */
  NOT_STARTED,
  /** Its tasks run, or wait for an instance. */
  IN_PROGRESS,
  /** Too many tasks were given up: it will be FAILED when the others have ended. */
  FAILING,
  /** It will be ABORTED when the tasks that still run have ended. */
  ABORTING,
  /** All tasks ended, and no more were given up than it tolerates. */
  COMPLETED,
  /** Too many tasks were given up, or a parent failed. */
  FAILED,
  /** The workflow was cancelled, or failed elsewhere. */
  ABORTED;

  /** Whether it stays so. */
  public boolean isFinal() {
    return switch (this) {
      case NOT_STARTED, IN_PROGRESS, FAILING, ABORTING -> false;
      case COMPLETED, FAILED, ABORTED -> true;
    };
  }
}
