// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import static io.heddle.bench.heddle.BenchCluster.get;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.bench.peer.ReplicaCluster;
import io.heddle.bench.peer.Routes;
import io.heddle.controller.ControllerListener;
import io.heddle.controller.HeddleController;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.StateModelFactory;
import io.heddle.participant.TransitionContext;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.ClusterPaths;
import io.heddle.spectator.RoutingTable;
import io.heddle.spectator.RoutingTableProvider;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/** Heddle's cluster for the works on replicas. Never closed: the process ends with the work. */
final class HeddleReplicas implements ReplicaCluster {
  private static final String INSTANCE = "node-";

  /** Above this number of instances they share their threads for callbacks. */
  private static final int HEAVY = 50;

  private final String connectString;
  private final BenchCluster cluster;
  private final RoutingTableProvider routing;
  private final AtomicLong transitions = new AtomicLong();
  private volatile long promoted;
  private @Nullable HeddleController controller;

  HeddleReplicas(String connectString, String name) throws Exception {
    this.connectString = connectString;
    this.cluster = new BenchCluster(connectString, name);
    this.routing =
        RoutingTableProvider.builder(cluster.store, ThreadLoop::new, name).build();
    RoutingTable unused = get(routing.start());
  }

  /** The spectator, for look-ups. */
  RoutingTableProvider routing() {
    return routing;
  }

  private void transition(TransitionContext context) {
    transitions.incrementAndGet();
    if (context.to().equals("MASTER")) {
      promoted = System.nanoTime();
    }
  }

  @Override
  public void participants(int count) throws Exception {
    ExecutorService shared = count > HEAVY ? Executors.newFixedThreadPool(8) : null;
    cluster.participants(count, participant -> {
      participant.stateModel(
          StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(partition -> this::transition));
      if (shared != null) {
        participant.callbackExecutor(shared);
      }
    });
  }

  @Override
  public void instance(int number) throws Exception {
    InstanceSpec unused = get(cluster.admin.addInstance(InstanceSpec.of(INSTANCE + number)));
  }

  @Override
  public void startController() throws Exception {
    CompletableFuture<Long> elected = new CompletableFuture<>();
    HeddleController started = HeddleController.builder(cluster.store, cluster.name)
        .listener(new ControllerListener() {
          @Override
          public void elected(long epoch) {
            elected.complete(epoch);
          }
        })
        .build();
    controller = started;
    get(started.start());
    long unused = get(elected);
  }

  @Override
  public void stopController() throws Exception {
    if (controller == null) {
      throw new IllegalStateException("no controller was started");
    }
    controller.close();
    long end = System.nanoTime() + BenchCluster.BOUND.toNanos();
    while (get(cluster.admin.leader()).isPresent()) {
      if (System.nanoTime() - end > 0) {
        throw new IllegalStateException("the closed controller still leads");
      }
    }
  }

  private static ResourceSpec.Builder resource(String name, int partitions, int replicas) {
    return ResourceSpec.builder(name)
        .partitions(partitions)
        .replicas(replicas)
        .stateModel(StateModels.MASTER_SLAVE);
  }

  @Override
  public void addBalanced(String name, int partitions, int replicas) throws Exception {
    var unused =
        get(cluster.admin.addResource(resource(name, partitions, replicas).build()));
  }

  @Override
  public void prefer(String name, List<List<Integer>> preferences) throws Exception {
    ImmutableSortedMap.Builder<Integer, ImmutableList<InstanceId>> lists =
        ImmutableSortedMap.naturalOrder();
    for (int p = 0; p < preferences.size(); p++) {
      lists.put(
          p,
          preferences.get(p).stream()
              .map(i -> InstanceId.of(INSTANCE + i))
              .collect(ImmutableList.toImmutableList()));
    }
    RebalanceMode mode = new RebalanceMode.SemiAuto(lists.buildOrThrow());
    if (routing.table().partitions(name) > 0) {
      var unused = get(cluster.admin.updateResource(
          ResourceId.of(name), spec -> spec.toBuilder().mode(mode).build()));
    } else {
      int replicas = preferences.get(0).size();
      var unused = get(cluster.admin.addResource(
          resource(name, preferences.size(), replicas).mode(mode).build()));
    }
  }

  @Override
  public void remove(String name) throws Exception {
    ResourceSpec unused = get(cluster.admin.removeResource(ResourceId.of(name)));
    get(cluster.admin.awaitRemoved(ResourceId.of(name), BenchCluster.BOUND));
  }

  @Override
  public Routes routes() {
    return new TableRoutes(routing.table());
  }

  @Override
  public void listen(Consumer<Routes> listener) {
    routing.addListener((table, changed) -> listener.accept(new TableRoutes(table)));
  }

  private record TableRoutes(RoutingTable table) implements Routes {
    @Override
    public int master(String resource, int partition) {
      return table
          .getTopInstance(resource, partition)
          .map(route -> Integer.parseInt(route.instance().name().substring(INSTANCE.length())))
          .orElse(NOBODY);
    }

    @Override
    public int slaves(String resource, int partition) {
      return table.getInstances(resource, partition, "SLAVE").size();
    }
  }

  @Override
  public long lastPromotion() {
    return promoted;
  }

  @Override
  public long transitions() {
    return transitions.get();
  }

  @Override
  public List<String> victim(int instance) {
    return List.of(HeddleVictim.class.getName(), connectString, cluster.name, INSTANCE + instance);
  }

  @Override
  public CompletableFuture<Long> expiry(int instance) throws Exception {
    CompletableFuture<Long> gone = new CompletableFuture<>();
    String path = new ClusterPaths(cluster.name).live(InstanceId.of(INSTANCE + instance));
    ZooKeeper zooKeeper = new ZooKeeper(connectString, 30_000, event -> {});
    var there = Optional.ofNullable(zooKeeper.exists(path, event -> {
      if (event.getType() == Watcher.Event.EventType.NodeDeleted) {
        gone.complete(System.nanoTime());
      }
    }));
    if (there.isEmpty()) {
      throw new IllegalStateException(path + " is not there");
    }
    return gone;
  }
}
