// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.heddle.provisioner.ClusterAccess;
import io.heddle.schema.AccessControl.Identity;
import io.heddle.schema.Role;
import io.heddle.store.Credential;
import org.junit.jupiter.api.Test;

class RoleCredentialsTest {
  private static final RoleCredentials ROLES = new RoleCredentials(
      Credential.digest("controller", "s3cret"),
      Credential.digest("admin", "s3cret"),
      Credential.digest("participant", "s3cret"),
      Credential.digest("spectator", "s3cret"));

  @Test
  void identifiesEachRole() {
    assertThat(ROLES.control().identities())
        .containsEntry(Role.CONTROLLER, Identity.digest("controller", "s3cret"))
        .containsEntry(Role.ADMIN, Identity.digest("admin", "s3cret"))
        .containsEntry(Role.PARTICIPANT, Identity.digest("participant", "s3cret"))
        .containsEntry(Role.SPECTATOR, Identity.digest("spectator", "s3cret"));
  }

  @Test
  void givesContainersTheParticipantsCredentialOnly() {
    ClusterAccess.Secured given =
        ROLES.containers("orders", "zk:2181").secured().orElseThrow();

    assertThat(given.own()).isEqualTo(ROLES.participant());
    assertThat(given.control()).isEqualTo(ROLES.control());
  }

  @Test
  void showsNoSecret() {
    assertThat(ROLES.toString()).doesNotContain("s3cret").contains("digest:***");
    assertThat(ROLES.containers("orders", "zk:2181").toString()).doesNotContain("s3cret");
  }

  @Test
  void refusesCredentialsWhoseIdentityIsNotKnown() {
    Credential other = new Credential("x509", "s3cret".getBytes(UTF_8));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RoleCredentials(other, other, other, other))
        .withMessageContaining("x509:***")
        .withMessageNotContaining("s3cret");
  }
}
