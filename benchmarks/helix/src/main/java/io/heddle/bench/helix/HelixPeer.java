// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import io.heddle.bench.peer.BringUpWork;
import io.heddle.bench.peer.ControllerStartWork;
import io.heddle.bench.peer.FailOverWork;
import io.heddle.bench.peer.HandOverWork;
import io.heddle.bench.peer.Peer;
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
      "controller-start", new ControllerStartWork(HelixReplicas::new));

  private HelixPeer() {}

  /** See {@link Peer}. */
  public static void main(String[] args) {
    Peer.main(args, WORKS);
  }
}
