// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/** Makes the tasks of a command. Registered with the participant. Thread-safe. */
@FunctionalInterface
public interface TaskFactory {
  /** A task for one attempt. Called on the thread that runs it. */
  Task create(TaskCallbackContext context) throws Exception;
}
