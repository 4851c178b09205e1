// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import io.heddle.runtime.Loop;
import java.util.function.Consumer;

/** Where sessions come from. Thread-safe. */
public interface Store extends AutoCloseable {
  /**
   * Opens a session of its own, which is never re-opened under the same object: after its end, open
   * another.
   *
   * @param options the session timeout asked for, and who one is
   * @param loop where everything about the session is told; every callback runs there
   * @param listener told of each change of the connection, in order, on {@code loop}; the first is
   *     CONNECTED, or EXPIRED if none came about within the session timeout
   * @return at once, before it is connected; requests made meanwhile are queued
   */
  StoreSession open(SessionOptions options, Loop loop, Consumer<SessionEvent> listener);

  /** Closes what the sessions share. Sessions are to be closed first. */
  @Override
  void close();
}
