// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.bench.peer.Peer;
import io.heddle.bench.peer.Work;
import java.util.Map;

/** The process in which Heddle is measured. */
public final class HeddlePeer {
  private static final Map<String, Work> WORKS =
      Map.of("tasks", new TasksWork(), "lone", new LoneTaskWork());

  private HeddlePeer() {}

  /** See {@link Peer}. */
  public static void main(String[] args) {
    Peer.main(args, WORKS);
  }
}
