// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import io.heddle.runtime.Loop;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Credential;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.WatchEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.Watcher.Event.EventType;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ZooKeeper session over one handle. Confined to its loop.
 *
 * <p>The handle answers each packet exactly once while it lives, in the order in which they were
 * sent, and puts watch events in between where they belong; its one event thread hands all of that
 * to the loop. Two things the handle does not do. Before the first connection it fails packets at
 * each vain attempt: so requests wait here until then, and if no connection comes about within the
 * session timeout the session is over. At the end of the session the answers may come late: so
 * requests that are not answered yet are answered here, and what comes later is ignored.
 *
 * <p>What waits here is bounded by what the caller has not been answered.
 */
final class ZooKeeperSession implements StoreSession {
  private static final Logger log = LoggerFactory.getLogger(ZooKeeperSession.class);

  private final String connectString;
  private final SessionOptions options;
  private final Loop loop;
  private final Consumer<SessionEvent> listener;
  private final Closings closings;

  private final Set<Request> unanswered = new LinkedHashSet<>();

  /** Those of {@link #unanswered} that are not wholly sent, in the order of the requests. */
  private final Queue<Request> unsent = new ArrayDeque<>();

  private Phase phase = Phase.CONNECTING;
  private boolean closed;
  private long id;
  private Duration timeout;
  private @Nullable Handle handle;
  private Loop.@Nullable Timer patience;

  private enum Phase {
    CONNECTING,
    CONNECTED,
    DISCONNECTED,
    OVER
  }

  ZooKeeperSession(
      String connectString,
      SessionOptions options,
      Loop loop,
      Consumer<SessionEvent> listener,
      Closings closings) {
    long millis = options.timeout().toMillis();
    if (millis < 1 || millis > Integer.MAX_VALUE) {
      throw new IllegalArgumentException("a session timeout is 1 ms to %d ms, not %s"
          .formatted(Integer.MAX_VALUE, options.timeout()));
    }
    this.connectString = connectString;
    this.options = options;
    this.loop = loop;
    this.listener = listener;
    this.closings = closings;
    this.timeout = options.timeout();
  }

  /** To be called once, on the loop. */
  void connect() {
    if (phase == Phase.OVER) {
      return;
    }
    Handle connecting;
    try {
      connecting = new Handle(
          connectString, timeout, event -> loop.execute(() -> onState(event.getState())));
    } catch (IOException e) {
      log.warn("No client for {} could be made", connectString, e);
      end(SessionEvent.EXPIRED);
      return;
    }
    handle = connecting;
    for (Credential credential : options.credentials()) {
      connecting.addAuthInfo(credential.scheme(), credential.proof());
    }
    patience = loop.schedule(timeout, () -> {
      if (phase == Phase.CONNECTING) {
        log.warn("No connection to {} within {}", connectString, timeout);
        end(SessionEvent.EXPIRED);
      }
    });
  }

  private void onState(KeeperState state) {
    if (phase == Phase.OVER) {
      return;
    }
    // ZooKeeper's enum has names that are deprecated; so there is a default.
    switch (state) {
      case SyncConnected -> onConnected();
      case Disconnected -> onDisconnected();
      case Expired -> end(SessionEvent.EXPIRED);
      case AuthFailed -> end(SessionEvent.AUTH_FAILED);
      default -> log.debug("Session 0x{} is now {}", Long.toHexString(id), state);
    }
  }

  private void onConnected() {
    if (phase == Phase.CONNECTING && handle != null) {
      id = handle.getSessionId();
      timeout = Duration.ofMillis(handle.getSessionTimeout());
    }
    phase = Phase.CONNECTED;
    pump();
    listener.accept(SessionEvent.CONNECTED);
  }

  private void onDisconnected() {
    // Before the first connection it is no news.
    if (phase == Phase.CONNECTED) {
      phase = Phase.DISCONNECTED;
      listener.accept(SessionEvent.DISCONNECTED);
    }
  }

  /** Ends it: first all is answered, then the event is told, unless the caller closes it. */
  private void end(SessionEvent event) {
    release();
    loop.execute(() -> {
      if (!closed) {
        listener.accept(event);
      }
    });
  }

  private void release() {
    phase = Phase.OVER;
    if (patience != null) {
      patience.cancel();
    }
    unsent.clear();
    unanswered.forEach(request -> loop.execute(request::giveUp));
    unanswered.clear();
    if (handle != null) {
      closings.close(handle);
    }
  }

  @Override
  public void close() {
    closed = true;
    if (phase != Phase.OVER) {
      release();
    }
  }

