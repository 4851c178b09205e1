// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import io.heddle.bench.peer.Conversation;
import io.heddle.bench.peer.Request;
import io.heddle.bench.peer.Samples;
import io.heddle.bench.peer.WarmUp;
import io.heddle.bench.peer.Work;
import java.time.Duration;

/** Lone tasks that do nothing, one after the other, each from its submission to COMPLETED. */
final class LoneTaskWork implements Work {
  private static final Duration BOUND = Duration.ofMinutes(1);

  @Override
  public void run(Request request) throws Exception {
    Conversation conversation = request.conversation();
    int tasks = request.size("loneTasks");
    TaskCluster cluster = new TaskCluster(request, "helix-lone");
    conversation.progress("warm-up");
    WarmUp warmUps = WarmUp.of(request);
    for (int i = 0; warmUps.goesOn(i); i++) {
      double unused = lone(cluster, "warm-up-" + i);
      cluster.delete("warm-up-" + i);
    }
    for (int run = 0; run < request.size("runs"); run++) {
      conversation.progress("run " + (run + 1));
      Samples samples = new Samples();
      for (int i = 0; i < tasks; i++) {
        String workflow = "run-" + run + "-" + i;
        conversation.awaitQuiet();
        conversation.begin();
        samples.add(lone(cluster, workflow));
        conversation.awaitQuiet();
        conversation.pause();
        cluster.delete(workflow);
      }
      conversation.counted("task", tasks);
      samples.tell(conversation, "ms");
      conversation.runEnded();
    }
  }

  /** Milliseconds of one task. */
  private static double lone(TaskCluster cluster, String workflow) throws Exception {
    long start = System.nanoTime();
    cluster.submit(workflow, 1, 1);
    if (!cluster.await(workflow, BOUND)) {
      throw new IllegalStateException("a lone task has not ended within " + BOUND);
    }
    return (System.nanoTime() - start) / 1e6;
  }
}
