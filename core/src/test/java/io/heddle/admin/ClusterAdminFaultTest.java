// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.heddle.admin.AdminException.Kind;
import io.heddle.admin.ClusterAdmin.Creation;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.RawClient;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.AccessControl.Identity;
import io.heddle.schema.Role;
import io.heddle.store.Acl;
import io.heddle.store.Commit;
import io.heddle.store.Credential;
import io.heddle.store.Op;
import io.heddle.store.Read;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterAdminFaultTest {
  private static final InstanceId DB_1 = InstanceId.of("DB-1");

  private final Rig rig = new Rig();
  private final FragileNetwork network = new FragileNetwork();
  private final ClusterAdmin admin = Rig.admin(rig.store.through(network));

  /** The path at whose next change the reply gets lost; empty for none. */
  private final AtomicReference<String> losesReplyOf = new AtomicReference<>("");

  ClusterAdminFaultTest() {
    rig.store.onCommit(txn -> {
      String path = losesReplyOf.get();
      if (txn.changes().stream().anyMatch(change -> change.path().equals(path))
          && losesReplyOf.compareAndSet(path, "")) {
        network.loseNextReply();
      }
    });
  }

  @AfterEach
  void close() {
    admin.close();
    rig.close();
  }

  @Test
  void findsOutThatACreationOfUnknownOutcomeCameAbout() {
    losesReplyOf.set(rig.paths.meta());
    assertThat(get(admin.createCluster())).isEqualTo(Creation.CREATED);

    losesReplyOf.set(rig.paths.instance(DB_1));
    assertThat(get(admin.addInstance(InstanceSpec.of("DB-1")))).isEqualTo(InstanceSpec.of("DB-1"));

    ResourceId documents = ResourceId.of("documents");
    losesReplyOf.set(rig.paths.resource(documents));
    ResourceKey key = get(admin.addResource(ResourceSpec.builder("documents").build()));

    assertThat(rig.raw.read(rig.paths.resource(documents)).orElseThrow().stat().czxid())
        .isEqualTo(key.uid());
    assertThat(losesReplyOf).hasValue("");
  }

  @Test
  void appliesAChangeOfUnknownOutcomeOnce() {
    rig.withCluster();
    get(admin.addInstance(InstanceSpec.builder("DB-1").capacity("cores", 1).build()));

    losesReplyOf.set(rig.paths.instance(DB_1));
    get(admin.updateInstance(
        DB_1,
        spec -> spec.toBuilder()
            .capacity("cores", spec.capacity().getOrDefault("cores", 0L) + 1)
            .build()));

    assertThat(get(admin.instance(DB_1)).orElseThrow().capacity()).containsEntry("cores", 2L);
    assertThat(losesReplyOf).hasValue("");
  }

  @Test
  void finishesARemovalOfUnknownOutcome() {
    rig.withCluster();
    get(admin.addInstance(InstanceSpec.of("DB-1")));

    losesReplyOf.set(rig.paths.instance(DB_1));
    get(admin.removeInstance(DB_1));

    assertThat(rig.raw.read(rig.paths.instance(DB_1))).isEmpty();
    assertThat(losesReplyOf).hasValue("");
  }

  @Test
  void finishesADropOfUnknownOutcome() {
    rig.withCluster();
    get(admin.addInstance(InstanceSpec.of("DB-1")));

    losesReplyOf.set(rig.paths.meta());
    get(admin.dropCluster());

    assertThat(rig.raw.read("/orders")).isEmpty();
    assertThat(losesReplyOf).hasValue("");
  }

  @Test
  void goesOnInAnotherSessionAfterOneExpired() {
    rig.withCluster();
    get(admin.addInstance(InstanceSpec.of("DB-1")));

    rig.store.expireSessionsOf(loop -> true);
    get(admin.setOperation(DB_1, InstanceOperation.DISABLE));

    assertThat(get(admin.instance(DB_1)).orElseThrow().operation())
        .isEqualTo(InstanceOperation.DISABLE);
  }

  @Test
  void goesOnAfterTheConnectionComesBack() {
    rig.withCluster();
    get(admin.addInstance(InstanceSpec.of("DB-1")));

    network.cut();
    CompletionStage<InstanceSpec> change = admin.setOperation(DB_1, InstanceOperation.DISABLE);
    network.heal();

    assertThat(get(change).operation()).isEqualTo(InstanceOperation.DISABLE);
  }

  @Test
  void failsWhenTheStoreDoesNotAnswerInTime() {
    network.cut();
    ClusterAdmin hasty = ClusterAdmin.builder(rig.store.through(network), ThreadLoop::new, "orders")
        .callTimeout(Duration.ofMillis(60))
        .build();

    AdminException e = Rig.failure(hasty.instances());
    hasty.close();

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("PT0.06S").hasMessageContaining("nothing was written");
  }

  @Test
  void failsWhatIsUnderWayWhenItIsClosed() {
    network.cut();
    CompletionStage<?> call = admin.instances();

    admin.close();

    assertThat(Rig.kind(call)).isEqualTo(Kind.UNAVAILABLE);
    assertThat(Rig.failure(admin.instances())).hasMessageContaining("closed");
  }

  @Test
  void doesNotTakeMoreCallsThanItsBound() {
    network.cut();
    for (int i = 0; i < ClusterAdmin.MAX_CALLS; i++) {
      CompletionStage<?> unused = admin.leader();
    }

    AdminException e = Rig.failure(admin.leader());

    assertThat(e.kind()).isEqualTo(Kind.UNAVAILABLE);
    assertThat(e).hasMessageContaining("1000 calls");
  }

  @Test
  void keepsOthersOutWhenAccessIsRestricted() {
    ClusterAdmin secured = secured("admin");
    get(secured.createCluster());
    get(secured.addInstance(InstanceSpec.of("DB-1")));

    RawClient nobody = new RawClient(rig.store);
    RawClient participant = new RawClient(rig.store, credential("participant"));
    Commit created = participant.tryCommit(
        new Op.Create(rig.paths.live(DB_1), new byte[0], Op.CreateMode.EPHEMERAL, List.<Acl>of()));
    Commit assigned = participant.tryCommit(new Op.Create(
        rig.paths.assignment(DB_1, "3-0"), new byte[0], Op.CreateMode.PERSISTENT, List.<Acl>of()));

    assertThat(nobody.tryRead(rig.paths.spec())).isInstanceOf(Read.Denied.class);
    assertThat(created).isInstanceOf(Commit.Applied.class);
    assertThat(assigned)
        .isInstanceOfSatisfying(
            Commit.Refused.class, r -> assertThat(r.why()).isEqualTo(Commit.Why.NO_AUTH));
    nobody.close();
    participant.close();
    secured.close();
  }

  @Test
  void tellsThatAnIdentityMayNotAdminister() {
    ClusterAdmin secured = secured("admin");
    get(secured.createCluster());
    ClusterAdmin impostor = secured("participant");

    AdminException e = Rig.failure(impostor.pause());

    assertThat(e.kind()).isEqualTo(Kind.DENIED);
    assertThat(e.entity()).isEqualTo("/orders/spec");
    impostor.close();
    secured.close();
  }

  @Test
  void refusesACredentialWithOpenAccess() {
    assertThatThrownBy(() -> ClusterAdmin.builder(rig.store, ThreadLoop::new, "orders")
            .secured(credential("admin"), AccessControl.open()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private ClusterAdmin secured(String user) {
    AccessControl access = AccessControl.byRole(ImmutableMap.of(
        Role.CONTROLLER, Identity.digest("controller", "secret"),
        Role.ADMIN, Identity.digest("admin", "secret"),
        Role.PARTICIPANT, Identity.digest("participant", "secret"),
        Role.SPECTATOR, Identity.digest("spectator", "secret")));
    return ClusterAdmin.builder(rig.store, ThreadLoop::new, "orders")
        .secured(credential(user), access)
        .callTimeout(Duration.ofSeconds(15))
        .build();
  }

  private static Credential credential(String user) {
    return new Credential("digest", (user + ":secret").getBytes(StandardCharsets.UTF_8));
  }
}
