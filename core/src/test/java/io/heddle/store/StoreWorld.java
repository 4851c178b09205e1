// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import io.heddle.runtime.Loop;
import java.util.function.BooleanSupplier;

/**
 * What the contract suite needs of an implementation under test: an empty store of its own, a loop
 * on which sessions live, and faults. Called by one test at a time, from one thread.
 */
public interface StoreWorld extends AutoCloseable {
  /** Where every session of this world lives. */
  Loop loop();

  /** Another client, with a way to the server that can be cut on its own. */
  Client newClient();

  /** Stops the server and starts it again, with all its znodes and sessions. */
  void restart();

  /** Runs {@code task} on the loop, and returns when it has run; throws what it throws. */
  void run(Runnable task);

  /**
   * Returns as soon as {@code condition}, which is evaluated on the loop, holds; fails with
   * {@code what} if it doesn't within a bound far above what is usual.
   */
  void await(String what, BooleanSupplier condition);

  @Override
  void close();

  /** One client and its way to the server. */
  interface Client {
    /** Sessions opened here go by this client's way. */
    Store store();

    /** Cuts the connections: both sides learn so, and none comes about until {@link #heal}. */
    void cut();

    /** From now on what the client sends arrives, and what the server sends does not. */
    void loseReplies();

    /** Connections come about again; those of before {@link #loseReplies} are cut first. */
    void heal();

    /** Ends a session at the server, as if it had expired; then its client can learn of it. */
    void expire(StoreSession session);
  }
}
