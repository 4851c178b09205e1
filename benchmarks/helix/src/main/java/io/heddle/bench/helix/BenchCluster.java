// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.helix.HelixManager;
import org.apache.helix.HelixManagerFactory;
import org.apache.helix.InstanceType;
import org.apache.helix.tools.ClusterSetup;

/**
 * One cluster with its roles, all in this process. Never closed: disconnecting takes Helix long,
 * and the process ends with the work. Confined to the thread that does the work.
 */
final class BenchCluster {
  final String connectString;
  final String name;
  final ClusterSetup setup;
  private final List<HelixManager> managers = new ArrayList<>();

  /** A new cluster, without instances and without a controller. */
  BenchCluster(String connectString, String name) {
    this.connectString = connectString;
    this.name = name;
    this.setup = new ClusterSetup.Builder().setZkAddress(connectString).build();
    setup.addCluster(name, true);
  }

  /** A role, connected. */
  HelixManager connect(String id, InstanceType type) throws Exception {
    return connect(id, type, manager -> {});
  }

  private HelixManager connect(String id, InstanceType type, Consumer<HelixManager> equipment)
      throws Exception {
    HelixManager manager = HelixManagerFactory.getZKHelixManager(name, id, type, connectString);
    equipment.accept(manager);
    manager.connect();
    synchronized (managers) {
      managers.add(manager);
    }
    return manager;
  }

  /**
   * Adds instances and connects them.
   *
   * @param equipment what each of them can do
   */
  void participants(int count, Consumer<HelixManager> equipment) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<HelixManager>> starts = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String instance = "node_" + i;
        setup.addInstanceToCluster(name, instance);
        starts.add(() -> connect(instance, InstanceType.PARTICIPANT, equipment));
      }
      for (Future<HelixManager> start : threads.invokeAll(starts)) {
        var unused = start.get();
      }
    } finally {
      threads.shutdown();
    }
  }

  /** Disconnects a role before the others. */
  void disconnect(HelixManager manager) {
    managers.remove(manager);
    manager.disconnect();
  }
}
