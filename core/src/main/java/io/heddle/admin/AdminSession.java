// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.AdminException.Kind;
import io.heddle.runtime.Loop;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One session after another, opened when a call needs one. Confined to its loop. */
final class AdminSession {
  private static final Logger log = LoggerFactory.getLogger(AdminSession.class);

  /** Between the end of a session and the next, so that a store that refuses is not hammered. */
  private static final Duration REOPEN_PAUSE = Duration.ofMillis(100);

  /** Before a read that got no answer is asked again. */
  static final Duration RETRY_PAUSE = Duration.ofMillis(50);

  private final String cluster;
  private final Store store;
  private final Loop loop;
  private final SessionOptions options;
  private final Deque<Waiter> waiting = new ArrayDeque<>();
  private final List<Follower> followers = new ArrayList<>();

  /** What this session watches. */
  private final Set<String> watched = new HashSet<>();

  private @Nullable StoreSession session;
  private boolean connected;
  private boolean closed;
  private int opened;

  private record Waiter(Call call, Consumer<StoreSession> task) {}

  private record Follower(Call call, String root, String path, Runnable changed) {}

  AdminSession(String cluster, Store store, Loop loop, SessionOptions options) {
    this.cluster = cluster;
    this.store = store;
    this.loop = loop;
    this.options = options;
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

  /**
   * Runs {@code changed} once now, and whenever a znode may have changed, until the call has ended:
   * also after each reconnect, since events are lost meanwhile, and in the next session.
   *
   * @param root what is watched for it, once for all that follow something below
   */
  void follow(Call call, String root, String path, Runnable changed) {
    Follower follower = new Follower(call, root, path, changed);
    followers.removeIf(other -> other.call().isDone());
    followers.add(follower);
    watch(follower);
  }

  private void watch(Follower follower) {
    whenConnected(follower.call(), s -> {
      if (watched.add(follower.root())) {
        s.watch(follower.root(), event -> told(event.path()), ok -> {
          if (!ok && s == session) {
            // The connection is gone; its return tries again.
            watched.remove(follower.root());
          }
        });
      }
      // What it reads is answered after the watch is in force.
      follower.changed().run();
    });
  }

  private void told(String path) {
    for (Follower follower : ImmutableList.copyOf(followers)) {
      if (follower.path().equals(path) && !follower.call().isDone()) {
        follower.changed().run();
      }
    }
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
      case DISCONNECTED -> connected = false;
      case EXPIRED -> {
        log.info("The administrator's session with cluster {} is over", cluster);
        end();
        Loop.Timer unused = loop.schedule(REOPEN_PAUSE, this::reopen);
      }
      case AUTH_FAILED -> {
        end();
        List<Waiter> refused = new ArrayList<>(waiting);
        waiting.clear();
        refused.forEach(waiter -> waiter
            .call()
            .fail(new AdminException(
                Kind.DENIED,
                "cluster " + cluster,
                "the store does not accept the credentials; check user and password")));
      }
    }
  }

  private void connected() {
    connected = true;
    List<Waiter> ready = new ArrayList<>(waiting);
    waiting.clear();
    ready.forEach(waiter -> whenConnected(waiter.call(), waiter.task()));
    followers.removeIf(follower -> follower.call().isDone());
    ImmutableList.copyOf(followers).forEach(this::watch);
  }

  private void reopen() {
    waiting.removeIf(waiter -> waiter.call().isDone());
    followers.removeIf(follower -> follower.call().isDone());
    if (!waiting.isEmpty() || !followers.isEmpty()) {
      open();
    }
  }

  private void end() {
    connected = false;
    watched.clear();
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
    followers.clear();
    end();
  }
}
