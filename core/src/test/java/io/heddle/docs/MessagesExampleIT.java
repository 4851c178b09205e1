// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import static io.heddle.harness.Waiting.await;
import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.HeddleController;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.messages.Reply;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import org.junit.jupiter.api.Test;

/** What the page on messages shows, on a real ZooKeeper server. */
class MessagesExampleIT {
  @Test
  void reachesTheSlavesAlsoWhileNoControllerRuns() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.builder().fsync(false).start();
        ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
        ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "shop").build();
        RoutingTableProvider routing =
            RoutingTableProvider.builder(store, ThreadLoop::new, "shop").build();
        HeddleParticipant a = MessagesExample.receiver(store, "shop", "a");
        HeddleParticipant b = MessagesExample.receiver(store, "shop", "b")) {
      get(admin.createCluster());
      get(admin.addInstance(InstanceSpec.of("a")));
      get(admin.addInstance(InstanceSpec.of("b")));
      get(admin.addResource(ResourceSpec.builder("orders")
          .partitions(1)
          .replicas(2)
          .stateModel(StateModels.MASTER_SLAVE)
          .build()));
      get(a.start());
      get(routing.start());
      HeddleController controller = HeddleController.builder(store, "shop").build();
      get(controller.start());
      await("a master", () -> routing.getTopInstance("orders", 0).isPresent());
      // One after the other, so that nothing is handed over any more when the controller goes.
      get(b.start());
      await("a slave", () -> routing.getInstances("orders", 0, "SLAVE").size() == 1);
      controller.close();
      Route slave = routing.getInstances("orders", 0, "SLAVE").get(0);
      InstanceId id = slave.instance();

      var replies = MessagesExample.compactSlaves(store, "shop", routing);

      assertThat(replies)
          .containsExactly(
              java.util.Map.entry(id, new Reply.Answered("compacted 2026-11 on " + id)));
    }
  }
}
