// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.recipes.documents.PartitionView.Master;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A SLAVE's thread: joins at whoever is MASTER, applies what it sends, and joins again when the
 * connection ends. Thread-safe.
 */
final class Follower implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Follower.class);

  /** How often the routing is looked at while nothing else can be done. */
  private static final long PAUSE_MILLIS = 5;

  /** How often the routing is looked at while the MASTER is silent. */
  private static final Duration LOOK = Duration.ofMillis(50);

  private final int partition;
  private final PartitionStorage storage;
  private final PartitionView.Source routing;
  private final Self self;
  private final Thread thread;
  private @Nullable Wire wire;
  private boolean settled;
  private String obstacle = "not tried yet";
  private boolean stopped;

  /** Who this node is just now; nobody until the routing shows it. */
  interface Self {
    Optional<Member> member();
  }

  Follower(int partition, Self self, PartitionStorage storage, PartitionView.Source routing) {
    this.partition = partition;
    this.self = self;
    this.storage = storage;
    this.routing = routing;
    this.thread = new Thread(this::run, "follower-" + partition);
    thread.setDaemon(true);
  }

  void start() {
    thread.start();
  }

  /**
   * Waits until it has joined the MASTER, or there is none to join.
   *
   * @throws TimeoutException says what was in the way
   */
  synchronized void awaitSettled(Duration bound) throws InterruptedException, TimeoutException {
    long end = System.nanoTime() + bound.toNanos();
    while (!settled) {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (left <= 0) {
        throw new TimeoutException(
            "partition " + partition + ": could not join within " + bound + ": " + obstacle);
      }
      wait(left);
    }
  }

  private void run() {
    while (!isStopped()) {
      try {
        PartitionView view = routing.view(partition);
        Optional<Member> member = self.member();
        Optional<Master> master = view.master()
            .filter(m ->
                member.map(s -> !s.instance().equals(m.member().instance())).orElse(true));
        if (view.stale()) {
          note("the routing is stale");
        } else if (view.master().isEmpty()) {
          settle();
        } else if (master.isPresent() && member.isPresent()) {
          follow(master.get(), member.get());
        } else {
          note("the routing does not show this node yet");
        }
        Thread.sleep(PAUSE_MILLIS);
      } catch (IOException e) {
        note(e.toString());
        pause();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow(Master master, Member member) throws IOException {
    try (Wire connection = Wire.connect(master.port(), Mastership.LOCK_WAIT)) {
      if (!use(connection)) {
        return;
      }
      connection.send(new Message.Join(partition, member, master.token(), storage.last()));
      Message answer = connection.receive();
      if (answer instanceof Message.Fetch) {
        Copies.send(connection, storage);
        answer = connection.receive();
      }
      if (answer instanceof Message.Refused refused) {
        note(master.member() + " refused: " + refused.why() + ", " + refused.detail());
        return;
      }
      storage.raiseToken(master.token());
      if (!(answer instanceof Message.Current)) {
        Copies.receive(connection, storage, master.token(), answer);
      }
      connection.send(new Message.Ack(storage.last()));
      settle();
      log.info("Partition {} follows {} from {}", partition, master, storage.last());
      connection.timeout(Mastership.ACK_WAIT);
      while (true) {
        if (!connection.isArriving(LOOK)) {
          // A MASTER that is paused, or cut off from the cluster, keeps its sockets: what counts is
          // whom the routing shows.
          if (isSucceeded(master)) {
            return;
          }
          continue;
        }
        Message message = connection.receive();
        if (!(message instanceof Message.Replicate write)) {
          throw new IOException(master.member() + " sent " + message);
        }
        storage.append(write.token(), write.document());
        connection.send(new Message.Ack(storage.last()));
      }
    } finally {
      boolean unused = use(null);
    }
  }

  private boolean isSucceeded(Master followed) {
    PartitionView view = routing.view(partition);
    return !view.stale()
        && view.master().filter(now -> now.token() != followed.token()).isPresent();
  }

  private synchronized boolean use(@Nullable Wire connection) {
    wire = connection;
    return !stopped;
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  private synchronized void settle() {
    settled = true;
    notifyAll();
  }

  private synchronized void note(String what) {
    obstacle = what;
  }

  /** Ends it; when this returns it applies nothing more. */
  @Override
  public void close() throws IOException {
    synchronized (this) {
      stopped = true;
      if (wire != null) {
        wire.close();
      }
    }
    thread.interrupt();
    try {
      thread.join(Mastership.LOCK_WAIT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      throw new IOException("partition " + partition + ": the follower does not end");
    }
  }
}
