// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import io.heddle.bench.peer.BringUpWork;
import io.heddle.bench.peer.ControllerStartWork;
import io.heddle.bench.peer.FailOverWork;
import io.heddle.bench.peer.HandOverWork;
import io.heddle.bench.peer.Peer;
import io.heddle.bench.peer.PlacementWork;
import io.heddle.bench.peer.Work;
import java.util.Map;

/** The process in which Helix is measured. */
public final class HelixPeer {
  private static final Map<String, Work> WORKS = Map.of(
      "tasks", new TasksWork(),
      "lone", new LoneTaskWork(),
      "look-up", new LookUpWork(),
      "hand-over", new HandOverWork(HelixReplicas::new),
      "bring-up", new BringUpWork(HelixReplicas::new),
      "fail-over", new FailOverWork(HelixReplicas::new),
      "controller-start", new ControllerStartWork(HelixReplicas::new),
      "placement-crushed", placement(HelixPlacer.Strategy.CRUSHED),
      "placement-auto", placement(HelixPlacer.Strategy.AUTO),
      "placement-waged", placement(HelixPlacer.Strategy.WAGED));

  private static Work placement(HelixPlacer.Strategy strategy) {
    return new PlacementWork((request, instances, zones, partitions, replicas) ->
        new HelixPlacer(strategy, request.connectString(), instances, zones, partitions, replicas));
  }

  private HelixPeer() {}

  /** See {@link Peer}. */
  public static void main(String[] args) {
    Peer.main(args, WORKS);
  }
}
