// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import com.google.common.collect.ImmutableList;
import io.heddle.locks.LockException.Kind;
import io.heddle.runtime.Loop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Op;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All locks of a service, over all its sessions. Confined to its loop. */
final class Contention {
  private static final Logger log = LoggerFactory.getLogger(Contention.class);
  /** Versions above this are started again, with a higher base (R13). */
  private static final int MAX_VERSION = 1 << 30;

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ClusterPaths paths;
  private final AccessControl access;
  private final Store store;
  private final Loop loop;
  private final SessionOptions options;
  private final String owner;
  private final TreeMap<String, Lock> locks = new TreeMap<>();
  private @Nullable Live live;
  private long waiters;
  private boolean closed;

  /** Somebody of this process who waits for a lock. */
  record Waiter(long number, CompletableFuture<HeldLock> result, Loop.Timer timeout) {}

  /** One session, with its lease. */
  final class Live {
    final StoreSession session;
    private @Nullable SessionLease lease;
    boolean connected;

    Live() {
      session = store.open(options, loop, this::on);
    }

    /** The lease; there is one once it is connected. */
    SessionLease lease() {
      return Objects.requireNonNull(lease);
    }

    private void on(SessionEvent event) {
      if (closed || live != this) {
        return;
      }
      switch (event) {
        case CONNECTED -> {
          connected = true;
          if (lease == null) {
            lease = new SessionLease(
                session, loop, new Op.Check(paths.meta(), Op.ANY_VERSION), this::lapsed);
          }
          lease.probe();
          ImmutableList.copyOf(locks.values()).forEach(lock -> lock.connected(this));
        }
        case DISCONNECTED -> connected = false;
        case EXPIRED -> {
          log.info("Cluster {}: the session of the locks is over", paths.cluster());
          end();
          Loop.Timer unused = loop.schedule(PAUSE, Contention.this::open);
        }
        case AUTH_FAILED -> {
          end();
          LockException why = new LockException(
              Kind.DENIED, "the store does not accept the credentials; check user and password");
          ImmutableList.copyOf(locks.values()).forEach(lock -> lock.fail(why));
        }
      }
    }

    private void lapsed() {
      ImmutableList.copyOf(locks.values()).forEach(Lock::lapsed);
    }

    private void end() {
      connected = false;
      if (lease != null) {
        lease.close();
      }
      live = null;
      lapsed();
      ImmutableList.copyOf(locks.values()).forEach(Lock::disowned);
      session.close();
    }
  }

  Contention(
      ClusterPaths paths,
      AccessControl access,
      Store store,
      Loop loop,
      SessionOptions options,
      String owner) {
    this.paths = paths;
    this.access = access;
    this.store = store;
    this.loop = loop;
    this.options = options;
    this.owner = owner;
  }

  private void open() {
    if (!closed && live == null && !locks.isEmpty()) {
      live = new Live();
    }
  }

  void acquire(String name, Duration within, CompletableFuture<HeldLock> result) {
    Lock lock = locks.computeIfAbsent(
        name, n -> new Lock(n, paths, access, loop, owner, MAX_VERSION, () -> locks.remove(n)));
    waiters++;
    long number = waiters;
    Loop.Timer timeout = loop.schedule(within, () -> lock.timedOut(number, within));
    lock.waiters.add(new Waiter(number, result, timeout));
    open();
    if (live != null && live.connected) {
      lock.connected(live);
    }
  }

  /** Ends the session: all locks end, and what waits fails. */
  void close() {
    closed = true;
    LockException why = new LockException(Kind.UNAVAILABLE, "the service is closed; open another");
    if (live != null) {
      live.end();
    }
    ImmutableList.copyOf(locks.values()).forEach(lock -> lock.fail(why));
  }
}
