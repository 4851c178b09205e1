// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import io.heddle.runtime.Loop;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.zookeeper.client.ConnectStringParser;

/** Sessions with a ZooKeeper ensemble. Thread-safe. */
public final class ZooKeeperStore implements Store {
  /** How long {@link #close} waits for closed sessions to be ended at the server. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final String connectString;
  private final Closings closings = new Closings();
  private volatile boolean closed;

  /**
   * Connects to nothing yet.
   *
   * @param connectString hosts and ports, with an optional root for all paths, such as
   *     {@code zk1:2181,zk2:2181,zk3:2181/heddle}; the root must exist, for it is not made here
   */
  public ZooKeeperStore(String connectString) {
    if (new ConnectStringParser(connectString).getServerAddresses().isEmpty()) {
      throw new IllegalArgumentException(
          "a connect string names at least one host, not so '" + connectString + "'");
    }
    this.connectString = connectString;
  }

  @Override
  public StoreSession open(SessionOptions options, Loop loop, Consumer<SessionEvent> listener) {
    if (closed) {
      throw new IllegalStateException("the store of " + connectString + " is closed");
    }
    ZooKeeperSession session =
        new ZooKeeperSession(connectString, options, loop, listener, closings);
    // On the loop also if this is another thread: nothing is told before the session is made.
    loop.execute(session::connect);
    return session;
  }

  /**
   * Waits, up to 5 s, until the sessions closed before are ended at the server too, so that a
   * process which exits next leaves no ephemeral behind. Not to be called on a loop.
   */
  @Override
  public void close() {
    closed = true;
    closings.await(CLOSE_TIMEOUT);
  }

  @Override
  public String toString() {
    return "ZooKeeperStore[" + connectString + "]";
  }
}
