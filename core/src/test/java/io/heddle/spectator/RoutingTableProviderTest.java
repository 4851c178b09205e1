// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import static io.heddle.harness.Waiting.await;
import static io.heddle.harness.Waiting.get;
import static io.heddle.spectator.Facts.A;
import static io.heddle.spectator.Facts.B;
import static io.heddle.spectator.Facts.DOCUMENTS;
import static io.heddle.spectator.Facts.live;
import static io.heddle.spectator.Facts.report;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.RawClient;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.PartitionId;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.AccessControl.Identity;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Json;
import io.heddle.schema.Role;
import io.heddle.schema.Specs;
import io.heddle.store.Credential;
import io.heddle.store.memory.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RoutingTableProviderTest {
  private final MemoryStore store = new MemoryStore();
  private final FragileNetwork network = new FragileNetwork();
  private final ClusterPaths paths = new ClusterPaths("orders");
  private final RawClient raw = new RawClient(store);
  private final RawClient a = new RawClient(store);
  private final RoutingTableProvider provider = builder().build();
  private long uid;

  private RoutingTableProvider.Builder builder() {
    return RoutingTableProvider.builder(store.through(network), ThreadLoop::new, "orders");
  }

  @AfterEach
  void close() {
    provider.close();
    a.close();
    raw.close();
    store.close();
  }

  /** A cluster in which A is MASTER of documents/0; no controller runs. */
  private void cluster() {
    try (ClusterAdmin admin =
        ClusterAdmin.builder(store, ThreadLoop::new, "orders").build()) {
      get(admin.createCluster());
      get(admin.addInstance(InstanceSpec.of("A")));
      get(admin.addInstance(InstanceSpec.of("B")));
      ResourceKey key = get(admin.addResource(ResourceSpec.builder("documents")
          .partitions(2)
          .stateModel(StateModels.MASTER_SLAVE)
          .build()));
      uid = key.uid();
    }
    register(a, A, 1);
    raw.create(paths.report(A, "3-0"), bytes(report(1).has(DOCUMENTS, uid, 0, "MASTER", 55)));
  }

  private void register(RawClient client, InstanceId instance, long incarnation) {
    client.createEphemeral(paths.live(instance), Specs.LIVE.encode(live(instance, incarnation)));
  }

  private static byte[] bytes(Facts.Report report) {
    ReportBucket bucket = report.bucket();
    return BucketCodecs.REPORT.encode(bucket);
  }

  private List<InstanceId> masters() {
    return provider.getInstances("documents", 0, "MASTER").stream()
        .map(Route::instance)
        .toList();
  }

  @Test
  void startsWithACompleteTable() {
    cluster();
    assertThat(provider.table().isStale()).isTrue();

    RoutingTable first = get(provider.start());

    assertThat(first.isStale()).isFalse();
    assertThat(first.partitions("documents")).isEqualTo(2);
    assertThat(masters()).containsExactly(A);
    assertThat(provider.getTopInstance("documents", 0).orElseThrow().token()).isEqualTo(55);
    assertThat(provider.getInstances("documents", 0)).hasSize(1);
    assertThat(provider.instances("documents", "MASTER")).containsExactly(live(A, 1));
  }

  @Test
  void startsWithAnEmptyTableWhereThereIsNoClusterYet() {
    assertThat(get(provider.start()).resources()).isEmpty();

    cluster();

    await("the route", () -> masters().equals(List.of(A)));
  }

  @Test
  void followsReports() {
    cluster();
    get(provider.start());
    register(raw, B, 1);

    raw.set(paths.report(A, "3-0"), bytes(report(1).has(DOCUMENTS, uid, 0, "SLAVE")));
    raw.create(paths.report(B, "3-0"), bytes(report(1).has(DOCUMENTS, uid, 0, "MASTER", 56)));

    await("the new master", () -> masters().equals(List.of(B)));
    assertThat(provider.getInstances("documents", 0, "SLAVE")).hasSize(1);
  }

  @Test
  void dropsADeadInstanceWithoutAController() {
    cluster();
    get(provider.start());

    a.delete(paths.live(A));

    await("no master", () -> masters().isEmpty());
    assertThat(provider.table().isStale()).isFalse();
  }

  @Test
  void ignoresWhatAFormerIncarnationReported() {
    cluster();
    get(provider.start());

    a.delete(paths.live(A));
    register(a, A, 2);
    await("no master", () -> masters().isEmpty());

    raw.set(paths.report(A, "3-0"), bytes(report(2).has(DOCUMENTS, uid, 0, "MASTER", 57)));
    await("the master again", () -> masters().equals(List.of(A)));
  }

  @Test
  void keepsTheLastTableMarkedStaleWhileCutOffAndCatchesUpAfterwards() {
    cluster();
    get(provider.start());

    network.cut();
    await("stale", () -> provider.table().isStale());
    raw.set(paths.report(A, "3-0"), bytes(report(1).has(DOCUMENTS, uid, 1, "MASTER", 58)));
    assertThat(masters()).containsExactly(A);

    network.heal();
    await("current", () -> !provider.table().isStale());

    assertThat(masters()).isEmpty();
    assertThat(provider.getTopInstance("documents", 1)).isPresent();
  }

  @Test
  void opensAnotherSessionAfterOneExpired() {
    cluster();
    get(provider.start());

    network.cut();
    await("stale", () -> provider.table().isStale());
    store.expireSessionsOf(loop -> true);
    raw.tryRead(paths.root());
    RawClient after = new RawClient(store);
    after.delete(paths.resource(DOCUMENTS));
    after.delete(paths.report(A, "3-0"));
    network.heal();

    await("current", () -> !provider.table().isStale());
    assertThat(provider.table().resources()).isEmpty();
    after.create(paths.report(B, "3-0"), bytes(report(7).has(DOCUMENTS, uid, 0, "MASTER", 56)));
    register(after, B, 7);
    await("the watches of the new session", () -> masters().equals(List.of(B)));
    after.close();
  }

  @Test
  void tellsListenersAfterTheSwapWhateverOneOfThemThrows() {
    cluster();
    List<Set<ResourceId>> told = new CopyOnWriteArrayList<>();
    List<Boolean> swapped = new CopyOnWriteArrayList<>();
    RoutingListener bad = (table, changed) -> {
      throw new IllegalStateException("a listener's own failure, thrown on purpose");
    };
    provider.addListener(bad);
    provider.addListener((table, changed) -> {
      swapped.add(provider.table() == table);
      told.add(changed);
    });
    get(provider.start());

    raw.set(paths.report(A, "3-0"), bytes(report(1).has(DOCUMENTS, uid, 0, "SLAVE")));
    await("told of the change", () -> told.size() == 2);
    network.cut();
    await("told that it is stale", () -> told.size() == 3);

    assertThat(told).containsExactly(Set.of(DOCUMENTS), Set.of(DOCUMENTS), Set.of());
    assertThat(swapped).containsOnly(true);
  }

  @Test
  void tellsARemovedListenerNothing() {
    cluster();
    List<RoutingTable> told = new CopyOnWriteArrayList<>();
    RoutingListener listener = (table, changed) -> told.add(table);
    provider.addListener(listener);
    provider.removeListener(listener);

    get(provider.start());

    assertThat(told).isEmpty();
  }

  @Test
  void tellsAListenerOfOneResourceOfThatOneOnly() {
    cluster();
    List<Integer> masters = new CopyOnWriteArrayList<>();
    List<Integer> others = new CopyOnWriteArrayList<>();
    ResourceListener listener = (routing, table) ->
        masters.add(routing.map(r -> r.getInstances(0, "MASTER").size()).orElse(-1));
    provider.addListener(DOCUMENTS, listener);
    provider.addListener(ResourceId.of("others"), (routing, table) -> others.add(1));
    get(provider.start());
    await("told of the first table", () -> masters.equals(List.of(1)));

    register(raw, B, 1);
    await("a member more", () -> provider.table().members().size() == 2);
    raw.set(paths.report(A, "3-0"), bytes(report(1).has(DOCUMENTS, uid, 0, "SLAVE")));
    await("told of the change", () -> masters.equals(List.of(1, 0)));
    raw.delete(paths.report(A, "3-0"));
    raw.delete(paths.resource(DOCUMENTS));
    await("told that it is gone", () -> masters.contains(-1));
    assertThat(others).as("told to the other's listener").isEmpty();
  }

  @Test
  void tellsARemovedListenerOfOneResourceNothing() {
    cluster();
    List<RoutingTable> told = new CopyOnWriteArrayList<>();
    List<RoutingTable> toldToTheOther = new CopyOnWriteArrayList<>();
    ResourceListener listener = (routing, table) -> told.add(table);
    provider.addListener(DOCUMENTS, listener);
    provider.addListener(DOCUMENTS, (routing, table) -> toldToTheOther.add(table));
    provider.removeListener(DOCUMENTS, listener);

    get(provider.start());

    await("told to the other", () -> !toldToTheOther.isEmpty());
    assertThat(told).isEmpty();
  }

  @Test
  void tellsALateListenerOfOneResourceWhatIsInForce() {
    cluster();
    get(provider.start());
    List<Route> told = new CopyOnWriteArrayList<>();

    provider.addListener(
        DOCUMENTS, (routing, table) -> told.addAll(routing.orElseThrow().getInstances(0)));

    await("told", () -> told.size() == 1);
    assertThat(told.get(0).instance()).isEqualTo(A);
  }

  @Test
  void givesSnapshotsThatStayAsTheyAre() {
    cluster();
    assertThat(provider.snapshot().table().version()).isZero();
    get(provider.start());
    RoutingSnapshot before = provider.snapshot();

    raw.set(paths.report(A, "3-0"), bytes(report(1).has(DOCUMENTS, uid, 0, "SLAVE")));
    await("no master", () -> masters().isEmpty());
    RoutingSnapshot after = provider.snapshot();

    PartitionId partition = new PartitionId(DOCUMENTS, 0);
    assertThat(before.table().getInstances(partition, "MASTER")).hasSize(1);
    assertThat(before.table().getTopInstance(partition)).isPresent();
    assertThat(after.table().version()).isGreaterThan(before.table().version());
    assertThat(after.staleFor()).isZero();
    assertThat(provider.getInstances(partition, "SLAVE")).hasSize(1);
    assertThat(provider.getInstances(partition)).hasSize(1);
  }

  @Test
  void leavesOutABucketThatItCannotRead() {
    cluster();
    raw.create(paths.report(A, "4-0"), new byte[] {'x'});

    get(provider.start());

    assertThat(masters()).containsExactly(A);
  }

  @Test
  void saysThatItDidNotStartInTime() {
    network.cut();
    RoutingTableProvider late = builder().startTimeout(Duration.ofMillis(50)).build();

    assertThatThrownBy(() -> get(late.start()))
        .isInstanceOf(SpectatorException.class)
        .hasMessageContaining("cluster orders")
        .hasMessageContaining("PT0.05S");
    late.close();
  }

  @Test
  void stopsAtAClusterOfANewerFormat() {
    cluster();
    raw.set(
        paths.meta(),
        Specs.META.encode(
            new Specs.Meta(Json.FORMAT + 1, Json.FORMAT + 1, Json.FORMAT + 1, "3f5c")));

    assertThatThrownBy(() -> get(provider.start()))
        .isInstanceOf(SpectatorException.class)
        .hasMessageContaining("newer version");
  }

  @Test
  void keepsTheTableMarkedStaleWhenItIsClosed() {
    cluster();
    get(provider.start());

    provider.close();

    await("stale", () -> provider.table().isStale());
    assertThat(masters()).containsExactly(A);
  }

  @Test
  void needsAndHasTheRightsOfASpectatorOnly() {
    try (ClusterAdmin admin = ClusterAdmin.builder(store, ThreadLoop::new, "orders")
        .secured(credential("admin"), access())
        .build()) {
      get(admin.createCluster());
      get(admin.addInstance(InstanceSpec.of("A")));
      get(admin.addResource(ResourceSpec.builder("documents").build()));
    }
    RoutingTableProvider spectator =
        builder().credential(credential("spectator")).build();

    assertThat(get(spectator.start()).resources()).containsExactly(DOCUMENTS);
    assertThatThrownBy(() -> get(provider.start()))
        .isInstanceOf(SpectatorException.class)
        .hasMessageContaining("/orders/meta");
    spectator.close();
  }

  private static AccessControl access() {
    return AccessControl.byRole(ImmutableMap.of(
        Role.CONTROLLER, Identity.digest("controller", "secret"),
        Role.ADMIN, Identity.digest("admin", "secret"),
        Role.PARTICIPANT, Identity.digest("participant", "secret"),
        Role.SPECTATOR, Identity.digest("spectator", "secret")));
  }

  private static Credential credential(String user) {
    return new Credential("digest", (user + ":secret").getBytes(StandardCharsets.UTF_8));
  }
}
