// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import io.heddle.bench.peer.VictimProcess;
import org.apache.helix.HelixManager;
import org.apache.helix.HelixManagerFactory;
import org.apache.helix.InstanceType;
import org.apache.helix.SystemPropertyKeys;

/** A participant in a process of its own, to be killed. */
public final class HelixVictim {
  private static final String SESSION_TIMEOUT_MILLIS = "4000";

  private HelixVictim() {}

  /** Arguments: ZooKeeper's connect string, the cluster, the instance. */
  public static void main(String[] args) throws Exception {
    System.setProperty(SystemPropertyKeys.ZK_SESSION_TIMEOUT, SESSION_TIMEOUT_MILLIS);
    HelixManager manager =
        HelixManagerFactory.getZKHelixManager(args[1], args[2], InstanceType.PARTICIPANT, args[0]);
    manager
        .getStateMachineEngine()
        .registerStateModelFactory("MasterSlave", NoopReplica.factory(new TransitionCounts()));
    manager.connect();
    VictimProcess.runUntilKilled();
  }
}
