// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import io.heddle.model.Names;
import io.heddle.store.Credential;
import java.util.Optional;

/**
 * How a container's process reaches its cluster. Immutable; shows no secret.
 *
 * @param cluster the cluster's name
 * @param zooKeeper the servers, as {@code host:port,host:port/chroot}
 * @param credential who the process is to ZooKeeper, if access is restricted
 */
public record ClusterAccess(String cluster, String zooKeeper, Optional<Credential> credential) {
  /** Checks the texts. */
  public ClusterAccess {
    Names.check("cluster", cluster);
    if (!zooKeeper.matches("[A-Za-z0-9._:,\\[\\]/-]{1,4096}")) {
      throw new IllegalArgumentException("ZooKeeper address '" + Names.printable(zooKeeper)
          + "' must be like host:2181,host:2181/chroot");
    }
  }

  /** Open access. */
  public static ClusterAccess of(String cluster, String zooKeeper) {
    return new ClusterAccess(cluster, zooKeeper, Optional.empty());
  }
}
