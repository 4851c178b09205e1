// SPDX-License-Identifier: Apache-2.0
package io.heddle.schema;

import static io.heddle.harness.Waiting.await;
import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.harness.RawClient;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.AccessControl.Identity;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.Commit;
import io.heddle.store.Credential;
import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.Read;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The access table at a real server: each role can do its part, and not another's (R18). */
class RoleAccessIT {
  private static final InstanceId DB_1 = InstanceId.of("DB-1");
  private static final byte[] DATA = {1};

  private final ClusterPaths paths = new ClusterPaths("orders");
  private final AccessControl access = AccessControl.byRole(ImmutableMap.of(
      Role.CONTROLLER, identity(Role.CONTROLLER),
      Role.ADMIN, identity(Role.ADMIN),
      Role.PARTICIPANT, identity(Role.PARTICIPANT),
      Role.SPECTATOR, identity(Role.SPECTATOR)));

  @TempDir
  Path directory;

  private EmbeddedZooKeeper server;
  private ZooKeeperStore store;
  private ClusterAdmin admin;
  private RawClient controller;
  private RawClient participant;
  private RawClient spectator;
  private ResourceKey documents;

  @BeforeEach
  void start() {
    server = EmbeddedZooKeeper.builder().dataDirectory(directory).fsync(false).start();
    store = new ZooKeeperStore(server.connectString());
    admin = ClusterAdmin.builder(store, ThreadLoop::new, "orders")
        .secured(credential(Role.ADMIN), access)
        .build();
    controller = new RawClient(store, credential(Role.CONTROLLER));
    participant = new RawClient(store, credential(Role.PARTICIPANT));
    spectator = new RawClient(store, credential(Role.SPECTATOR));
    get(admin.createCluster());
    get(admin.addInstance(InstanceSpec.of("DB-1")));
    documents = get(admin.addResource(ResourceSpec.builder("documents").build()));
  }

  @AfterEach
  void stop() {
    spectator.close();
    participant.close();
    controller.close();
    admin.close();
    store.close();
    server.close();
  }

  private static Identity identity(Role role) {
    return Identity.digest(role.name().toLowerCase(Locale.ROOT), "secret");
  }

  private static Credential credential(Role role) {
    String proof = role.name().toLowerCase(Locale.ROOT) + ":secret";
    return new Credential("digest", proof.getBytes(StandardCharsets.UTF_8));
  }

  private Op create(String path, byte[] data, CreateMode mode) {
    return new Op.Create(path, data, mode, access.acl(paths, path));
  }

  private static Op set(String path) {
    return new Op.Set(path, DATA, Op.ANY_VERSION);
  }

  private static Op delete(String path) {
    return new Op.Delete(path, Op.ANY_VERSION);
  }

  private void registerParticipant() {
    LiveInstance live =
        new LiveInstance(DB_1, 1, 1, "host", 1, Optional.empty(), "1", ImmutableSortedMap.of());
    participant.commit(
        new Op.Set(paths.incarnation(DB_1), Specs.COUNTER.encode(0L), 0),
        create(paths.live(DB_1), Specs.LIVE.encode(live), CreateMode.EPHEMERAL));
  }

  private void report() {
    ReportBucket bucket = new ReportBucket(
        1,
        1,
        1,
        ImmutableSortedMap.of(
            documents,
            new ReportBucket.Group(
                "OnlineOffline", ImmutableSortedMap.of(0, ReplicaState.of("ONLINE", 0)))));
    participant.commit(
        new Op.Check(paths.incarnation(DB_1), 1),
        create(
            paths.report(DB_1, "3-0"), BucketCodecs.REPORT.encode(bucket), CreateMode.PERSISTENT));
  }

  private static void refused(RawClient client, Op op) {
    assertThat(client.tryCommit(op))
        .as("%s", op)
        .isInstanceOfSatisfying(
            Commit.Refused.class, r -> assertThat(r.why()).isEqualTo(Commit.Why.NO_AUTH));
  }

  @Test
  void letsTheControllerTakeOfficeAssignAndCloseAnIncarnation() {
    registerParticipant();
    report();

    controller.commit(create(paths.leader(), DATA, CreateMode.EPHEMERAL), set(paths.epoch()));
    controller.commit(
        new Op.Check(paths.epoch(), 1),
        create(paths.assignment(DB_1, "3-0"), DATA, CreateMode.PERSISTENT));
    controller.commit(new Op.Check(paths.epoch(), 1), set(paths.assignment(DB_1, "3-0")));
    controller.commit(
        new Op.Check(paths.epoch(), 1),
        new Op.Set(paths.incarnation(DB_1), Specs.COUNTER.encode(0L), 1),
        delete(paths.live(DB_1)));
    controller.commit(
        create(paths.live(DB_1), DATA, CreateMode.EPHEMERAL),
        delete(paths.live(DB_1)),
        delete(paths.report(DB_1, "3-0")),
        delete(paths.assignment(DB_1, "3-0")));
    controller.commit(delete(paths.resource(ResourceId.of("documents"))));
    controller.commit(delete(paths.leader()));

    assertThat(controller.read(paths.spec())).isPresent();
  }

