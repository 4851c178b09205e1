// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * One attempt of one task: the user's code. Made by a {@link TaskFactory}, run once, on a thread of
 * the participant's task pool.
 */
public interface Task {
  /**
   * Does the work, and returns when it is done. An exception or an error counts as
   * {@link TaskResult.Status#FAILED}, with its message.
   */
  TaskResult run() throws Exception;

  /**
   * Asks {@link #run} to return soon; its result is not wanted any more. Called on another thread,
   * at most once, while it runs; must return at once. The thread that runs it is interrupted too.
   */
  void cancel();
}
