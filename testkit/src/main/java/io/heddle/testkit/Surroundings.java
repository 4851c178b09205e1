// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.runtime.LoopFactory;
import io.heddle.store.Store;

/**
 * What each process of a {@link SimCluster} finds around it: the place to put something between,
 * such as a store that counts, or one that breaks a rule of the protocol on purpose. Called once
 * for each start of a process.
 */
public interface Surroundings {
  /** Nothing is put between. */
  Surroundings PLAIN = new Surroundings() {};

  /**
   * The store as a process sees it.
   *
   * @param process who asks
   * @param store the real one; it takes loops of {@code process} itself only
   */
  default Store store(SimProcess process, Store store) {
    return store;
  }

  /** Where the loops of a process's role come from: its threads and its clock. */
  default LoopFactory loops(SimProcess process) {
    return process;
  }
}
