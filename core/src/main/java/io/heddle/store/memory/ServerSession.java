// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import io.heddle.runtime.Loop;
import java.time.Duration;

/** A session as the server knows it. Confined to the server's loop. */
final class ServerSession {
  private final long id;
  private final Duration timeout;
  private final Loop clientLoop;
  private ServerConnection connection;
  private long heardNanos;
  private Loop.Timer expiry = () -> {};

  ServerSession(Hello hello, long id, ServerConnection connection, long nowNanos) {
    this.id = id;
    this.timeout = hello.timeout();
    this.clientLoop = hello.clientLoop();
    this.connection = connection;
    this.heardNanos = nowNanos;
  }

  long id() {
    return id;
  }

  Duration timeout() {
    return timeout;
  }

  Loop clientLoop() {
    return clientLoop;
  }

  ServerConnection connection() {
    return connection;
  }

  /** Goes on with another connection; the one before is closed. */
  void moveTo(ServerConnection next, long nowNanos) {
    connection.close();
    connection = next;
    heard(nowNanos);
  }

  /** Notes that the client lives. */
  void heard(long nowNanos) {
    heardNanos = nowNanos;
  }

  /** How long the client may still be silent; zero or below if its time is over. */
  Duration left(long nowNanos) {
    return timeout.minusNanos(nowNanos - heardNanos);
  }

  /** Remembers the timer that looks at {@link #left} next. */
  void expiresBy(Loop.Timer timer) {
    expiry = timer;
  }

  /** Lets go of everything, at the end. */
  void close() {
    expiry.cancel();
    connection.close();
  }
}
