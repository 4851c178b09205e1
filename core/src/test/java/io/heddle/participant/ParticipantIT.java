// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.harness.RawClient;
import io.heddle.harness.Waiting;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Buckets;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.schema.Specs;
import io.heddle.store.Read;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** On a real server. */
final class ParticipantIT {
  private static final ClusterPaths PATHS = new ClusterPaths("orders");
  private static final InstanceId ID = InstanceId.of("DB-1");
  private static final ResourceKey RESOURCE = new ResourceKey(ResourceId.of("documents"), 7);
  private static final String BUCKET = Buckets.ofPartition(RESOURCE, 0);

  private final List<String> calls = new CopyOnWriteArrayList<>();

  private static byte[] masterFor(long n, long counter) {
    Target target = new Target("MASTER", Token.of(1, counter), 90 + counter, false);
    return BucketCodecs.ASSIGNMENT.encode(new AssignmentBucket(
        1,
        n,
        Token.of(1, counter),
        0,
        ImmutableSortedMap.of(
            RESOURCE,
            new AssignmentBucket.Group("MasterSlave", ImmutableSortedMap.of(0, target)))));
  }

  private static <T> Optional<T> read(RawClient client, String path, Codec<T> codec) {
    return client.tryRead(path) instanceof Read.Found found
        ? Optional.of(codec.decode(found.node().data()))
        : Optional.empty();
  }

  private static boolean reportsMaster(RawClient client, long n) {
    Optional<ReportBucket> report = read(client, PATHS.report(ID, BUCKET), BucketCodecs.REPORT)
        .filter(r -> r.incarnation() == n);
    return report
        .flatMap(r -> r.replica(RESOURCE, 0))
        .filter(r -> r.state().equals("MASTER"))
        .isPresent();
  }

  private static boolean isLive(RawClient client, long n) {
    return read(client, PATHS.live(ID), Specs.LIVE)
        .filter(l -> l.incarnation() == n)
        .isPresent();
  }

  @Test
  void registersPromotesAndStartsAnewWhenItsSessionExpires() {
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.builder()
            .tickTime(Duration.ofMillis(100))
            .fsync(false)
            .start();
        ZooKeeperStore store = new ZooKeeperStore(server.connectString());
        RawClient controller = new RawClient(store);
        ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "orders").build();
        HeddleParticipant participant = HeddleParticipant.builder(store, "orders", "DB-1")
            .sessionTimeout(Duration.ofSeconds(1))
            .stateModel(
                StateModels.MASTER_SLAVE,
                StateModelFactory.ofHandler(
                    p -> context -> calls.add(context.from() + ">" + context.to())))
            .build()) {
      ClusterAdmin.Creation unused = Waiting.get(admin.createCluster());
      Waiting.get(admin.addInstance(InstanceSpec.of("DB-1")));
      Waiting.get(participant.start());
      controller.create(PATHS.assignment(ID, BUCKET), masterFor(1, 1));
      Waiting.await("a MASTER is reported", () -> reportsMaster(controller, 1));

      LiveInstance live = read(controller, PATHS.live(ID), Specs.LIVE).orElseThrow();
      server.expireSession(live.session());
      Waiting.await("registered anew", () -> isLive(controller, 2));
      controller.set(PATHS.assignment(ID, BUCKET), masterFor(2, 2));
      Waiting.await("a MASTER is reported again", () -> reportsMaster(controller, 2));

      assertThat(calls)
          .containsExactly(
              "OFFLINE>SLAVE",
              "SLAVE>MASTER",
              "MASTER>SLAVE",
              "SLAVE>OFFLINE",
              "OFFLINE>DROPPED",
              "OFFLINE>SLAVE",
              "SLAVE>MASTER");
      Waiting.get(participant.stop(Duration.ZERO));
      Waiting.await("gone", () -> !isLive(controller, 2));
    }
  }
}
