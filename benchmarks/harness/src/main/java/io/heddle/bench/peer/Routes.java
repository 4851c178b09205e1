// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

/** Who serves what, as a system's spectator sees it at one moment. */
public interface Routes {
  /** No instance. */
  int NOBODY = -1;

  /** The number of the instance that is master of a partition, or {@link #NOBODY}. */
  int master(String resource, int partition);

  /** How many replicas of a partition are slaves. */
  int slaves(String resource, int partition);

  /** Whether each partition has one master and all its slaves. */
  default boolean converged(String resource, int partitions, int replicas) {
    for (int p = 0; p < partitions; p++) {
      if (master(resource, p) == NOBODY || slaves(resource, p) != replicas - 1) {
        return false;
      }
    }
    return true;
  }

  /** Whether any partition has a master. */
  default boolean anyMaster(String resource, int partitions) {
    for (int p = 0; p < partitions; p++) {
      if (master(resource, p) != NOBODY) {
        return true;
      }
    }
    return false;
  }
}
