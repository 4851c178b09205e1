// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import com.google.common.math.IntMath;
import io.heddle.runtime.Loop;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.WatchEvent;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The client's side of a session: connects, pings, connects again, until it is closed or told that
 * it is over. Requests wait while there is no connection; after the first one, what waits fails,
 * like what is in flight, when a connection or an attempt to make one does. Confined to its loop.
 */
final class ClientSession implements StoreSession {
  /** In how many packets many reads go, so that what others write comes in between. */
  private static final int READ_PACKETS = 4;

  private final Server server;
  private final Network network;
  private final SessionOptions options;
  private final Loop loop;
  private final Consumer<SessionEvent> listener;

  private final Queue<Request<?>> waiting = new ArrayDeque<>();
  private final List<Watch> watches = new ArrayList<>();
  private @Nullable ClientConnection connection;
  private Loop.Timer retry = () -> {};
  private Loop.Timer firstConnection = () -> {};
  private long id;
  private Duration timeout;
  private boolean ended;

  private record Watch(String path, Consumer<WatchEvent> events) {
    boolean covers(String changed) {
      return changed.equals(path)
          || path.length() == 1
          || (changed.startsWith(path) && changed.charAt(path.length()) == '/');
    }
  }

  ClientSession(
      Server server,
      Network network,
      SessionOptions options,
      Loop loop,
      Consumer<SessionEvent> listener) {
    this.server = server;
    this.network = network;
    this.options = options;
    this.loop = loop;
    this.listener = listener;
    this.timeout = options.timeout();
  }

  // ---- the connection ----

  /** Connects for the first time. */
  void start() {
    if (!ended) {
      firstConnection = loop.schedule(options.timeout(), () -> end(SessionEvent.EXPIRED));
      connect();
    }
  }

  private void connect() {
    connection = new ClientConnection(this, server, network);
    connection.introduce(new Hello(
        id,
        options.timeout(),
        ImmutableList.copyOf(options.credentials()),
        watches.stream().map(Watch::path).collect(ImmutableSet.toImmutableSet()),
        loop));
  }

  Loop loop() {
    return loop;
  }

  /** The connection is up. */
  void connected(long session, Duration granted) {
    firstConnection.cancel();
    id = session;
    timeout = granted;
    ClientConnection up = connection;
    while (up != null && !waiting.isEmpty()) {
      up.send(waiting.remove());
    }
    listener.accept(SessionEvent.CONNECTED);
  }

  /**
   * The connection is gone, or did not come about.
   *
   * @param inFlight what was sent and not answered, in order
   * @param wasUp whether it had come about
   */
  void disconnected(List<Request<?>> inFlight, boolean wasUp) {
    connection = null;
    // Before callbacks run: one of them may close the session, which takes the timer back.
    retry = loop.schedule(pause(), this::connect);
    // Until there was a first connection, requests just wait for it.
    if (id != 0) {
      failAll(inFlight);
    }
    if (wasUp && !ended) {
      listener.accept(SessionEvent.DISCONNECTED);
    }
  }

  private Duration pause() {
    Duration usual = timeout.dividedBy(50);
    Duration longest = Duration.ofSeconds(1);
    return usual.compareTo(longest) < 0 ? usual : longest;
  }

  /** The server says that it is over. */
  void end(SessionEvent last) {
    if (!ended) {
      failAll(letGo());
      listener.accept(last);
    }
  }

  @Override
  public void close() {
    if (ended) {
      return;
    }
    ClientConnection last = connection;
    if (last != null) {
      last.sayGoodbye();
    }
    List<Request<?>> unanswered = letGo();
    loop.execute(() -> unanswered.forEach(Request::fail));
  }

  /** Ends everything at this side; returns what is not answered. */
  private List<Request<?>> letGo() {
    ended = true;
    firstConnection.cancel();
    retry.cancel();
    watches.clear();
    List<Request<?>> unanswered = new ArrayList<>();
    if (connection != null) {
      unanswered.addAll(connection.abandon());
      connection = null;
    }
    unanswered.addAll(waiting);
    waiting.clear();
    return unanswered;
  }

  /** Fails what was in flight, then what waits; what the callbacks ask for is not among it. */
  private void failAll(List<Request<?>> inFlight) {
    List<Request<?>> all = new ArrayList<>(inFlight);
    all.addAll(waiting);
    waiting.clear();
    all.forEach(Request::fail);
  }

  // ---- requests ----

  private void request(Request<?> request) {
    if (ended) {
      loop.execute(request::fail);
    } else if (connection != null && connection.isUp()) {
      connection.send(request);
    } else {
      waiting.add(request);
    }
  }

  @Override
  public void commit(List<Op> ops, Consumer<Commit> answer) {
    List<Op> sent = ImmutableList.copyOf(ops);
    Limits.check(sent);
    request(new Request<>(at -> at.commit(sent), answer, new Commit.Unknown()));
  }

  @Override
  public void read(String path, Consumer<Read> answer) {
    Limits.checkPath(path);
    request(new Request<>(at -> at.read(path), answer, new Read.Unavailable(path)));
  }

  @Override
  public void readAll(List<String> paths, Consumer<List<Read>> answer) {
    paths.forEach(Limits::checkPath);
    if (paths.isEmpty()) {
      // Asked too, so that it is answered in its turn.
      request(new Request<>(at -> ImmutableList.of(), answer, ImmutableList.of()));
      return;
    }
    List<Read> collected = new ArrayList<>(paths.size());
    Consumer<List<Read>> collect = part -> {
      collected.addAll(part);
      if (collected.size() == paths.size()) {
        answer.accept(ImmutableList.copyOf(collected));
      }
    };
    int size = IntMath.divide(paths.size(), READ_PACKETS, RoundingMode.CEILING);
    for (List<String> part : Lists.partition(ImmutableList.copyOf(paths), size)) {
      List<Read> lost = part.stream().<Read>map(Read.Unavailable::new).toList();
      request(new Request<>(at -> part.stream().map(at::read).toList(), collect, lost));
    }
  }

  @Override
  public void children(String path, Consumer<Children> answer) {
    Limits.checkPath(path);
    request(new Request<>(at -> at.children(path), answer, new Children.Unavailable()));
  }

  @Override
  public void sync(Consumer<Boolean> answer) {
    request(new Request<>(at -> true, answer, false));
  }

  @Override
  public void watch(String path, Consumer<WatchEvent> events, Consumer<Boolean> answer) {
    Limits.checkPath(path);
    Consumer<Boolean> inForce = done -> {
      if (done) {
        watches.add(new Watch(path, events));
      }
      answer.accept(done);
    };
    request(new Request<>(at -> at.watch(path), inForce, false));
  }

  /** A znode changed that some watch covers. */
  void changed(WatchEvent event) {
    for (Watch watch : ImmutableList.copyOf(watches)) {
      if (!ended && watch.covers(event.path())) {
        watch.events().accept(event);
      }
    }
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public Duration timeout() {
    return timeout;
  }
}
