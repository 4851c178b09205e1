// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import io.heddle.task.TaskException.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session after another. Each begins with a look at the cluster's format: nothing else is asked
 * for where this version may not. Confined to its loop.
 */
final class DriverSession {
  private static final Logger log = LoggerFactory.getLogger(DriverSession.class);

  /** Between the end of a session and the next. */
  private static final Duration REOPEN_PAUSE = Duration.ofMillis(100);

  private final Store store;
  private final ClusterPaths paths;
  private final Loop loop;
  private final SessionOptions options;
  private final Listener listener;
  private final Deque<Consumer<StoreSession>> waiting = new ArrayDeque<>();
  private @Nullable StoreSession session;
  private boolean connected;
  private boolean admitted;
  private boolean closed;

  /** Told on the loop. */
  interface Listener {
    /** Connected; {@code isNew} if this session was not connected before. */
    void connected(StoreSession session, boolean isNew);

    /** There is no session, and why; the next call opens another one. */
    void refused(TaskException why);
  }

  DriverSession(
      Store store, ClusterPaths paths, Loop loop, SessionOptions options, Listener listener) {
    this.store = store;
    this.paths = paths;
    this.loop = loop;
    this.options = options;
    this.listener = listener;
  }

  /** Runs a task as soon as there is a connection. Calls are bounded, and each waits once. */
  void whenConnected(Consumer<StoreSession> task) {
    if (connected && admitted && session != null) {
      task.accept(session);
      return;
    }
    waiting.add(task);
    open();
  }

  void open() {
    if (session != null || closed) {
      return;
    }
    // The listener knows its session by this cell: events of an older one mean nothing any more.
    StoreSession[] mine = new StoreSession[1];
    mine[0] = store.open(options, loop, event -> {
      if (mine[0] == session) {
        on(event, mine[0]);
      }
    });
    session = mine[0];
  }

  private void on(SessionEvent event, StoreSession mine) {
    switch (event) {
      case CONNECTED -> {
        connected = true;
        if (admitted) {
          ready(mine, false);
        } else {
          mine.read(paths.meta(), read -> {
            if (mine == session && !admitted) {
              check(mine, read);
            }
          });
        }
      }
      case DISCONNECTED -> connected = false;
      case EXPIRED -> {
        log.info("The task driver's session is over; another one follows");
        end();
        Loop.Timer unused = loop.schedule(REOPEN_PAUSE, this::open);
      }
      case AUTH_FAILED -> {
        refuse(Kind.DENIED, "the store does not accept the credentials");
      }
    }
  }

  private void check(StoreSession mine, Read read) {
    if (read instanceof Read.Absent) {
      refuse(Kind.NO_CLUSTER, "it does not exist");
    } else if (read instanceof Read.Denied) {
      refuse(Kind.DENIED, "one may not read " + paths.meta());
    } else if (read instanceof Read.Found found) {
      Optional<String> obstacle;
      try {
        obstacle = new CachedNode(found.node()).decode(Specs.META).writeObstacle();
      } catch (UnreadableException e) {
        refuse(Kind.UNREADABLE, String.valueOf(e.getMessage()));
        return;
      }
      if (obstacle.isPresent()) {
        refuse(Kind.INCOMPATIBLE, obstacle.get());
      } else {
        admitted = true;
        ready(mine, true);
      }
    }
    // Unavailable: the connection's return looks again.
  }

  private void ready(StoreSession mine, boolean isNew) {
    listener.connected(mine, isNew);
    for (int left = waiting.size(); left > 0 && connected; left--) {
      whenConnected(waiting.remove());
    }
  }

  private void refuse(Kind kind, String detail) {
    end();
    waiting.clear();
    listener.refused(new TaskException(kind, "cluster " + paths.cluster() + ": " + detail));
  }

  private void end() {
    connected = false;
    admitted = false;
    if (session != null) {
      session.close();
      session = null;
    }
  }

  void close() {
    closed = true;
    waiting.clear();
    end();
  }
}
