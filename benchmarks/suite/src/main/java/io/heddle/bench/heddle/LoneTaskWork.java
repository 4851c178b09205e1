// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.bench.peer.Conversation;
import io.heddle.bench.peer.Request;
import io.heddle.bench.peer.Samples;
import io.heddle.bench.peer.WarmUp;
import io.heddle.bench.peer.Work;
import io.heddle.task.JobSpec;
import io.heddle.task.WorkflowHandle;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowState;
import io.heddle.task.WorkflowStatus;

/** Lone tasks that do nothing, one after the other, each from its submission to COMPLETED. */
final class LoneTaskWork implements Work {
  @Override
  public void run(Request request) throws Exception {
    Conversation conversation = request.conversation();
    int tasks = request.size("loneTasks");
    try (TaskCluster cluster = new TaskCluster(request, "lone")) {
      conversation.progress("warm-up");
      WarmUp warmUps = WarmUp.of(request);
      for (int i = 0; warmUps.goesOn(i); i++) {
        double unused = lone(cluster, "warm-up-" + i);
        delete(cluster, "warm-up-" + i);
      }
      for (int run = 0; run < request.size("runs"); run++) {
        conversation.progress("run " + (run + 1));
        Samples samples = new Samples();
        for (int i = 0; i < tasks; i++) {
          conversation.awaitQuiet();
          conversation.begin();
          String name = "run-" + run + "-" + i;
          samples.add(lone(cluster, name));
          conversation.awaitQuiet();
          conversation.pause();
          delete(cluster, name);
        }
        conversation.counted("task", tasks);
        samples.tell(conversation, "ms");
        conversation.runEnded();
      }
    }
  }

  /** Milliseconds of one task. */
  private static double lone(TaskCluster cluster, String name) throws Exception {
    WorkflowSpec spec = WorkflowSpec.builder(name)
        .job(JobSpec.builder("noop").command("noop").numberOfTasks(1))
        .build();
    long start = System.nanoTime();
    WorkflowHandle workflow = BenchCluster.get(cluster.driver.submit(spec));
    WorkflowStatus end = workflow.await(BenchCluster.BOUND);
    double millis = (System.nanoTime() - start) / 1e6;
    if (end.state() != WorkflowState.COMPLETED) {
      throw new IllegalStateException("the workflow has ended " + end);
    }
    return millis;
  }

  /** Forgets it, so that its history costs nothing later. */
  private static void delete(TaskCluster cluster, String name) throws Exception {
    BenchCluster.get(
        BenchCluster.get(cluster.driver.workflow(name)).orElseThrow().delete());
  }
}
