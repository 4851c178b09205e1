// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.bench.peer.BringUpWork;
import io.heddle.bench.peer.ControllerStartWork;
import io.heddle.bench.peer.FailOverWork;
import io.heddle.bench.peer.HandOverWork;
import io.heddle.bench.peer.Peer;
import io.heddle.bench.peer.PlacementWork;
import io.heddle.bench.peer.Work;
import java.util.Map;

/** The process in which Heddle is measured. */
public final class HeddlePeer {
  /** FULL_AUTO, whichever of the peer's rebalancers it is measured beside. */
  private static final Work PLACEMENT =
      new PlacementWork((request, instances, zones, partitions, replicas) ->
          new HeddlePlacer(instances, zones, partitions, replicas));

  private static final Map<String, Work> WORKS = Map.of(
      "tasks", new TasksWork(),
      "lone", new LoneTaskWork(),
      "look-up", new LookUpWork(),
      "hand-over", new HandOverWork(HeddleReplicas::new),
      "bring-up", new BringUpWork(HeddleReplicas::new),
      "fail-over", new FailOverWork(HeddleReplicas::new),
      "controller-start", new ControllerStartWork(HeddleReplicas::new),
      "placement-crushed", PLACEMENT,
      "placement-auto", PLACEMENT,
      "placement-waged", PLACEMENT);

  private HeddlePeer() {}

  /** See {@link Peer}. */
  public static void main(String[] args) {
    Peer.main(args, WORKS);
  }
}
