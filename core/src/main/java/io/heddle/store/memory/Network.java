// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.runtime.Loop;

/**
 * Carries packets between clients and the server, as TCP does. Thread-safe, unless the loops that
 * use it share one thread.
 */
public interface Network {
  /**
   * Opens a link for one connection. To be called on the client's loop.
   *
   * <p>It always succeeds at once: a server that can't be reached shows in packets that don't
   * arrive, or in {@code broken}.
   *
   * @param client where packets for the client run, and by which the network knows its process
   * @param server where packets for the server run
   * @param broken run on {@code client} at most once, when that side learns that the link is gone;
   *     it may never learn
   */
  Link open(Loop client, Loop server, Runnable broken);

  /**
   * One connection. In each direction packets arrive in the order in which they were sent, each at
   * most once; once one is lost, no later one of that direction arrives.
   */
  interface Link {
    /** Sends a packet, which runs on the server's loop. To be called on the client's loop. */
    void toServer(Runnable packet);

    /** Sends a packet, which runs on the client's loop. To be called on the server's loop. */
    void toClient(Runnable packet);

    /**
     * The client gives the link up. What it sent before may still arrive at the server; nothing
     * arrives at the client, and {@code broken} does not run any more. To be called on the client's
     * loop; more than once is fine.
     */
    void close();
  }
}
