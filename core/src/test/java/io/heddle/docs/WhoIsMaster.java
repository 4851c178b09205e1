// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

// tag::program[]
import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.HeddleController;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.StateModelFactory;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs one cluster in one process, and prints who is MASTER. */
public final class WhoIsMaster {
  /** Runs it. */
  public static void main(String[] args) throws Exception {
    // tag::embedding[]
    var served = new CountDownLatch(1);
    try (var zooKeeper = EmbeddedZooKeeper.builder().start();
        var store = new ZooKeeperStore(zooKeeper.connectString());
        var admin = ClusterAdmin.builder(store, ThreadLoop::new, "shop").build();
        var routing =
            RoutingTableProvider.builder(store, ThreadLoop::new, "shop").build();
        var controller = HeddleController.builder(store, "shop").build();
        var node = HeddleParticipant.builder(store, "shop", "DB-0")
            .stateModel(
                StateModels.MASTER_SLAVE,
                StateModelFactory.ofHandler(partition -> step ->
                    System.out.println(step.partition() + ": " + step.from() + " to " + step.to())))
            .build()) {
      done(admin.createCluster());
      done(admin.addInstance(InstanceSpec.of("DB-0")));
      var orders = ResourceSpec.builder("orders").partitions(1).replicas(1);
      done(admin.addResource(orders.stateModel(StateModels.MASTER_SLAVE).build()));
      routing.addListener((table, changed) ->
          table.getTopInstance("orders", 0).ifPresent(master -> served.countDown()));
      done(controller.start());
      done(node.start());
      done(routing.start());
      if (served.await(30, TimeUnit.SECONDS)) {
        var master = routing.getTopInstance("orders", 0).orElseThrow();
        System.out.println("orders/0 is served by " + master.instance() + ", " + master.state());
      }
    }
    // end::embedding[]
  }

  private static void done(CompletionStage<?> call) throws Exception {
    call.toCompletableFuture().get(30, TimeUnit.SECONDS);
  }

  private WhoIsMaster() {}
}
// end::program[]
