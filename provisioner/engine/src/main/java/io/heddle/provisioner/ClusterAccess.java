// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import io.heddle.model.Names;
import io.heddle.schema.AccessControl;
import io.heddle.store.Credential;
import java.util.Optional;

/**
 * How a container's process reaches its cluster. Immutable; shows no secret.
 *
 * @param cluster the cluster's name
 * @param zooKeeper the servers, as {@code host:port,host:port/chroot}
 * @param secured who the process is, and who the others are, if access is restricted
 */
public record ClusterAccess(String cluster, String zooKeeper, Optional<Secured> secured) {
  /** Checks the texts. */
  public ClusterAccess {
    Names.check("cluster", cluster);
    if (!zooKeeper.matches("[A-Za-z0-9._:,\\[\\]/-]{1,4096}")) {
      throw new IllegalArgumentException("ZooKeeper address '" + Names.printable(zooKeeper)
          + "' must be like host:2181,host:2181/chroot");
    }
  }

  /**
   * What a process needs where access is restricted: to prove who it is, and, since every znode
   * that it creates has an access list, the identities of all roles.
   *
   * @param own proves that it is a participant; a secret
   * @param control the identities of all roles, which are no secrets
   */
  public record Secured(Credential own, AccessControl control) {
    /** Checks that there are identities. */
    public Secured {
      if (control.isOpen()) {
        throw new IllegalArgumentException(
            "restricted access to a cluster needs identities for all roles");
      }
    }
  }

  /** Open access. */
  public static ClusterAccess of(String cluster, String zooKeeper) {
    return new ClusterAccess(cluster, zooKeeper, Optional.empty());
  }

  /**
   * Restricted access.
   *
   * @param own proves that the process is a participant
   * @param control the identities of all roles
   * @throws IllegalArgumentException if a text is wrong, or {@code control} is open
   */
  public static ClusterAccess secured(
      String cluster, String zooKeeper, Credential own, AccessControl control) {
    return new ClusterAccess(cluster, zooKeeper, Optional.of(new Secured(own, control)));
  }
}
