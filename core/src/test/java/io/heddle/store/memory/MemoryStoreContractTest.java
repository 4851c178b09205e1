// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.store.StoreContract;
import io.heddle.store.StoreWorld;

/** The memory store keeps the contract, in real time. */
final class MemoryStoreContractTest extends StoreContract {
  @Override
  protected StoreWorld newWorld() {
    return new MemoryWorld();
  }
}
