// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.runtime.Loop;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session after another. Confined to its loop. */
final class DriverSession {
  private static final Logger log = LoggerFactory.getLogger(DriverSession.class);

  /** Between the end of a session and the next. */
  private static final Duration REOPEN_PAUSE = Duration.ofMillis(100);

  private final Store store;
  private final Loop loop;
  private final SessionOptions options;
  private final Listener listener;
  private final Deque<Consumer<StoreSession>> waiting = new ArrayDeque<>();
  private @Nullable StoreSession session;
  private boolean connected;
  private boolean closed;

  /** Told on the loop. */
  interface Listener {
    /** Connected; {@code isNew} if this session was not connected before. */
    void connected(StoreSession session, boolean isNew);

    /** The store does not accept the credentials. */
    void denied();
  }

  DriverSession(Store store, Loop loop, SessionOptions options, Listener listener) {
    this.store = store;
    this.loop = loop;
    this.options = options;
    this.listener = listener;
  }

  /** Runs a task as soon as there is a connection. Calls are bounded, and each waits once. */
  void whenConnected(Consumer<StoreSession> task) {
    if (connected && session != null) {
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
    boolean[] isNew = {true};
    mine[0] = store.open(options, loop, event -> {
      if (mine[0] == session) {
        on(event, mine[0], isNew);
      }
    });
    session = mine[0];
  }

  private void on(SessionEvent event, StoreSession mine, boolean[] isNew) {
    switch (event) {
      case CONNECTED -> {
        connected = true;
        boolean first = isNew[0];
        isNew[0] = false;
        listener.connected(mine, first);
        for (int left = waiting.size(); left > 0 && connected; left--) {
          whenConnected(waiting.remove());
        }
      }
      case DISCONNECTED -> connected = false;
      case EXPIRED -> {
        log.info("The task driver's session is over; another one follows");
        end();
        Loop.Timer unused = loop.schedule(REOPEN_PAUSE, this::open);
      }
      case AUTH_FAILED -> {
        end();
        listener.denied();
      }
    }
  }

  private void end() {
    connected = false;
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