  @Override
  public void commit(List<Op> ops, Consumer<Commit> answer) {
    Bounds.check(ops);
    List<Op> copy = List.copyOf(ops);
    submit(
        (sender, request) -> sender.multi(
            copy.stream().map(Replies::toZooKeeper).toList(),
            (rc, zxid, results) -> tell(
                request, answer, Replies.commit(copy, sender.getSessionId(), rc, zxid, results))),
        () -> answer.accept(new Commit.Unknown()));
  }

  @Override
  public void read(String path, Consumer<Read> answer) {
    Bounds.checkPath(path);
    submit(
        (sender, request) -> sender.getData(
            path,
            false,
            (rc, same, context, data, stat) ->
                tell(request, answer, Replies.read(path, rc, data, stat)),
            null),
        () -> answer.accept(new Read.Unavailable(path)));
  }

  @Override
  public void readAll(List<String> paths, Consumer<List<Read>> answer) {
    paths.forEach(Bounds::checkPath);
    if (paths.isEmpty()) {
      // Takes its turn all the same; a sync is the cheapest packet that is answered.
      sync(done -> answer.accept(List.of()));
    } else {
      submit(new ReadAll(this, List.copyOf(paths), answer));
    }
  }

  @Override
  public void children(String path, Consumer<Children> answer) {
    Bounds.checkPath(path);
    submit(
        (sender, request) -> sender.getChildren(
            path,
            false,
            (rc, same, context, names) -> tell(request, answer, Replies.children(path, rc, names)),
            null),
        () -> answer.accept(new Children.Unavailable()));
  }

  @Override
  public void sync(Consumer<Boolean> answer) {
    submit(
        (sender, request) -> sender.sync(
            "/", (rc, same, context) -> tell(request, answer, Replies.done("sync", "/", rc)), null),
        () -> answer.accept(false));
  }

  @Override
  public void watch(String path, Consumer<WatchEvent> events, Consumer<Boolean> answer) {
    Bounds.checkPath(path);
    Watcher watcher = new Forwarder(events);
    submit(
        (sender, request) -> sender.addWatch(
            path,
            watcher,
            AddWatchMode.PERSISTENT_RECURSIVE,
            (rc, same, context) -> tell(request, answer, Replies.done("watch", path, rc)),
            null),
        () -> answer.accept(false));
  }

  private void submit(BiConsumer<Handle, Request> sender, Runnable givenUp) {
    submit(new Packet(sender, givenUp));
  }

  private void submit(Request request) {
    if (phase == Phase.OVER) {
      loop.execute(request::giveUp);
      return;
    }
    unanswered.add(request);
    unsent.add(request);
    pump();
  }

  /** Sends what may be sent, in the order of the requests. */
  void pump() {
    if (handle == null || phase == Phase.CONNECTING) {
      return;
    }
    while (!unsent.isEmpty() && unsent.element().send(handle)) {
      unsent.remove();
    }
  }

  /** For ZooKeeper's threads: an answer to a request of one packet. */
  private <T> void tell(Request request, Consumer<T> answer, T value) {
    onLoop(request, () -> finish(request, () -> answer.accept(value)));
  }

  /** For ZooKeeper's threads: runs {@code task} on the loop unless the request is answered. */
  void onLoop(Request request, Runnable task) {
    loop.execute(() -> {
      if (unanswered.contains(request)) {
        task.run();
      }
    });
  }

  /** Answers a request. */
  void finish(Request request, Runnable answer) {
    unanswered.remove(request);
    answer.run();
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public String toString() {
    return "session 0x" + Long.toHexString(id) + " of " + connectString;
  }

  /** A request of one packet; equal to itself only. */
  private static final class Packet implements Request {
    private final BiConsumer<Handle, Request> sender;
    private final Runnable givenUp;

    Packet(BiConsumer<Handle, Request> sender, Runnable givenUp) {
      this.sender = sender;
      this.givenUp = givenUp;
    }

    @Override
    public boolean send(Handle handle) {
      sender.accept(handle, this);
      return true;
    }

    @Override
    public void giveUp() {
      givenUp.run();
    }
  }

  /** One watch; equal to itself only, for the client keeps a set of them for each path. */
  private final class Forwarder implements Watcher {
    private final Consumer<WatchEvent> events;

    Forwarder(Consumer<WatchEvent> events) {
      this.events = events;
    }

    /** On the client's event thread; it tells watches of the session's state as well. */
    @Override
    public void process(WatchedEvent event) {
      if (event.getType() != EventType.None) {
        WatchEvent told = new WatchEvent(event.getPath(), event.getZxid());
        loop.execute(() -> {
          if (phase != Phase.OVER) {
            events.accept(told);
          }
        });
      }
    }
  }
}
