// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.RawClient;
import io.heddle.harness.Waiting;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.PartitionId;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Buckets;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** With threads of its own, in real time. */
final class ThreadedTest {
  private static final List<String> CALLS = new CopyOnWriteArrayList<>();

  /** A handler by naming convention. */
  static final class Shard implements Resettable {
    private final PartitionId partition;

    Shard(PartitionId partition) {
      this.partition = partition;
    }

    void onBecomeSlaveFromOffline() {
      CALLS.add(partition + " slave on " + Thread.currentThread().getName());
    }

    void onBecomeMasterFromSlave(TransitionContext context) {
      CALLS.add(partition + " master " + context.fencingToken());
    }

    void onBecomeSlaveFromMaster() {}

    void onBecomeOfflineFromSlave() {}

    void onBecomeDroppedFromOffline() {}

    @Override
    public void reset() {
      CALLS.add(partition + " reset");
    }
  }

  @Test
  void callsNamedMethodsOnNamedThreadsAndResetsAtTheEnd() {
    ClusterPaths paths = new ClusterPaths("orders");
    InstanceId id = InstanceId.of("DB-1");
    ResourceKey resource = new ResourceKey(ResourceId.of("documents"), 7);
    String bucket = Buckets.ofPartition(resource, 0);
    AssignmentBucket assignment = new AssignmentBucket(
        1,
        1,
        Token.of(1, 1),
        0,
        ImmutableSortedMap.of(
            resource,
            new AssignmentBucket.Group(
                "MasterSlave",
                ImmutableSortedMap.of(0, new Target("MASTER", Token.of(1, 1), 90, false)))));
    try (MemoryStore store = new MemoryStore();
        RawClient controller = new RawClient(store);
        ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "orders").build();
        HeddleParticipant participant = HeddleParticipant.builder(store, "orders", "DB-1")
            .stateModel(StateModels.MASTER_SLAVE, StateModelFactory.of(Shard.class, Shard::new))
            .build()) {
      ClusterAdmin.Creation unused = Waiting.get(admin.createCluster());
      Waiting.get(admin.addInstance(InstanceSpec.of("DB-1")));
      Waiting.get(participant.start());

      controller.create(paths.assignment(id, bucket), BucketCodecs.ASSIGNMENT.encode(assignment));
      Waiting.await("promoted", () -> CALLS.contains("documents/0 master 90"));
      Waiting.get(participant.stop(Duration.ofMillis(50)));
      Waiting.await("reset", () -> CALLS.contains("documents/0 reset"));

      assertThat(CALLS)
          .containsExactly(
              "documents/0 slave on heddle-orders-DB-1-callback-1",
              "documents/0 master 90",
              "documents/0 reset");
    }
  }
}
