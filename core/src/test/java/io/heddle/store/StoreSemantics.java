// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * The part of {@link StoreContract} that needs nobody who can stop the server or end sessions in
 * it: any server can be held to it. After each test all sessions are closed, and each request that
 * the test made must have been answered exactly once.
 */
public abstract class StoreSemantics
    implements CommitContract, RefusalContract, ReadContract, WatchContract, AccessContract {
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
