// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.bench.peer.Request;
import io.heddle.task.Task;
import io.heddle.task.TaskDriver;
import io.heddle.task.TaskParticipant;
import io.heddle.task.TaskResult;

/** A cluster whose participants do nothing, as tasks. Confined to the thread that does the work. */
final class TaskCluster implements AutoCloseable {
  private final BenchCluster cluster;
  final TaskDriver driver;

  TaskCluster(Request request, String name) throws Exception {
    this.cluster = new BenchCluster(request.connectString(), name);
    this.driver = TaskDriver.builder(cluster.store, name).build();
    cluster.onClose(driver::close);
    var unused = cluster.controller();
    cluster.participants(
        request.size("participants"),
        participant -> participant.extension(TaskParticipant.builder()
            .command("noop", context -> new Noop())
            .slots(request.size("slots"))
            .build()));
  }

  private static final class Noop implements Task {
    @Override
    public TaskResult run() {
      return TaskResult.completed();
    }

    @Override
    public void cancel() {
      // It has returned.
    }
  }

  @Override
  public void close() {
    cluster.close();
  }
}
