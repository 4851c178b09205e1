// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.provisioner.ContainerProvider;
import io.heddle.store.memory.MemoryStore;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Surroundings;

/**
 * Surroundings of a cluster that sizes itself: what a controller finds between it and containers.
 */
interface ProviderEdge extends Surroundings {
  /** Nothing is put between. */
  ProviderEdge PLAIN = new ProviderEdge() {};

  /**
   * The provider as a controller sees it.
   *
   * @param controller who asks; a new process each time
   * @param provider the real one
   * @param store what is so, for those who need to know
   */
  default ContainerProvider provider(
      SimProcess controller, ContainerProvider provider, MemoryStore store) {
    return provider;
  }
}
