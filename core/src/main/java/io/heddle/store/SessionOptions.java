// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import java.time.Duration;
import java.util.List;

/**
 * How a session is opened.
 *
 * @param timeout the session timeout asked for, above zero; the server may grant another
 * @param credentials who one is, tried in order; empty for nobody
 */
public record SessionOptions(Duration timeout, List<Credential> credentials) {
  /** Copies and checks. */
  public SessionOptions {
    if (timeout.isZero() || timeout.isNegative()) {
      throw new IllegalArgumentException("session timeout must be above zero, not " + timeout);
    }
    credentials = List.copyOf(credentials);
  }

  /** A session without credentials. */
  public static SessionOptions of(Duration timeout) {
    return new SessionOptions(timeout, List.of());
  }
}