  @Test
  void keepsTheControllerFromSpecsAndReports() {
    registerParticipant();
    report();

    refused(controller, set(paths.spec()));
    refused(controller, set(paths.meta()));
    refused(controller, set(paths.instance(DB_1)));
    refused(controller, set(paths.resource(ResourceId.of("documents"))));
    refused(controller, create(paths.in("resources", "mine"), DATA, CreateMode.PERSISTENT));
    refused(controller, set(paths.report(DB_1, "3-0")));
    refused(controller, set(paths.live(DB_1)));
  }

  @Test
  void letsTheParticipantRegisterAndReport() {
    registerParticipant();
    report();

    participant.commit(new Op.Check(paths.incarnation(DB_1), 1), new Op.Check(paths.epoch(), 0));
    participant.commit(set(paths.report(DB_1, "3-0")), delete(paths.report(DB_1, "3-0")));
    participant.commit(
        create(paths.in("outcomes", "DB-1", "a"), DATA, CreateMode.PERSISTENT),
        create(paths.in("payloads", "DB-1", "77"), DATA, CreateMode.PERSISTENT));

    assertThat(participant.read(paths.resource(ResourceId.of("documents")))).isPresent();
  }

  @Test
  void keepsTheParticipantFromEpochAssignmentsAndSpecs() {
    refused(participant, set(paths.epoch()));
    refused(participant, create(paths.leader(), DATA, CreateMode.EPHEMERAL));
    refused(participant, create(paths.assignment(DB_1, "3-0"), DATA, CreateMode.PERSISTENT));
    refused(participant, create(paths.in("work", "DB-1", "a"), DATA, CreateMode.PERSISTENT));
    refused(participant, set(paths.instance(DB_1)));
    refused(participant, delete(paths.in("live", "DB-1")));
    refused(participant, delete(paths.incarnation(DB_1)));
    assertThat(participant.tryRead(paths.in("containers"))).isInstanceOf(Read.Denied.class);
  }

  @Test
  void letsTheSpectatorRouteAndNothingElse() {
    registerParticipant();
    RoutingTableProvider provider = RoutingTableProvider.builder(store, ThreadLoop::new, "orders")
        .credential(credential(Role.SPECTATOR))
        .build();
    get(provider.start());

    // Told by the watch: the server tells only those who may read.
    report();
    await("the route", () -> provider.getInstances("documents", 0, "ONLINE").size() == 1);

    refused(spectator, set(paths.report(DB_1, "3-0")));
    refused(spectator, delete(paths.live(DB_1)));
    refused(spectator, create(paths.report(DB_1, "4-0"), DATA, CreateMode.PERSISTENT));
    assertThat(spectator.tryRead(paths.epoch())).isInstanceOf(Read.Denied.class);
    assertThat(spectator.tryRead(paths.assignments(DB_1))).isInstanceOf(Read.Denied.class);
    provider.close();
  }

  @Test
  void letsParticipantsAndTheAdministratorSendMessagesAndSpectatorsNot() {
    String message = paths.in("messages", "DB-1", "m-1");
    String reply = paths.in("messages", "DB-1", "r-1");
    RawClient operator = new RawClient(store, credential(Role.ADMIN));

    operator.commit(create(message, DATA, CreateMode.PERSISTENT));
    participant.commit(delete(message), create(reply, DATA, CreateMode.PERSISTENT));
    operator.commit(delete(reply));
    participant.commit(create(message, DATA, CreateMode.PERSISTENT), delete(message));

    refused(spectator, create(message, DATA, CreateMode.PERSISTENT));
    assertThat(spectator.tryRead(paths.in("messages", "DB-1"))).isInstanceOf(Read.Denied.class);
    operator.close();
  }

  @Test
  void letsStrangersReadNothing() {
    RawClient stranger = new RawClient(store);

    assertThat(stranger.tryRead(paths.root())).isInstanceOf(Read.Denied.class);
    assertThat(stranger.tryRead(paths.live(DB_1))).isInstanceOf(Read.Absent.class);
    refused(stranger, set(paths.epoch()));
    stranger.close();
  }

  @Test
  void letsTheAdministratorRemoveWhatTheOthersMade() {
    registerParticipant();
    report();
    controller.commit(create(paths.leader(), DATA, CreateMode.EPHEMERAL), set(paths.epoch()));
    controller.commit(
        create(paths.in("progress", "0a"), DATA, CreateMode.PERSISTENT),
        create(paths.in("progress", "0a", "w"), DATA, CreateMode.PERSISTENT),
        create(paths.in("containers", "DB-1"), DATA, CreateMode.PERSISTENT));
    controller.commit(delete(paths.leader()));
    participant.commit(delete(paths.live(DB_1)));

    get(admin.removeInstance(DB_1));
    get(admin.dropCluster());

    RawClient stranger = new RawClient(store);
    assertThat(stranger.tryRead(paths.root())).isInstanceOf(Read.Absent.class);
    stranger.close();
  }
}
