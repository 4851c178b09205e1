// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.time.Duration;

/**
 * A controller starts on a cluster that has none, and in which all is as it should be but for one
 * new resource, added meanwhile, which waits for it.
 */
public final class ControllerStartWork implements Work {
  private static final Duration BOUND = Duration.ofMinutes(5);

  private final ReplicaCluster.Factory factory;

  /** With clusters of one system. */
  public ControllerStartWork(ReplicaCluster.Factory factory) {
    this.factory = factory;
  }

  @Override
  public void run(Request request) throws Exception {
    Conversation conversation = request.conversation();
    int partitions = request.size("partitions");
    int replicas = request.size("replicas");
    ReplicaCluster cluster = factory.create(request.connectString(), "controller-" + partitions);
    conversation.progress("participants");
    cluster.participants(request.size("participants"));
    cluster.startController();
    RoutesWatch watch = new RoutesWatch(cluster);
    conversation.progress("bring-up");
    RoutesWatch.Condition up =
        watch.when("converged resource", routes -> routes.converged("db", partitions, replicas));
    cluster.addBalanced("db", partitions, replicas);
    long unused = up.await(BOUND);
    for (int run = -request.size("warmups"); run < request.size("runs"); run++) {
      conversation.progress(run < 0 ? "warm-up" : "run " + (run + 1));
      String waiting = "waiting-" + (run + request.size("warmups"));
      cluster.stopController();
      cluster.addBalanced(waiting, 1, 1);
      conversation.awaitQuiet();
      RoutesWatch.Condition acts =
          watch.when("new resource", routes -> routes.converged(waiting, 1, 1));
      long transitions = cluster.transitions();
      long start = System.nanoTime();
      cluster.startController();
      long leads = System.nanoTime();
      long acted = acts.await(BOUND);
      conversation.awaitQuiet();
      if (run >= 0) {
        conversation.value("start to lead", "ms", (leads - start) / 1e6);
        conversation.value("start to first change visible", "ms", (acted - start) / 1e6);
        // The new resource itself takes two: to slave and to master.
        conversation.value(
            "needless transitions", "transitions", cluster.transitions() - transitions - 2.0);
        conversation.runEnded();
      }
      cluster.remove(waiting);
    }
  }
}
