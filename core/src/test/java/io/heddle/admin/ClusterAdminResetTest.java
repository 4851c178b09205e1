// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.FailedReplica;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.PartitionId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResetRequest;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Specs;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the administrator does with replicas in ERROR. */
class ClusterAdminResetTest {
  private static final InstanceId DB_1 = InstanceId.of("DB-1");
  private static final InstanceId DB_2 = InstanceId.of("DB-2");
  private static final ResourceKey DOCUMENTS = new ResourceKey(ResourceId.of("documents"), 9);
  private static final FailedReplica FAILED =
      new FailedReplica(DB_1, new PartitionId(DOCUMENTS.resource(), 1), "disk on fire", 3);

  private final Rig rig = new Rig().withCluster();
  private final ClusterAdmin admin = rig.admin;

  @AfterEach
  void close() {
    rig.close();
  }

  private void fails(InstanceId id, long n, String error) {
    get(admin.addInstance(InstanceSpec.of(id.name())));
    rig.raw.create(
        rig.paths.assignment(id, "3-0"),
        BucketCodecs.ASSIGNMENT.encode(new AssignmentBucket(
            1,
            n,
            5,
            0,
            ImmutableSortedMap.of(
                DOCUMENTS,
                new AssignmentBucket.Group(
                    "MasterSlave",
                    ImmutableSortedMap.of(
                        0, new Target("SLAVE", 4, 0, false),
                        1, new Target("SLAVE", 5, 0, false)))))));
    rig.raw.create(
        rig.paths.report(id, "3-0"),
        BucketCodecs.REPORT.encode(new ReportBucket(
            n,
            7,
            5,
            ImmutableSortedMap.of(
                DOCUMENTS,
                new ReportBucket.Group(
                    "MasterSlave",
                    ImmutableSortedMap.of(
                        0,
                        ReplicaState.of("SLAVE", 0),
                        1,
                        new ReplicaState("ERROR", 0, Optional.empty(), error, 3)))))));
  }

  private boolean asks(ResetRequest request) {
    return rig.raw
        .read(rig.paths.resets(DOCUMENTS.resource()))
        .map(node -> Specs.RESETS.decode(node.data()).contains(request))
        .orElse(false);
  }

  @Test
  void listsTheReplicasInErrorOfInstancesThatLive() {
    fails(DB_1, 1, "disk on fire");
    fails(DB_2, 1, "of the dead");
    try (var alive = rig.register("DB-1", 1)) {
      assertThat(alive).isNotNull();

      assertThat(get(admin.failedReplicas())).containsExactly(FAILED);
    }
    assertThat(get(admin.failedReplicas())).isEmpty();
  }

  @Test
  void asksForTheResetOfTheFailureThatItSaw() {
    fails(DB_1, 1, "disk on fire");
    try (var alive = rig.register("DB-1", 1)) {
      assertThat(alive).isNotNull();

      assertThat(get(admin.resetPartition(new PartitionId(DOCUMENTS.resource(), 0))))
          .isEmpty();
      assertThat(get(admin.resetInstance(DB_2))).isEmpty();
      assertThat(get(admin.resetResource(ResourceId.of("others")))).isEmpty();
      assertThat(asks(new ResetRequest(DB_1, 1, DOCUMENTS, 1, 5))).isFalse();

      assertThat(get(admin.resetPartition(FAILED.partition()))).containsExactly(FAILED);
      assertThat(asks(new ResetRequest(DB_1, 1, DOCUMENTS, 1, 5))).isTrue();
      assertThat(get(admin.resetResource(DOCUMENTS.resource()))).containsExactly(FAILED);
      assertThat(get(admin.resetInstance(DB_1))).containsExactly(FAILED);
    }
  }
}
