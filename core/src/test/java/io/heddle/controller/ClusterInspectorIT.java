// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.admin.ClusterAdmin;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.StateModelFactory;
import io.heddle.pipeline.Hypothesis;
import io.heddle.pipeline.Rehearsal;
import io.heddle.rebalance.Rebalancers;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images of a cluster on a real server. */
class ClusterInspectorIT {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  @TempDir
  Path directory;

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void tellsWhatTheLossOfAnInstanceWouldMean() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.builder().fsync(false).start();
        ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
        ClusterAdmin admin = ClusterAdmin.builder(store, ThreadLoop::new, "c").build();
        HeddleController controller = HeddleController.builder(store, "c").build();
        RoutingTableProvider routing =
            RoutingTableProvider.builder(store, ThreadLoop::new, "c").build();
        ClusterInspector inspector = ClusterInspector.builder(store, "c").build()) {
      get(admin.createCluster());
      get(controller.start());
      CountDownLatch served = new CountDownLatch(1);
      routing.addListener((table, changed) -> {
        for (int p = 0; p < 4; p++) {
          if (table.getInstances("db", p).size() < 2
              || table.getTopInstance("db", p).isEmpty()) {
            return;
          }
        }
        served.countDown();
      });
      get(routing.start());
      List<HeddleParticipant> participants = new ArrayList<>();
      for (String name : List.of("a", "b", "d")) {
        get(admin.addInstance(InstanceSpec.of(name)));
        HeddleParticipant participant = HeddleParticipant.builder(store, "c", name)
            .stateModel(
                StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(partition -> context -> {}))
            .build();
        participants.add(participant);
        get(participant.start());
      }
      get(admin.addResource(ResourceSpec.builder("db")
          .partitions(4)
          .replicas(2)
          .stateModel(StateModels.MASTER_SLAVE)
          .build()));
      assertThat(served.await(DEADLINE.toSeconds(), TimeUnit.SECONDS)).isTrue();

      // tag::rehearse[]
      ClusterImage image = get(inspector.image());
      Rehearsal now = image.rehearse(Rebalancers.builtIn());
      Rehearsal loss =
          image.rehearse(Rebalancers.builtIn(), new Hypothesis.InstanceLost(InstanceId.of("a")));
      // end::rehearse[]
      // tag::save[]
      image.write(directory.resolve("c.image"));
      ClusterImage saved = ClusterImage.read(directory.resolve("c.image"));
      // end::save[]

      assertThat(image.epoch()).isEqualTo(controller.epoch().orElseThrow());
      assertThat(saved.snapshot()).isEqualTo(image.snapshot());
      assertThat(now.settled()).isTrue();
      assertThat(now.moves()).isZero();
      assertThat(loss.settled()).isTrue();
      assertThat(loss.moves()).isBetween(2L, 3L);
      assertThat(saved.rehearse(
              Rebalancers.builtIn(), new Hypothesis.InstanceLost(InstanceId.of("a"))))
          .isEqualTo(loss);
      participants.forEach(HeddleParticipant::close);
    }
  }

  @Test
  void saysWhyThereIsNoImage() throws Exception {
    try (EmbeddedZooKeeper zooKeeper = EmbeddedZooKeeper.builder().fsync(false).start();
        ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
        ClusterInspector inspector = ClusterInspector.builder(store, "nowhere").build()) {
      assertThatThrownBy(() -> get(inspector.image()))
          .isInstanceOf(ExecutionException.class)
          .cause()
          .isInstanceOf(InspectionException.class)
          .hasMessage("cluster nowhere: there is no such cluster");
    }
  }

  @Test
  void waitsNoLongerThanItIsTold() throws Exception {
    try (ZooKeeperStore store = new ZooKeeperStore("127.0.0.1:1");
        ClusterInspector inspector =
            ClusterInspector.builder(store, "c").timeout(Duration.ofMillis(300)).build()) {
      assertThatThrownBy(() -> get(inspector.image()))
          .cause()
          .hasMessage("cluster c: no image within PT0.3S: the store cannot be reached");
    }
  }
}
