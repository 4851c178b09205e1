// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.bench.peer.JmhRuns;
import io.heddle.bench.peer.Request;
import io.heddle.bench.peer.Waiting;
import io.heddle.bench.peer.Work;
import java.time.Duration;

/** JMH on look-ups in the routing table of a running cluster. */
final class LookUpWork implements Work {
  private static final Duration BOUND = Duration.ofMinutes(2);

  @Override
  public void run(Request request) throws Exception {
    int partitions = request.size("partitions");
    int replicas = request.size("replicas");
    HeddleReplicas cluster = new HeddleReplicas(request.connectString(), "look-up");
    cluster.participants(request.size("participants"));
    cluster.startController();
    cluster.addBalanced("db", partitions, replicas);
    Waiting.until(
        "converged resource", BOUND, () -> cluster.routes().converged("db", partitions, replicas));
    LookUpBenchmark.setUp(cluster.routing(), partitions);
    JmhRuns.run(LookUpBenchmark.class, request);
  }
}
