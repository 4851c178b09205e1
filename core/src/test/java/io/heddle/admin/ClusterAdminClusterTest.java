// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.admin.AdminException.Kind;
import io.heddle.admin.ClusterAdmin.Creation;
import io.heddle.harness.RawClient;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceSpec;
import io.heddle.model.Token;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Json;
import io.heddle.schema.Specs;
import io.heddle.store.Node;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterAdminClusterTest {
  private final Rig rig = new Rig();
  private final ClusterAdmin admin = rig.admin;

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void createsTheWholeLayout() {
    Creation creation = get(admin.createCluster());

    assertThat(creation).isEqualTo(Creation.CREATED);
    for (String section : ClusterPaths.CLUSTER_SECTIONS) {
      assertThat(rig.raw.read(rig.paths.in(section))).as(section).isPresent();
    }
    for (String section : ClusterPaths.INSTANCE_SECTIONS) {
      assertThat(rig.raw.read(rig.paths.in(section))).as(section).isPresent();
    }
    assertThat(rig.raw.children(rig.paths.root()))
        .hasSize(3 + ClusterPaths.CLUSTER_SECTIONS.size() + ClusterPaths.INSTANCE_SECTIONS.size());
    assertThat(get(admin.clusterSpec())).isEqualTo(ClusterSpec.DEFAULT);
    assertThat(get(admin.leader())).isEmpty();
  }

  @Test
  void startsWithEpochZeroUntilAControllerTakesOffice() {
    get(admin.createCluster());

    Node epoch = rig.raw.read(rig.paths.epoch()).orElseThrow();
    assertThat(epoch.stat().version()).isZero();
    assertThat(Specs.EPOCH.decode(epoch.data()).base()).isZero();
  }

  @Test
  void startsAboveTheEpochsOfAFormerClusterIfAsked() {
    get(admin.createCluster(17));

    Node epoch = rig.raw.read(rig.paths.epoch()).orElseThrow();
    assertThat(Specs.EPOCH.decode(epoch.data()).base()).isEqualTo(17);
    assertThatThrownBy(() -> admin.createCluster(Token.MAX_EPOCH))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void leavesAnExistingClusterAsItIs() {
    get(admin.createCluster());
    get(admin.pause());

    Creation again = get(admin.createCluster());

    assertThat(again).isEqualTo(Creation.EXISTED);
    assertThat(get(admin.clusterSpec()).paused()).isTrue();
  }

  @Test
  void createsNoClusterOverSomethingElse() {
    rig.raw.create("/orders", new byte[0]);

    AdminException e = Rig.failure(admin.createCluster());

    assertThat(e.kind()).isEqualTo(Kind.INVALID);
    assertThat(e).hasMessageContaining("/orders").hasMessageContaining("NODE_EXISTS");
  }

  @Test
  void tellsThatTheClusterIsMissing() {
    assertThat(Rig.kind(admin.addInstance(InstanceSpec.of("DB-1")))).isEqualTo(Kind.NOT_FOUND);
    assertThat(Rig.kind(admin.instances())).isEqualTo(Kind.NOT_FOUND);
    assertThat(Rig.kind(admin.liveInstances())).isEqualTo(Kind.NOT_FOUND);
    assertThat(Rig.kind(admin.clusterSpec())).isEqualTo(Kind.NOT_FOUND);
    assertThat(Rig.kind(admin.dropCluster())).isEqualTo(Kind.NOT_FOUND);
  }

  @Test
  void leavesAClusterOfANewerFormatAlone() {
    rig.withCluster();
    rig.raw.set(
        rig.paths.meta(),
        Specs.META.encode(new Specs.Meta(Json.FORMAT + 1, Json.FORMAT, Json.FORMAT + 1, "3f5c")));

    AdminException e = Rig.failure(admin.pause());

    assertThat(e.kind()).isEqualTo(Kind.INVALID);
    assertThat(e).hasMessageContaining("newer version");
  }

  @Test
  void pausesAndResumes() {
    rig.withCluster();

    assertThat(get(admin.pause()).paused()).isTrue();
    assertThat(get(admin.pause()).paused()).isTrue();
    assertThat(get(admin.resume()).paused()).isFalse();
    assertThat(get(admin.clusterSpec()).paused()).isFalse();
  }

  @Test
  void tellsWhichControllerIsInOffice() {
    rig.withCluster();
    rig.raw.createEphemeral(
        rig.paths.leader(), Specs.LEADER.encode(new Specs.Leader("controller-1", 4)));

    assertThat(get(admin.leader())).contains(new Specs.Leader("controller-1", 4));
  }

  @Test
  void dropsAllOfACluster() {
    rig.withCluster();
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    get(admin.addResource(ResourceSpec.builder("documents").build()));
    rig.raw.create(rig.paths.in("properties", "colour"), new byte[1]);
    rig.raw.create(rig.paths.in("properties", "colour", "deep"), new byte[1]);

    get(admin.dropCluster());

    assertThat(rig.raw.read("/orders")).isEmpty();
    assertThat(get(admin.createCluster())).isEqualTo(Creation.CREATED);
  }

  @Test
  void dropsAClusterOfMoreInstancesThanOneTransactionHolds() {
    rig.withCluster();
    for (int i = 0; i < 200; i++) {
      get(admin.addInstance(InstanceSpec.of("DB-" + i)));
    }

    get(admin.dropCluster());

    assertThat(rig.raw.read("/orders")).isEmpty();
  }

  @Test
  void dropsNoClusterWithALiveInstance() {
    rig.withCluster();
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    RawClient participant = rig.register("DB-1", 1);

    AdminException e = Rig.failure(admin.dropCluster());

    assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
    assertThat(e).hasMessageContaining("DB-1 on host-1");
    assertThat(get(admin.instance(InstanceId.of("DB-1")))).isPresent();
    participant.close();
    get(admin.dropCluster());
    assertThat(rig.raw.read("/orders")).isEmpty();
  }

  @Test
  void dropsNoClusterWithAControllerInOffice() {
    rig.withCluster();
    rig.raw.createEphemeral(
        rig.paths.leader(), Specs.LEADER.encode(new Specs.Leader("controller-1", 1)));

    AdminException e = Rig.failure(admin.dropCluster());

    assertThat(e.kind()).isEqualTo(Kind.CONFLICT);
    assertThat(e).hasMessageContaining("controller-1");
    assertThat(rig.raw.read(rig.paths.meta())).isPresent();
  }

  @Test
  void finishesADropThatWasCutShort() {
    rig.withCluster();
    rig.raw.delete(rig.paths.meta());
    rig.raw.delete(rig.paths.epoch());

    assertThat(Rig.kind(admin.createCluster())).isEqualTo(Kind.INVALID);
    get(admin.dropCluster());

    assertThat(rig.raw.read("/orders")).isEmpty();
  }

  @Test
  void dropsNothingThatIsNoCluster() {
    rig.raw.create("/orders", new byte[0]);
    rig.raw.create("/orders/precious", new byte[0]);

    AdminException e = Rig.failure(admin.dropCluster());

    assertThat(e.kind()).isEqualTo(Kind.INVALID);
    assertThat(e).hasMessageContaining("/orders/precious");
    assertThat(rig.raw.read("/orders/precious")).isPresent();
  }
}
