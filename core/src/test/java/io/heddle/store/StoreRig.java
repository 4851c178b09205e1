// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** One test's world and the sessions that it opened. */
final class StoreRig {
  /** Long enough to outlive any disconnection that a test makes. */
  static final SessionOptions PATIENT = SessionOptions.of(Duration.ofSeconds(10));

  private final StoreWorld world;
  private final List<TestSession> sessions = new ArrayList<>();

  StoreRig(StoreWorld world) {
    this.world = world;
  }

  StoreWorld world() {
    return world;
  }

  /** A connected session of a client of its own. */
  TestSession open() {
    return open(PATIENT);
  }

  TestSession open(SessionOptions options) {
    return open(world.newClient(), options).awaitEvents(SessionEvent.CONNECTED);
  }

  /** A session, not yet connected. */
  TestSession open(StoreWorld.Client client, SessionOptions options) {
    TestSession session = new TestSession(world, client, options);
    sessions.add(session);
    return session;
  }

  /** Closes everything; each request of this test must then have been answered exactly once. */
  void close() {
    try {
      sessions.forEach(TestSession::close);
      sessions.forEach(TestSession::awaitEachAnsweredOnce);
    } finally {
      world.close();
    }
  }
}
