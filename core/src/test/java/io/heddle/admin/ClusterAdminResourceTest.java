// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.AdminException.Kind;
import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterAdminResourceTest {
  private static final ResourceId DOCUMENTS = ResourceId.of("documents");
  private static final StateModel DOOR = StateModel.builder("Door")
      .state("OPEN", new Bound.Replicas())
      .state("SHUT", new Bound.Unlimited())
      .initialState("SHUT")
      .transition("SHUT", "OPEN")
      .transition("OPEN", "SHUT")
      .transition("SHUT", StateModel.DROPPED)
      .build();

  private final Rig rig = new Rig().withCluster();
  private final ClusterAdmin admin = rig.admin;

  @AfterEach
  void close() {
    rig.close();
  }

  private static ResourceSpec.Builder documents() {
    return ResourceSpec.builder("documents")
        .partitions(6)
        .replicas(3)
        .stateModel(StateModels.MASTER_SLAVE);
  }

  @Test
  void addsAResourceAndTellsItsIdentity() {
    ResourceKey key = get(admin.addResource(documents().build()));

    assertThat(key.resource()).isEqualTo(DOCUMENTS);
    assertThat(rig.raw.read(rig.paths.resource(DOCUMENTS)).orElseThrow().stat().czxid())
        .isEqualTo(key.uid());
    assertThat(get(admin.resource(DOCUMENTS))).contains(documents().build());
    assertThat(get(admin.resources())).containsOnlyKeys(DOCUMENTS);
  }

  @Test
  void refusesANameThatIsInUse() {
    get(admin.addResource(documents().build()));

    assertThat(Rig.kind(admin.addResource(documents().build()))).isEqualTo(Kind.ALREADY_EXISTS);
  }

  @Test
  void refusesAnUnknownStateModel() {
    AdminException e =
        Rig.failure(admin.addResource(documents().stateModel("Door").build()));

    assertThat(e.kind()).isEqualTo(Kind.INVALID);
    assertThat(e).hasMessageContaining("Door").hasMessageContaining("add the model first");
  }

  @Test
  void addsAResourceOfAStoredStateModel() {
    get(admin.addStateModel(DOOR));

    get(admin.addResource(documents().stateModel(DOOR).build()));

    assertThat(get(admin.stateModel("Door"))).contains(DOOR);
    assertThat(get(admin.stateModels()))
        .containsOnlyKeys(
            "Door",
            "LeaderStandby",
            "MasterSlave",
            "OnlineOffline",
            "OnlineOfflineWithBootstrap",
            "StorageSchemata");
  }

  @Test
  void storesAStateModelOnceAndNeverOverABuiltInOne() {
    get(admin.addStateModel(DOOR));

    assertThat(Rig.kind(admin.addStateModel(DOOR))).isEqualTo(Kind.ALREADY_EXISTS);
    assertThat(Rig.kind(admin.addStateModel(StateModels.MASTER_SLAVE)))
        .isEqualTo(Kind.ALREADY_EXISTS);
  }

  @Test
  void refusesAModeThatDoesNotFit() {
    RebalanceMode lists = new RebalanceMode.SemiAuto(
        ImmutableSortedMap.of(6, ImmutableList.of(InstanceId.of("DB-1"))));
    RebalanceMode map = new RebalanceMode.Customized(
        ImmutableSortedMap.of(0, ImmutableSortedMap.of(InstanceId.of("DB-1"), "BOSS")));

    assertThat(Rig.failure(admin.addResource(documents().mode(lists).build())))
        .hasMessageContaining("partition 6")
        .hasMessageContaining("0 to 5");
    assertThat(Rig.failure(admin.addResource(documents().mode(map).build())))
        .hasMessageContaining("BOSS")
        .hasMessageContaining("MASTER");
  }

  @Test
  void refusesASpecThatIsTooLargeForItsZnode() {
    ImmutableSortedMap.Builder<Integer, ImmutableList<InstanceId>> lists =
        ImmutableSortedMap.naturalOrder();
    for (int i = 0; i < 20_000; i++) {
      lists.put(i, ImmutableList.of(InstanceId.of("a-rather-long-name-" + i)));
    }
    ResourceSpec spec = documents()
        .partitions(20_000)
        .mode(new RebalanceMode.SemiAuto(lists.buildOrThrow()))
        .build();

    AdminException e = Rig.failure(admin.addResource(spec));

    assertThat(e.kind()).isEqualTo(Kind.INVALID);
    assertThat(e.entity()).isEqualTo("resource documents");
  }

  @Test
  void changesWhatMayChange() {
    get(admin.addResource(documents().build()));

    get(admin.updateResource(DOCUMENTS, s -> s.toBuilder().replicas(2).disable().build()));

    assertThat(get(admin.resource(DOCUMENTS)))
        .contains(documents().replicas(2).disable().build());
  }

  @Test
  void refusesToChangePartitionsAndStateModel() {
    get(admin.addResource(documents().build()));

    AdminException partitions = Rig.failure(
        admin.updateResource(DOCUMENTS, s -> s.toBuilder().partitions(7).build()));
    AdminException model = Rig.failure(admin.updateResource(
        DOCUMENTS, s -> s.toBuilder().stateModel("OnlineOffline").build()));
    AdminException deleting = Rig.failure(
        admin.updateResource(DOCUMENTS, s -> s.toBuilder().deleting().build()));

    assertThat(partitions).hasMessageContaining("from 6 to 7");
    assertThat(model).hasMessageContaining("from MasterSlave to OnlineOffline");
    assertThat(deleting).hasMessageContaining("removeResource");
    assertThat(partitions.kind()).isEqualTo(Kind.INVALID);
    assertThat(get(admin.resource(DOCUMENTS))).contains(documents().build());
  }

  @Test
  void marksAResourceForRemovalAndRefusesItsNameMeanwhile() {
    get(admin.addResource(documents().build()));

    get(admin.removeResource(DOCUMENTS));
    get(admin.removeResource(DOCUMENTS));

    assertThat(get(admin.resource(DOCUMENTS)).orElseThrow().deleting()).isTrue();
    AdminException again = Rig.failure(admin.addResource(documents().build()));
    assertThat(again.kind()).isEqualTo(Kind.ALREADY_EXISTS);
    assertThat(again).hasMessageContaining("being removed");
    assertThat(Rig.kind(admin.updateResource(DOCUMENTS, s -> s))).isEqualTo(Kind.CONFLICT);
  }

  @Test
  void awaitsTheRemovalByAController() {
    get(admin.addResource(documents().build()));
    get(admin.removeResource(DOCUMENTS));

    CompletionStage<Void> removed = admin.awaitRemoved(DOCUMENTS, Duration.ofSeconds(15));
    rig.raw.delete(rig.paths.resource(DOCUMENTS));

    get(removed);
    get(admin.addResource(documents().build()));
  }

  @Test
  void awaitsNoRemovalBeyondItsBound() {
    get(admin.addResource(documents().build()));
    get(admin.removeResource(DOCUMENTS));

    AdminException e = Rig.failure(admin.awaitRemoved(DOCUMENTS, Duration.ofMillis(80)));

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("whether a controller is in office");
  }

  @Test
  void awaitsNoRemovalThatNobodyAskedFor() {
    get(admin.addResource(documents().build()));

    assertThat(Rig.kind(admin.awaitRemoved(DOCUMENTS, Duration.ofSeconds(15))))
        .isEqualTo(Kind.CONFLICT);
  }

  @Test
  void namesTheZnodeThatItCannotRead() {
    rig.raw.create(rig.paths.resource(DOCUMENTS), new byte[] {'x'});

    AdminException e = Rig.failure(admin.resources());

    assertThat(e.kind()).isEqualTo(Kind.INVALID);
    assertThat(e.entity()).isEqualTo("/orders/resources/documents");
  }
}
