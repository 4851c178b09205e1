// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import static io.heddle.harness.Waiting.await;
import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.HeddleController;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.Route;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the page on routing shows, on a real ZooKeeper server. */
class RoutingExampleIT {
  @Test
  void findsMastersNearReplicasAndTagsAlsoWhileNoControllerRuns() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.builder().fsync(false).start();
        ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
        ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "shop").build()) {
      get(admin.createCluster());
      get(admin.addInstance(
          InstanceSpec.builder("near").zone("eu/rack-7").tag("ssd").build()));
      get(admin.addInstance(
          InstanceSpec.builder("far").zone("us/rack-7").tag("ssd").build()));
      get(admin.addResource(ResourceSpec.builder("orders")
          .partitions(2)
          .replicas(2)
          .stateModel(StateModels.MASTER_SLAVE)
          .build()));
      HeddleController controller = HeddleController.builder(store, "shop").build();
      get(controller.start());
      HeddleParticipant near = RoutingExample.follower(store, "shop", "near");
      HeddleParticipant far = RoutingExample.follower(store, "shop", "far");
      get(near.start());
      get(far.start());
      try (RoutingExample example = new RoutingExample(store, "shop")) {
        await("both partitions", () -> example.writable.size() == 2);
        await(
            "their slaves",
            () -> example.describe(0).equals("2 replicas, slaves on ssd: 1")
                && example.describe(1).equals("2 replicas, slaves on ssd: 1"));
        for (int p = 0; p < 2; p++) {
          int number = p;
          // Roles may still move for balance, and attributes follow a moment later.
          await("the master alone has no lag", () -> {
            List<Route> fresh = example.nearlyUpToDate(number);
            return fresh.size() == 1
                && fresh.get(0).state().equals("MASTER")
                && fresh.get(0).token() > 0
                && fresh.get(0).attributes().text("version").equals(Optional.of("2.1"))
                && example.forWrites(number).equals(Optional.of(fresh.get(0)));
          });
          assertThat(example.forReads(p).map(Route::instance)).contains(InstanceId.of("near"));
        }

        controller.close();
        near.close();

        await("the far one only", () -> example.describe(0).startsWith("1 replicas"));
        assertThat(example.forReads(0).map(Route::instance)).contains(InstanceId.of("far"));
      } finally {
        near.close();
        far.close();
        controller.close();
      }
    }
  }
}
