// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.AdminException.Kind;
import io.heddle.harness.RawClient;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterAdminInstanceTest {
  private static final InstanceId DB_1 = InstanceId.of("DB-1");

  private final Rig rig = new Rig().withCluster();
  private final ClusterAdmin admin = rig.admin;

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void addsAnInstanceWithAllItsParents() {
    InstanceSpec spec = InstanceSpec.builder("DB-1").tag("fast").zone("eu/r1").build();

    get(admin.addInstance(spec));

    assertThat(get(admin.instances())).containsExactly(java.util.Map.entry(DB_1, spec));
    for (String section : ClusterPaths.INSTANCE_SECTIONS) {
      assertThat(rig.raw.read(rig.paths.in(section, "DB-1"))).as(section).isPresent();
    }
    Node counter = rig.raw.read(rig.paths.incarnation(DB_1)).orElseThrow();
    assertThat(Specs.COUNTER.decode(counter.data()) + counter.stat().version()).isZero();
  }

  @Test
  void addsAnInstanceOnce() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));

    AdminException e =
        Rig.failure(admin.addInstance(InstanceSpec.builder("DB-1").tag("x").build()));

    assertThat(e.kind()).isEqualTo(Kind.ALREADY_EXISTS);
    assertThat(e.entity()).isEqualTo("instance DB-1");
  }

  @Test
  void losesNoConcurrentChange() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    ClusterAdmin other = Rig.admin(rig.store);

    List<CompletionStage<InstanceSpec>> changes = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      String tag = "tag-" + i;
      changes.add((i % 2 == 0 ? admin : other)
          .updateInstance(DB_1, spec -> spec.toBuilder().tag(tag).build()));
    }
    changes.forEach(change -> get(change));
    other.close();

    assertThat(get(admin.instance(DB_1)).orElseThrow().tags())
        .containsExactly("tag-0", "tag-1", "tag-2", "tag-3");
  }

  @Test
  void setsTheOperation() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));

    get(admin.setOperation(DB_1, InstanceOperation.EVACUATE));

    assertThat(get(admin.instance(DB_1)).orElseThrow().operation())
        .isEqualTo(InstanceOperation.EVACUATE);
  }

  @Test
  void writesNothingWhenNothingChanges() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    long writes = rig.store.operations().writes();

    get(admin.setOperation(DB_1, InstanceOperation.ENABLE));

    assertThat(rig.store.operations().writes()).isEqualTo(writes);
  }

  @Test
  void refusesAChangeOfTheName() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));

    assertThat(Rig.kind(admin.updateInstance(DB_1, spec -> InstanceSpec.of("DB-2"))))
        .isEqualTo(Kind.INVALID);
  }

  @Test
  void tellsThatAnInstanceIsMissing() {
    assertThat(Rig.kind(admin.setOperation(DB_1, InstanceOperation.DISABLE)))
        .isEqualTo(Kind.NOT_FOUND);
    assertThat(Rig.kind(admin.removeInstance(DB_1))).isEqualTo(Kind.NOT_FOUND);
    assertThat(get(admin.instance(DB_1))).isEmpty();
  }

  @Test
  void passesOnWhatAChangeThrows() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> get(admin.updateInstance(DB_1, s -> {
          throw new IllegalStateException("of the user");
        })))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("of the user");
  }

  @Test
  void removesAnInstanceWithItsBucketsAndKeepsItsNumber() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    rig.raw.create(rig.paths.assignment(DB_1, "3-0"), assignment(StateModel.DROPPED));
    rig.raw.create(rig.paths.report(DB_1, "3-0"), new byte[1]);
    rig.raw.create(rig.paths.in("outcomes", "DB-1", "a"), new byte[1]);
    rig.raw.create(rig.paths.attributes(DB_1, "3-0"), new byte[1]);
    rig.raw.create(rig.paths.in("messages", "DB-1", "m"), new byte[1]);

    get(admin.removeInstance(DB_1));

    assertThat(rig.raw.read(rig.paths.in("attributes", "DB-1"))).isEmpty();
    assertThat(rig.raw.read(rig.paths.in("messages", "DB-1"))).isEmpty();

    assertThat(rig.raw.read(rig.paths.instance(DB_1))).isEmpty();
    assertThat(rig.raw.read(rig.paths.assignments(DB_1))).isEmpty();
    assertThat(rig.raw.read(rig.paths.reports(DB_1))).isEmpty();
    assertThat(rig.raw.read(rig.paths.in("live", "DB-1"))).isPresent();
    assertThat(rig.raw.read(rig.paths.live(DB_1))).isEmpty();
    assertThat(rig.raw.read(rig.paths.in("outcomes", "DB-1", "a"))).isPresent();
    assertThat(rig.raw.read(rig.paths.incarnation(DB_1)).orElseThrow().stat().version())
        .isEqualTo(1);
  }

  @Test
  void goesOnCountingIncarnationsUnderANameUsedAgain() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    get(admin.removeInstance(DB_1));

    get(admin.addInstance(InstanceSpec.of("DB-1")));

    assertThat(rig.raw.read(rig.paths.incarnation(DB_1)).orElseThrow().stat().version())
        .isEqualTo(1);
    assertThat(rig.raw.read(rig.paths.assignments(DB_1))).isPresent();
  }

  @Test
  void removesMoreBucketsThanOneTransactionHolds() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    for (int i = 0; i < 520; i++) {
      rig.raw.create(rig.paths.report(DB_1, "3-" + i), new byte[1]);
    }

    get(admin.removeInstance(DB_1));

    assertThat(rig.raw.read(rig.paths.reports(DB_1))).isEmpty();
    assertThat(rig.raw.read(rig.paths.incarnation(DB_1)).orElseThrow().stat().version())
        .isEqualTo(2);
  }

  @Test
  void removesNoLiveInstance() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    RawClient participant = rig.register("DB-1", 1);

    AdminException e = Rig.failure(admin.removeInstance(DB_1));

    assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
    assertThat(e).hasMessageContaining("incarnation 1").hasMessageContaining("host-1");
    assertThat(get(admin.liveInstances())).containsOnlyKeys(DB_1);
    participant.close();
    get(admin.removeInstance(DB_1));
    assertThat(get(admin.liveInstances())).isEmpty();
  }

  @Test
  void removesNoInstanceThatHasPartitions() {
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    rig.raw.create(rig.paths.assignment(DB_1, "3-0"), assignment("MASTER"));

    AdminException e = Rig.failure(admin.removeInstance(DB_1));

    assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
    assertThat(e).hasMessageContaining("1 partitions");
    assertThat(get(admin.instance(DB_1))).isPresent();
  }

  private static byte[] assignment(String state) {
    return BucketCodecs.ASSIGNMENT.encode(new AssignmentBucket(
        1,
        1,
        1,
        0,
        ImmutableSortedMap.of(
            new ResourceKey(ResourceId.of("documents"), 9),
            new AssignmentBucket.Group(
                "MasterSlave",
                ImmutableSortedMap.of(0, new AssignmentBucket.Target(state, 1, 0, false))))));
  }
}
