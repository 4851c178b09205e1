// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heddle.store.StoreSemantics;
import io.heddle.store.StoreWorld;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * The part of the contract that any server can be held to, held by the official image of ZooKeeper:
 * another build, another configuration, another JVM than the embedded server's. Runs where there is
 * a Docker engine.
 */
class ZooKeeperImageIT extends StoreSemantics {
  private static final DockerImageName IMAGE = DockerImageName.parse("zookeeper:3.9.5");
  private static final int CLIENT_PORT = 2181;

  private static final AtomicInteger worlds = new AtomicInteger();
  private static final List<AutoCloseable> toClose = new ArrayList<>();
  private static @Nullable GenericContainer<?> container;

  @BeforeAll
  static void startTheContainer() {
    assumeTrue(DockerClientFactory.instance().isDockerAvailable(), "skipped: no Docker");
    GenericContainer<?> started = new GenericContainer<>(IMAGE).withExposedPorts(CLIENT_PORT);
    started.start();
    container = started;
  }

  @AfterAll
  static void stopTheContainer() throws Exception {
    for (AutoCloseable one : toClose) {
      one.close();
    }
    if (container != null) {
      container.stop();
    }
  }

  @Override
  protected StoreWorld newWorld() {
    return new ZooKeeperWorld(new Contained(), "/world" + worlds.incrementAndGet(), toClose::add);
  }

  /** The server in the container, into which nobody reaches. */
  private static final class Contained implements ZooKeeperWorld.Server {
    @Override
    public int port() {
      if (container == null) {
        throw new IllegalStateException("no container runs");
      }
      return container.getMappedPort(CLIENT_PORT);
    }

    @Override
    public void restart() {
      throw new UnsupportedOperationException("restarting moves the port of a container");
    }

    @Override
    public void expireSession(long session) {
      throw new UnsupportedOperationException("sessions of another process end by themselves only");
    }
  }
}
