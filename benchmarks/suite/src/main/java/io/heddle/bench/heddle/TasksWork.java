// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.bench.peer.Conversation;
import io.heddle.bench.peer.Request;
import io.heddle.bench.peer.WarmUp;
import io.heddle.bench.peer.Work;
import io.heddle.task.JobSpec;
import io.heddle.task.WorkflowHandle;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowState;
import io.heddle.task.WorkflowStatus;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** One job of many tasks that do nothing, from its submission to COMPLETED. */
final class TasksWork implements Work {
  @Override
  public void run(Request request) throws Exception {
    Conversation conversation = request.conversation();
    int tasks = request.size("tasks");
    Duration limit = Duration.ofSeconds(request.size("limitSeconds"));
    try (TaskCluster cluster = new TaskCluster(request, "tasks-" + tasks)) {
      conversation.progress("warm-up");
      WarmUp warmUps = WarmUp.of(request);
      for (int i = 0; warmUps.goesOn(i); i++) {
        WorkflowHandle warmUp =
            submit(cluster, "warm-up-" + i, request.size("warmupTasks"), request.size("slots"));
        completed(warmUp.await(limit));
        BenchCluster.get(warmUp.delete());
      }
      for (int i = 0; i < request.size("runs"); i++) {
        conversation.progress("run " + (i + 1));
        conversation.awaitQuiet();
        conversation.begin();
        long start = System.nanoTime();
        WorkflowHandle workflow = submit(cluster, "run-" + i, tasks, request.size("slots"));
        int completed = await(workflow, limit);
        long nanos = System.nanoTime() - start;
        conversation.awaitQuiet();
        conversation.end("task", completed);
        conversation.value("throughput", "tasks/s", completed * 1e9 / nanos);
        conversation.value("completed", "tasks", completed);
        conversation.runEnded();
        BenchCluster.get(workflow.delete());
      }
    }
  }

  private static int await(WorkflowHandle workflow, Duration limit) throws Exception {
    try {
      return completed(workflow.await(limit));
    } catch (TimeoutException e) {
      // As many as it made in the time that it had.
      return BenchCluster.get(workflow.status()).job("noops").completed();
    }
  }

  private static int completed(WorkflowStatus end) {
    if (end.state() != WorkflowState.COMPLETED) {
      throw new IllegalStateException("the workflow has ended " + end);
    }
    return end.job("noops").completed();
  }

  private static WorkflowHandle submit(TaskCluster cluster, String name, int tasks, int concurrent)
      throws Exception {
    JobSpec.Builder job = JobSpec.builder("noops")
        .command("noop")
        .numberOfTasks(tasks)
        .concurrentTasksPerInstance(concurrent);
    return BenchCluster.get(
        cluster.driver.submit(WorkflowSpec.builder(name).job(job).build()));
  }
}
