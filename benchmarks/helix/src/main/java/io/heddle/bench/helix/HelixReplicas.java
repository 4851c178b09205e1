// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import io.heddle.bench.peer.ReplicaCluster;
import io.heddle.bench.peer.Routes;
import io.heddle.bench.peer.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.apache.helix.HelixManager;
import org.apache.helix.InstanceType;
import org.apache.helix.controller.rebalancer.DelayedAutoRebalancer;
import org.apache.helix.controller.rebalancer.strategy.CrushEdRebalanceStrategy;
import org.apache.helix.model.IdealState;
import org.apache.helix.model.InstanceConfig;
import org.apache.helix.spectator.RoutingTableProvider;
import org.apache.helix.spectator.RoutingTableSnapshot;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * Helix's cluster for the works on replicas: FULL_AUTO with CrushEd, and SEMI_AUTO. Never closed,
 * see {@link BenchCluster}.
 */
final class HelixReplicas implements ReplicaCluster {
  private static final String INSTANCE = "node_";
  private static final Duration BOUND = Duration.ofMinutes(2);

  private final String connectString;
  private final BenchCluster cluster;
  private final TransitionCounts counts = new TransitionCounts();
  private final RoutingTableProvider routing;
  private @Nullable HelixManager controller;

  HelixReplicas(String connectString, String name) throws Exception {
    this.connectString = connectString;
    this.cluster = new BenchCluster(connectString, name);
    this.routing = new RoutingTableProvider(cluster.connect("spectator", InstanceType.SPECTATOR));
  }

  /** The spectator, for look-ups. */
  RoutingTableProvider routing() {
    return routing;
  }

  static String partition(String resource, int number) {
    return resource + "_" + number;
  }

  @Override
  public void participants(int count) throws Exception {
    cluster.participants(
        count,
        manager -> manager
            .getStateMachineEngine()
            .registerStateModelFactory("MasterSlave", NoopReplica.factory(counts)));
  }

  @Override
  public void instance(int number) {
    cluster.setup.addInstanceToCluster(cluster.name, INSTANCE + number);
  }

  @Override
  public void startController() throws Exception {
    HelixManager started = cluster.connect("controller", InstanceType.CONTROLLER);
    controller = started;
    Waiting.until("leader", BOUND, started::isLeader);
  }

  @Override
  public void stopController() {
    if (controller == null) {
      throw new IllegalStateException("no controller was started");
    }
    cluster.disconnect(controller);
  }

  private static IdealState resource(
      String name, int partitions, int replicas, IdealState.RebalanceMode mode) {
    IdealState resource = new IdealState(name);
    resource.setNumPartitions(partitions);
    resource.setReplicas(String.valueOf(replicas));
    resource.setStateModelDefRef("MasterSlave");
    resource.setRebalanceMode(mode);
    return resource;
  }

  @Override
  public void addBalanced(String name, int partitions, int replicas) {
    IdealState resource = resource(name, partitions, replicas, IdealState.RebalanceMode.FULL_AUTO);
    resource.setRebalancerClassName(DelayedAutoRebalancer.class.getName());
    resource.setRebalanceStrategy(CrushEdRebalanceStrategy.class.getName());
    for (int p = 0; p < partitions; p++) {
      resource.setPreferenceList(partition(name, p), List.of());
    }
    cluster.setup.getClusterManagementTool().addResource(cluster.name, name, resource);
  }

  @Override
  public void prefer(String name, List<List<Integer>> preferences) {
    IdealState resource = resource(
        name, preferences.size(), preferences.get(0).size(), IdealState.RebalanceMode.SEMI_AUTO);
    for (int p = 0; p < preferences.size(); p++) {
      resource.setPreferenceList(
          partition(name, p), preferences.get(p).stream().map(i -> INSTANCE + i).toList());
    }
    var admin = cluster.setup.getClusterManagementTool();
    if (routes().master(name, 0) == Routes.NOBODY) {
      admin.addResource(cluster.name, name, resource);
    } else {
      admin.setResourceIdealState(cluster.name, name, resource);
    }
  }

  @Override
  public void remove(String name) {
    int partitions = cluster
        .setup
        .getClusterManagementTool()
        .getResourceIdealState(cluster.name, name)
        .getNumPartitions();
    cluster.setup.getClusterManagementTool().dropResource(cluster.name, name);
    Waiting.until("end of " + name, BOUND, () -> {
      Routes routes = routes();
      for (int p = 0; p < partitions; p++) {
        if (routes.master(name, p) != Routes.NOBODY || routes.slaves(name, p) > 0) {
          return false;
        }
      }
      return true;
    });
  }

  @Override
  public Routes routes() {
    return new SnapshotRoutes(routing.getRoutingTableSnapshot());
  }

  @Override
  public void listen(Consumer<Routes> listener) {
    routing.addRoutingTableChangeListener(
        (snapshot, context) -> listener.accept(new SnapshotRoutes(snapshot)), null);
  }

  private record SnapshotRoutes(RoutingTableSnapshot snapshot) implements Routes {
    @Override
    public int master(String resource, int partition) {
      List<InstanceConfig> masters =
          snapshot.getInstancesForResource(resource, partition(resource, partition), "MASTER");
      return masters.isEmpty()
          ? NOBODY
          : Integer.parseInt(masters.get(0).getInstanceName().substring(INSTANCE.length()));
    }

    @Override
    public int slaves(String resource, int partition) {
      return snapshot
          .getInstancesForResource(resource, partition(resource, partition), "SLAVE")
          .size();
    }
  }

  @Override
  public long lastPromotion() {
    return counts.lastPromotion();
  }

  @Override
  public long transitions() {
    return counts.transitions();
  }

  @Override
  public List<String> victim(int instance) {
    return List.of(HelixVictim.class.getName(), connectString, cluster.name, INSTANCE + instance);
  }

  @Override
  public CompletableFuture<Long> expiry(int instance) throws Exception {
    CompletableFuture<Long> gone = new CompletableFuture<>();
    String path = "/" + cluster.name + "/LIVEINSTANCES/" + INSTANCE + instance;
    ZooKeeper zooKeeper = new ZooKeeper(connectString, 30_000, event -> {});
    if (zooKeeper.exists(path, event -> {
          if (event.getType() == Watcher.Event.EventType.NodeDeleted) {
            gone.complete(System.nanoTime());
          }
        })
        == null) {
      throw new IllegalStateException(path + " is not there");
    }
    return gone;
  }
}
