// SPDX-License-Identifier: Apache-2.0
package io.heddle.client;

import io.heddle.client.ClientException.Kind;
import io.heddle.runtime.Loop;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session after another: opened when a call needs one, or always if somebody follows. Confined
 * to its loop.
 */
final class ClientSession {
  private static final Logger log = LoggerFactory.getLogger(ClientSession.class);

  /** Between the end of a session and the next, so that a store that refuses is not hammered. */
  private static final Duration REOPEN_PAUSE = Duration.ofMillis(100);

  /** Before a read that got no answer is asked again. */
  static final Duration RETRY_PAUSE = Duration.ofMillis(50);

  private final String who;
  private final Store store;
  private final Loop loop;
  private final SessionOptions options;
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private @Nullable SessionFollower follower;
  private @Nullable StoreSession session;
  private boolean connected;
  private boolean closed;
  private int opened;

  private record Waiter(Call call, Consumer<StoreSession> task) {}

  ClientSession(String who, Store store, Loop loop, SessionOptions options) {
    this.who = who;
    this.store = store;
    this.loop = loop;
    this.options = options;
  }

  void follow(SessionFollower next) {
    follower = next;
    if (connected && session != null) {
      next.connected(session);
    }
    open();
  }

  /**
   * Runs {@code task} as soon as there is a connection, unless the call has ended by then. Calls
   * are bounded in number and time, and so is what waits here: each call has few tasks.
   */
  void whenConnected(Call call, Consumer<StoreSession> task) {
    if (closed || call.isDone()) {
      return;
    }
    if (connected && session != null) {
      task.accept(session);
      return;
    }
    waiting.removeIf(waiter -> waiter.call().isDone());
    waiting.add(new Waiter(call, task));
    open();
  }

  /** Runs {@code task} after a pause, unless the call has ended by then. */
  void later(Call call, Duration pause, Runnable task) {
    Loop.Timer unused = loop.schedule(pause, () -> {
      if (!closed && !call.isDone()) {
        task.run();
      }
    });
  }

  private void open() {
    if (session == null && !closed) {
      opened++;
      int current = opened;
      session = store.open(options, loop, event -> {
        if (current == opened) {
          on(event);
        }
      });
    }
  }

  private void on(SessionEvent event) {
    switch (event) {
      case CONNECTED -> connected();
      case DISCONNECTED -> {
        connected = false;
        tellCutOff();
      }
      case EXPIRED -> {
        log.info("The session of the {} is over", who);
        end();
        tellCutOff();
        Loop.Timer unused = loop.schedule(REOPEN_PAUSE, this::reopen);
      }
      case AUTH_FAILED -> refused();
    }
  }

  private void connected() {
    connected = true;
    if (follower != null && session != null) {
      follower.connected(session);
    }
    List<Waiter> ready = new ArrayList<>(waiting);
    waiting.clear();
    ready.forEach(waiter -> whenConnected(waiter.call(), waiter.task()));
  }

  private void tellCutOff() {
    if (follower != null) {
      follower.cutOff();
    }
  }

  private void refused() {
    end();
    ClientException why = new ClientException(
        Kind.DENIED, who, "the store does not accept the credentials; check user and password");
    List<Waiter> all = new ArrayList<>(waiting);
    waiting.clear();
    all.forEach(waiter -> waiter.call().fail(why));
    if (follower != null) {
      follower.refused(why);
    }
  }

  private void reopen() {
    waiting.removeIf(waiter -> waiter.call().isDone());
    if (!waiting.isEmpty() || follower != null) {
      open();
    }
  }

  private void end() {
    connected = false;
    if (session != null) {
      session.close();
      session = null;
    }
    opened++;
  }

  /** Ends the session; what waits is dropped. */
  void close() {
    closed = true;
    waiting.clear();
    end();
  }
}
