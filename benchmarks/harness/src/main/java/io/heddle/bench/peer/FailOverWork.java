// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An instance's process is killed with {@code kill -9}, and nobody certifies its end. The time runs
 * from the end of its session, which ZooKeeper decides, to routing that shows another master for
 * each partition that it had.
 */
public final class FailOverWork implements Work {
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final ReplicaCluster.Factory factory;

  /** With clusters of one system. */
  public FailOverWork(ReplicaCluster.Factory factory) {
    this.factory = factory;
  }

  @Override
  public void run(Request request) throws Exception {
    Conversation conversation = request.conversation();
    int partitions = request.size("partitions");
    int replicas = request.size("replicas");
    int participants = request.size("participants");
    int victim = participants - 1;
    ReplicaCluster cluster = factory.create(request.connectString(), "fail-over");
    cluster.participants(participants - 1);
    cluster.instance(victim);
    cluster.startController();
    RoutesWatch watch = new RoutesWatch(cluster);
    cluster.addBalanced("db", partitions, replicas);
    int fewest = partitions / participants * 3 / 4;
    for (int run = -request.size("warmups"); run < request.size("runs"); run++) {
      conversation.progress(run < 0 ? "warm-up" : "run " + (run + 1));
      RoutesWatch.Condition ready = watch.when(
          "victim with its share of masters",
          routes -> routes.converged("db", partitions, replicas)
              && mastersOf(routes, partitions, victim).size() >= fewest);
      try (VictimProcess process = VictimProcess.start(cluster.victim(victim))) {
        long unused = ready.await(BOUND);
        conversation.awaitQuiet();
        kill(cluster, watch, process, victim, partitions, run < 0, conversation);
      }
      RoutesWatch.Condition healed = watch.when(
          "all replicas on the others", routes -> routes.converged("db", partitions, replicas));
      long unused = healed.await(BOUND);
    }
  }

  private static void kill(
      ReplicaCluster cluster,
      RoutesWatch watch,
      VictimProcess process,
      int victim,
      int partitions,
      boolean warmUp,
      Conversation conversation)
      throws Exception {
    List<Integer> lost = mastersOf(cluster.routes(), partitions, victim);
    var expiry = cluster.expiry(victim);
    RoutesWatch.Condition first = watch.when(
        "first new master",
        routes -> lost.stream().anyMatch(partition -> hasOther(routes, partition, victim)));
    RoutesWatch.Condition all = watch.when(
        "new master of each partition",
        routes -> lost.stream().allMatch(partition -> hasOther(routes, partition, victim)));
    process.kill();
    long expired = expiry.get(BOUND.toNanos(), TimeUnit.NANOSECONDS);
    double allMillis = (all.await(BOUND) - expired) / 1e6;
    double firstMillis = (first.await(BOUND) - expired) / 1e6;
    if (!warmUp) {
      conversation.value("masters lost", "masters", lost.size());
      conversation.value("first new master after expiry", "ms", Math.max(0, firstMillis));
      conversation.value("all new masters after expiry", "ms", Math.max(0, allMillis));
      conversation.runEnded();
    }
  }

  private static boolean hasOther(Routes routes, int partition, int victim) {
    int master = routes.master("db", partition);
    return master != Routes.NOBODY && master != victim;
  }

  private static List<Integer> mastersOf(Routes routes, int partitions, int instance) {
    List<Integer> masters = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      if (routes.master("db", p) == instance) {
        masters.add(p);
      }
    }
    return masters;
  }
}
