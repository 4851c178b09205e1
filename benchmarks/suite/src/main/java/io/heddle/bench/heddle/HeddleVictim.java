// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.bench.peer.VictimProcess;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.StateModelFactory;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.time.Duration;

/** A participant in a process of its own, to be killed. */
public final class HeddleVictim {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);

  private HeddleVictim() {}

  /** Arguments: ZooKeeper's connect string, the cluster, the instance. */
  public static void main(String[] args) throws Exception {
    HeddleParticipant participant = HeddleParticipant.builder(
            new ZooKeeperStore(args[0]), args[1], args[2])
        .sessionTimeout(SESSION_TIMEOUT)
        .stateModel(
            StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(partition -> context -> {}))
        .build();
    BenchCluster.get(participant.start());
    VictimProcess.runUntilKilled();
  }
}
