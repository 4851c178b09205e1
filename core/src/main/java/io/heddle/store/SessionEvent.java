// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

/** What happens to a session's connection. */
public enum SessionEvent {
  /** Connected, for the first time or again. Watches are in force; events were lost meanwhile. */
  CONNECTED,
  /** The connection is gone; the session may live on. Writes in flight have an unknown outcome. */
  DISCONNECTED,
  /** The session is over, and its ephemerals are gone or will be. Nothing follows. */
  EXPIRED,
  /** The server does not accept the credentials. Nothing follows. */
  AUTH_FAILED
}
