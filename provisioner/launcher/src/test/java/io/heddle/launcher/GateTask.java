// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import io.heddle.task.Task;
import io.heddle.task.TaskCallbackContext;
import io.heddle.task.TaskResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Leaves a mark for its attempt, then waits until the gate is open. */
final class GateTask implements Task {
  private final TaskCallbackContext context;
  private final CountDownLatch cancelled = new CountDownLatch(1);

  GateTask(TaskCallbackContext context) {
    this.context = context;
  }

  @Override
  public TaskResult run() throws Exception {
    Path directory = Path.of(Objects.requireNonNull(context.config().get("directory")));
    Files.createFile(directory.resolve("task-" + context.task() + "-" + context.attempt()));
    while (!Files.exists(directory.resolve("gate"))) {
      if (cancelled.await(5, TimeUnit.MILLISECONDS)) {
        return TaskResult.canceled();
      }
    }
    return TaskResult.completed(context.instance() + "/" + context.attempt());
  }

  @Override
  public void cancel() {
    cancelled.countDown();
  }
}
