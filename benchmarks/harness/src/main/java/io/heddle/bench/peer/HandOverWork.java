// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One partition's master after the other is changed, as an administrator orders it. */
public final class HandOverWork implements Work {
  private static final Duration BOUND = Duration.ofMinutes(1);
  private static final int REPLICAS = 3;

  private final ReplicaCluster.Factory factory;

  /** With clusters of one system. */
  public HandOverWork(ReplicaCluster.Factory factory) {
    this.factory = factory;
  }

  @Override
  public void run(Request request) throws Exception {
    Conversation conversation = request.conversation();
    int partitions = request.size("partitions");
    int handOvers = request.size("handOvers");
    ReplicaCluster cluster = factory.create(request.connectString(), "hand-over");
    int participants = request.size("participants");
    cluster.participants(participants);
    cluster.startController();
    RoutesWatch watch = new RoutesWatch(cluster);
    List<List<Integer>> preferences = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      preferences.add(List.of(p % participants, (p + 1) % participants, (p + 2) % participants));
    }
    RoutesWatch.Condition up =
        watch.when("converged resource", r -> r.converged("db", partitions, REPLICAS));
    cluster.prefer("db", preferences);
    long unused = up.await(BOUND);
    conversation.progress("warm-up");
    for (int i = 0; i < request.size("warmups"); i++) {
      conversation.awaitQuiet();
      HandOver unusedFigures = handOver(cluster, watch, preferences, i % partitions);
    }
    int next = request.size("warmups");
    for (int run = 0; run < request.size("runs"); run++) {
      conversation.progress("run " + (run + 1));
      Samples afterCallback = new Samples();
      Samples afterOrder = new Samples();
      for (int i = 0; i < handOvers; i++) {
        conversation.awaitQuiet();
        conversation.begin();
        HandOver figures = handOver(cluster, watch, preferences, next++ % partitions);
        conversation.awaitQuiet();
        conversation.pause();
        afterCallback.add(figures.afterCallback());
        afterOrder.add(figures.afterOrder());
      }
      conversation.counted("hand-over", handOvers);
      conversation.value("visible after callback, p50", "ms", afterCallback.quantile(0.5));
      conversation.value("visible after callback, p95", "ms", afterCallback.quantile(0.95));
      conversation.value("visible after order, p50", "ms", afterOrder.quantile(0.5));
      conversation.value("visible after order, p95", "ms", afterOrder.quantile(0.95));
      conversation.runEnded();
    }
  }

  /** Milliseconds until the new master was visible. */
  private record HandOver(double afterCallback, double afterOrder) {}

  private static HandOver handOver(
      ReplicaCluster cluster, RoutesWatch watch, List<List<Integer>> preferences, int partition)
      throws Exception {
    List<Integer> before = preferences.get(partition);
    int next = before.get(1);
    preferences.set(partition, List.of(next, before.get(0), before.get(2)));
    RoutesWatch.Condition done =
        watch.when("new master", routes -> routes.master("db", partition) == next);
    long ordered = System.nanoTime();
    cluster.prefer("db", preferences);
    long visible = done.await(BOUND);
    return new HandOver((visible - cluster.lastPromotion()) / 1e6, (visible - ordered) / 1e6);
  }
}
