// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import static io.heddle.harness.Waiting.await;
import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.locks.HeldLock;
import io.heddle.locks.LeaderElection;
import io.heddle.locks.LockException;
import io.heddle.locks.LockException.Kind;
import io.heddle.locks.LockService;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.AccessControl.Identity;
import io.heddle.schema.Role;
import io.heddle.store.Credential;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the page on locks shows, on a real ZooKeeper server. */
class LocksExampleIT {
  private final EmbeddedZooKeeper zooKeeper =
      EmbeddedZooKeeper.builder().fsync(false).start();
  private final ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());

  @AfterEach
  void close() {
    store.close();
    zooKeeper.close();
  }

  @Test
  void excludesEachOtherAndElectsOne() throws Exception {
    try (ClusterAdmin admin =
        ClusterAdmin.builder(store, ThreadLoop::new, "shop").build()) {
      get(admin.createCluster());
      LocksExample one = new LocksExample(store, "shop");
      LocksExample two = new LocksExample(store, "shop");
      one.backUp();
      two.backUp();
      assertThat(two.backedUpUnder.get()).isGreaterThan(one.backedUpUnder.get());

      LeaderElection first = one.standForScheduler();
      await("the first leads", () -> one.schedulesUnder.get() > 0);
      long token = one.schedulesUnder.get();
      LeaderElection second = two.standForScheduler();
      one.close();
      await("the second leads", () -> two.schedulesUnder.get() > token);

      assertThat(first.lead()).isEmpty();
      assertThat(second.lead()).isPresent();
      two.close();
    }
  }

  @Test
  void letsParticipantsTakeLocksAndSpectatorsNot() {
    AccessControl access = AccessControl.byRole(ImmutableMap.of(
        Role.CONTROLLER, identity(Role.CONTROLLER),
        Role.ADMIN, identity(Role.ADMIN),
        Role.PARTICIPANT, identity(Role.PARTICIPANT),
        Role.SPECTATOR, identity(Role.SPECTATOR)));
    try (ClusterAdmin admin = ClusterAdmin.builder(store, ThreadLoop::new, "shop")
            .secured(credential(Role.ADMIN), access)
            .build();
        LockService operator = locks(Role.ADMIN, access);
        LockService participant = locks(Role.PARTICIPANT, access);
        LockService spectator = locks(Role.SPECTATOR, access)) {
      get(admin.createCluster());

      HeldLock first = get(participant.acquire("backup", Duration.ofSeconds(10)));
      first.release();
      HeldLock second = get(operator.acquire("backup", Duration.ofSeconds(10)));
      assertThat(second.fencingToken()).isEqualTo(2);
      second.release();

      assertThatThrownBy(() -> get(spectator.acquire("other", Duration.ofSeconds(10))))
          .isInstanceOfSatisfying(
              LockException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
    }
  }

  private LockService locks(Role role, AccessControl access) {
    return LockService.builder(store, ThreadLoop::new, "shop")
        .secured(credential(role), access)
        .build();
  }

  private static Identity identity(Role role) {
    return Identity.digest(role.name().toLowerCase(Locale.ROOT), "secret");
  }

  private static Credential credential(Role role) {
    String proof = role.name().toLowerCase(Locale.ROOT) + ":secret";
    return new Credential("digest", proof.getBytes(StandardCharsets.UTF_8));
  }
}
