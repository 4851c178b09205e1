// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.TargetProvider;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.memory.MemoryStore;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Surroundings;

/**
 * Surroundings of a cluster that sizes itself: also what a controller finds between it and its
 * containers. One for each run.
 */
interface ProviderEdge extends Surroundings {
  /** Nothing is put between. */
  ProviderEdge PLAIN = new ProviderEdge() {};

  /**
   * The provider as a controller sees it.
   *
   * @param controller who asks; a new process each time
   * @param provider the real one
   * @param paths what is where in the store
   * @param store what is so, for those who need to know
   */
  default ContainerProvider provider(
      SimProcess controller, ContainerProvider provider, ClusterPaths paths, MemoryStore store) {
    return provider;
  }

  /** How a controller decides what is wanted. */
  default TargetProvider target(TargetProvider real) {
    return real;
  }
}
