// SPDX-License-Identifier: Apache-2.0
package io.heddle.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;

/** ZooKeeper's own client, with the waiting that tests need. Thread-safe. */
final class TestClient extends ZooKeeper {
  private static final int SESSION_MILLIS = 4_000;

  private final Semaphore connections;

  private TestClient(EmbeddedZooKeeper server, Semaphore connections) throws IOException {
    super(server.connectString(), SESSION_MILLIS, event -> {
      if (event.getState() == KeeperState.SyncConnected) {
        connections.release();
      }
    });
    this.connections = connections;
  }

  static TestClient connect(EmbeddedZooKeeper server) throws IOException, InterruptedException {
    TestClient client = new TestClient(server, new Semaphore(0));
    client.awaitConnection();
    return client;
  }

  /** Waits for the next connection that was not waited for yet. */
  void awaitConnection() throws InterruptedException {
    assertThat(connections.tryAcquire(10, TimeUnit.SECONDS)).as("connected").isTrue();
  }

  /** Does not throw {@link InterruptedException}, so that it suits a try with resources. */
  @Override
  public synchronized void close() {
    try {
      super.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
