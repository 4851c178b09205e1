// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import com.google.common.collect.ImmutableMap;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.schema.AccessControl;
import io.heddle.schema.AccessControl.Identity;
import io.heddle.schema.Role;
import io.heddle.store.Credential;

/**
 * What an application's process must know to run a cluster with access lists: a credential for each
 * role, all of the digest scheme. It makes the cluster, so it knows them all; a container learns
 * its own only. Immutable; shows no secret.
 *
 * <pre>{@code
 * RoleCredentials roles = new RoleCredentials(
 *     Credential.digest("ctl", …), Credential.digest("adm", …),
 *     Credential.digest("part", …), Credential.digest("spec", …));
 * }</pre>
 *
 * @param controller the controller's
 * @param admin the administrator's, which also puts services and submits workflows
 * @param participant what containers are given
 * @param spectator for whoever only reads who serves what
 */
public record RoleCredentials(
    Credential controller, Credential admin, Credential participant, Credential spectator) {
  /** Checks that the identities follow from the credentials. */
  public RoleCredentials {
    AccessControl unused = control(controller, admin, participant, spectator);
  }

  private static AccessControl control(
      Credential controller, Credential admin, Credential participant, Credential spectator) {
    return AccessControl.byRole(ImmutableMap.of(
        Role.CONTROLLER, Identity.of(controller),
        Role.ADMIN, Identity.of(admin),
        Role.PARTICIPANT, Identity.of(participant),
        Role.SPECTATOR, Identity.of(spectator)));
  }

  /** Who may do what with the cluster's znodes. */
  public AccessControl control() {
    return control(controller, admin, participant, spectator);
  }

  /** What a container provider gives to the containers of a cluster. */
  public ClusterAccess containers(String cluster, String zooKeeper) {
    return ClusterAccess.secured(cluster, zooKeeper, participant, control());
  }
}
