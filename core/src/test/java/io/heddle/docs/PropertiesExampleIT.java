// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import static io.heddle.harness.Waiting.await;
import static io.heddle.harness.Waiting.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.client.ClientException;
import io.heddle.client.ClientException.Kind;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.properties.PropertyStore;
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

/** What the page on properties shows, on a real ZooKeeper server. */
class PropertiesExampleIT {
  private final EmbeddedZooKeeper zooKeeper =
      EmbeddedZooKeeper.builder().fsync(false).start();
  private final ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());

  @AfterEach
  void close() {
    store.close();
    zooKeeper.close();
  }

  @Test
  void sharesSettingsAndWhatParticipantsAgreeOn() throws Exception {
    try (ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "shop").build();
        PropertiesExample one = new PropertiesExample(store, "shop")) {
      get(admin.createCluster());
      try (PropertiesExample two = new PropertiesExample(store, "shop")) {
        one.setTimeout(Duration.ofSeconds(7));

        await("the setting", () -> Duration.ofSeconds(7).equals(two.timeout.get()));
        assertThat(one.note("2026-10")).isTrue();
        assertThat(two.note("2026-10")).isFalse();
        assertThat(two.note("2026-11")).isTrue();
        assertThat(one.note("2026-10")).isFalse();
      }
    }
  }

  @Test
  void letsEachRoleWriteItsAreaOnly() {
    AccessControl access = AccessControl.byRole(ImmutableMap.of(
        Role.CONTROLLER, identity(Role.CONTROLLER),
        Role.ADMIN, identity(Role.ADMIN),
        Role.PARTICIPANT, identity(Role.PARTICIPANT),
        Role.SPECTATOR, identity(Role.SPECTATOR)));
    try (ClusterAdmin admin = ClusterAdmin.builder(store, ThreadLoop::new, "shop")
            .secured(credential(Role.ADMIN), access)
            .build();
        PropertyStore operator = properties(Role.ADMIN, access);
        PropertyStore participant = properties(Role.PARTICIPANT, access);
        PropertyStore spectator = properties(Role.SPECTATOR, access)) {
      get(admin.createCluster());

      get(operator.set(
          PropertiesExample.TIMEOUT, PropertiesExample.DURATION, Duration.ofSeconds(7)));
      get(participant.set(PropertiesExample.LAST, PropertiesExample.DURATION, Duration.ZERO));

      assertThat(get(spectator.get(PropertiesExample.TIMEOUT, PropertiesExample.DURATION)))
          .isPresent();
      assertThat(get(participant.get(PropertiesExample.TIMEOUT, PropertiesExample.DURATION)))
          .isPresent();
      assertThatThrownBy(() -> get(participant.set(
              PropertiesExample.TIMEOUT, PropertiesExample.DURATION, Duration.ZERO)))
          .isInstanceOfSatisfying(
              ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
      assertThatThrownBy(() -> get(spectator.delete(PropertiesExample.LAST)))
          .isInstanceOfSatisfying(
              ClientException.class, e -> assertThat(e.kind()).isEqualTo(Kind.DENIED));
      assertThat(get(operator.delete(PropertiesExample.LAST))).isTrue();
    }
  }

  private PropertyStore properties(Role role, AccessControl access) {
    return PropertyStore.builder(store, ThreadLoop::new, "shop")
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
