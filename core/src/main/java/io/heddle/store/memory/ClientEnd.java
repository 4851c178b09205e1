// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import java.time.Duration;

/** What the server sends through one connection. Each runs on the client's loop. */
interface ClientEnd {
  /** The session is there, and its watches are in force. */
  void connected(long session, Duration timeout);

  /** There is no such session any more. */
  void expired();

  /** The credentials are not accepted. */
  void authFailed();

  /** Answers a request; answers come in the order of the requests. */
  <T> void reply(Request<T> request, T answer);

  /** A watched znode changed. */
  void changed(String path, long zxid);

  /** Answers a ping. */
  void pong();

  /** The server closed the connection. */
  void closed();
}
