// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.runtime.Loop;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.OnLoop;
import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import io.heddle.store.StoreWorld;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A root of its own on a real server; each client goes by a proxy of its own. */
final class ZooKeeperWorld implements StoreWorld {
  private final Server server;
  private final String root;
  private final Loop loop = new ThreadLoop("world");
  private final List<Way> ways = new ArrayList<>();

  private final Consumer<AutoCloseable> closeLater;

  /**
   * Makes the root.
   *
   * @param closeLater told what to close after the last test: closing a store waits for its
   *     sessions, which takes ZooKeeper's client a tenth of a second
   */
  ZooKeeperWorld(Server server, String root, Consumer<AutoCloseable> closeLater) {
    this.server = server;
    this.root = root;
    this.closeLater = closeLater;
    createRoot();
  }

  /** A server on this host. */
  interface Server {
    int port();

    /** Stops it and starts it again, with all its znodes and sessions. */
    void restart();

    /** Ends a session as if it had expired. */
    void expireSession(long session);

    static Server of(EmbeddedZooKeeper embedded) {
      return new Server() {
        @Override
        public int port() {
          return embedded.port();
        }

        @Override
        public void restart() {
          embedded.stop();
          embedded.start();
        }

        @Override
        public void expireSession(long session) {
          embedded.expireSession(session);
        }
      };
    }
  }

  private void createRoot() {
    ZooKeeperStore store = new ZooKeeperStore("127.0.0.1:" + server.port());
    StoreSession session = OnLoop.call(
        loop, () -> store.open(SessionOptions.of(Duration.ofSeconds(10)), loop, event -> {}));
    List<Object> answers = new ArrayList<>();
    Op create = new Op.Create(root, new byte[0], CreateMode.PERSISTENT, List.of());
    run(() -> session.commit(List.of(create), answers::add));
    await("the root " + root, () -> !answers.isEmpty());
    run(session::close);
    closeLater.accept(store);
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public Client newClient() {
    Way way = new Way();
    ways.add(way);
    return way;
  }

  @Override
  public void restart() {
    server.restart();
  }

  @Override
  public void run(Runnable task) {
    OnLoop.run(loop, task);
  }

  @Override
  public void await(String what, BooleanSupplier condition) {
    OnLoop.await(loop, what, condition);
  }

  @Override
  public void close() {
    ways.forEach(way -> closeLater.accept(way::close));
    loop.close();
  }

  private final class Way implements Client {
    private final CuttableProxy proxy = new CuttableProxy(server.port());
    private final ZooKeeperStore store = new ZooKeeperStore("127.0.0.1:" + proxy.port() + root);

    @Override
    public Store store() {
      return store;
    }

    @Override
    public void cut() {
      proxy.cut();
    }

    @Override
    public void loseReplies() {
      proxy.loseReplies();
    }

    @Override
    public void heal() {
      proxy.heal();
    }

    @Override
    public void expire(StoreSession session) {
      server.expireSession(OnLoop.call(loop, session::id));
    }

    void close() {
      store.close();
      proxy.close();
    }
  }
}
