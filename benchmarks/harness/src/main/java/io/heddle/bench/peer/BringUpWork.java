// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.time.Duration;

/**
 * A new resource on instances that wait for it, from the administrator's call to routing that shows
 * every replica.
 */
public final class BringUpWork implements Work {
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final ReplicaCluster.Factory factory;

  /** With clusters of one system. */
  public BringUpWork(ReplicaCluster.Factory factory) {
    this.factory = factory;
  }

  @Override
  public void run(Request request) throws Exception {
    Conversation conversation = request.conversation();
    ReplicaCluster cluster = factory.create(request.connectString(), "bring-up");
    cluster.participants(request.size("participants"));
    cluster.startController();
    RoutesWatch watch = new RoutesWatch(cluster);
    int transitions = request.size("partitions") * (request.size("replicas") + 1);
    for (int i = 0; i < request.size("warmups"); i++) {
      conversation.progress("warm-up " + (i + 1));
      Times unused = bringUp(request, cluster, watch, "warm-up-" + i);
      cluster.remove("warm-up-" + i);
    }
    for (int i = 0; i < request.size("runs"); i++) {
      conversation.progress("run " + (i + 1));
      conversation.awaitQuiet();
      conversation.begin();
      Times times = bringUp(request, cluster, watch, "run-" + i);
      conversation.awaitQuiet();
      conversation.end("transition", transitions);
      conversation.value("first master visible", "ms", times.first());
      conversation.value("routing converged", "ms", times.all());
      conversation.value("transitions", "transitions/s", transitions * 1e3 / times.all());
      conversation.runEnded();
      cluster.remove("run-" + i);
    }
  }

  /** Milliseconds until a first master, and until everything was visible. */
  private record Times(double first, double all) {}

  private static Times bringUp(
      Request request, ReplicaCluster cluster, RoutesWatch watch, String resource)
      throws Exception {
    int partitions = request.size("partitions");
    int replicas = request.size("replicas");
    RoutesWatch.Condition first =
        watch.when("master", routes -> routes.anyMaster(resource, partitions));
    RoutesWatch.Condition all = watch.when(
        "converged resource", routes -> routes.converged(resource, partitions, replicas));
    long start = System.nanoTime();
    cluster.addBalanced(resource, partitions, replicas);
    long converged = all.await(BOUND);
    return new Times((first.await(BOUND) - start) / 1e6, (converged - start) / 1e6);
  }
}
