// SPDX-License-Identifier: Apache-2.0
package io.heddle.client;

import io.heddle.store.StoreSession;

/** Told of the sessions of a client, on its loop. */
public interface SessionFollower {
  /**
   * A session is connected, for the first time or again: what it watched may have been missed.
   *
   * @param session the session; another one than before if that one ended
   */
  void connected(StoreSession session);

  /** The connection is gone, or the session has ended; {@link #connected} may follow. */
  void cutOff();

  /** The store does not accept the credentials: nothing follows. */
  void refused(ClientException why);
}
