// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import io.heddle.bench.peer.Conversation;
import io.heddle.bench.peer.Request;
import io.heddle.bench.peer.WarmUp;
import io.heddle.bench.peer.Work;
import java.time.Duration;

/** One job of many tasks that do nothing, from its submission to COMPLETED. */
final class TasksWork implements Work {
  @Override
  public void run(Request request) throws Exception {
    Conversation conversation = request.conversation();
    int tasks = request.size("tasks");
    int slots = request.size("slots");
    Duration limit = Duration.ofSeconds(request.size("limitSeconds"));
    TaskCluster cluster = new TaskCluster(request, "helix-tasks-" + tasks);
    conversation.progress("warm-up");
    WarmUp warmUps = WarmUp.of(request);
    for (int i = 0; warmUps.goesOn(i); i++) {
      String workflow = "warm-up-" + i;
      cluster.submit(workflow, request.size("warmupTasks"), slots);
      if (!cluster.await(workflow, limit)) {
        throw new IllegalStateException("the warm-up has not ended within " + limit);
      }
      cluster.delete(workflow);
    }
    for (int i = 0; i < request.size("runs"); i++) {
      conversation.progress("run " + (i + 1));
      String workflow = "run-" + i;
      conversation.awaitQuiet();
      conversation.begin();
      long start = System.nanoTime();
      cluster.submit(workflow, tasks, slots);
      boolean all = cluster.await(workflow, limit);
      long nanos = System.nanoTime() - start;
      if (all) {
        conversation.awaitQuiet();
      }
      conversation.pause();
      int completed = all ? tasks : cluster.completed(workflow);
      conversation.counted("task", completed);
      conversation.value("throughput", "tasks/s", completed * 1e9 / nanos);
      conversation.value("completed", "tasks", completed);
      conversation.runEnded();
      if (!all) {
        conversation.progress(completed + " of " + tasks + " tasks within " + limit.toSeconds()
            + " s; it is not asked again");
        return;
      }
      cluster.delete(workflow);
    }
  }
}
