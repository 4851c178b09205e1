// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.store.StoreContract;
import io.heddle.store.StoreWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract, held by a real server. */
class ZooKeeperStoreIT extends StoreContract {
  private static final AtomicInteger worlds = new AtomicInteger();
  private static final List<AutoCloseable> toClose = new ArrayList<>();
  private static EmbeddedZooKeeper server;

  @BeforeAll
  static void startTheServer() {
    server = EmbeddedZooKeeper.builder()
        .tickTime(Duration.ofMillis(100))
        .fsync(false)
        .start();
  }

  @AfterAll
  static void stopTheServer() throws Exception {
    for (AutoCloseable one : toClose) {
      one.close();
    }
    server.close();
  }

  @Override
  protected StoreWorld newWorld() {
    return new ZooKeeperWorld(
        ZooKeeperWorld.Server.of(server), "/world" + worlds.incrementAndGet(), toClose::add);
  }
}
