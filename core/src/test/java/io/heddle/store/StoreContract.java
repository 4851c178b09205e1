// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * What every store does. An implementation's test extends this class and makes its worlds; the
 * facts are in the interfaces, by subject. After each test all sessions are closed, and each
 * request that the test made must have been answered exactly once.
 */
public abstract class StoreContract
    implements CommitContract,
        RefusalContract,
        ReadContract,
        WatchContract,
        ConnectionContract,
        SessionEndContract,
        AccessContract {
  private StoreRig rig;

  /** A new world, with an empty store. */
  protected abstract StoreWorld newWorld();

  @BeforeEach
  final void openTheWorld() {
    rig = new StoreRig(newWorld());
  }

  @AfterEach
  final void closeTheWorld() {
    rig.close();
  }

  @Override
  public final StoreRig rig() {
    return rig;
  }
}
