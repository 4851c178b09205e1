// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.memory;

import com.google.common.collect.ImmutableList;
import io.heddle.runtime.Loop;
import io.heddle.store.SessionEvent;
import io.heddle.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * The client's side of one connection, from the attempt to the loss. Once it is over it ignores
 * what still arrives. Confined to its session's loop.
 *
 * <p>It pings when it has sent nothing for a third of the session timeout, and is over when it has
 * heard nothing for two thirds; an attempt is over after one third.
 */
final class ClientConnection implements ClientEnd {
  private final ClientSession session;
  private final Loop loop;
  private final Network.Link link;
  private final ServerConnection server;
  private final Queue<Request<?>> inFlight = new ArrayDeque<>();
  private Phase phase = Phase.ATTEMPT;
  private Loop.Timer timer;
  private long sentNanos;
  private long heardNanos;

  private enum Phase {
    ATTEMPT,
    UP,
    OVER
  }

  ClientConnection(ClientSession session, Server server, Network network) {
    this.session = session;
    this.loop = session.loop();
    this.link = network.open(loop, server.loop(), this::closed);
    this.server = new ServerConnection(server, link, this);
    this.timer = loop.schedule(third(), this::closed);
  }

  private Duration third() {
    return session.timeout().dividedBy(3);
  }

  boolean isUp() {
    return phase == Phase.UP;
  }

  void introduce(Hello hello) {
    link.toServer(() -> server.hello(hello));
  }

  void send(Request<?> request) {
    inFlight.add(request);
    sentNanos = loop.nanoTime();
    link.toServer(() -> server.request(request));
  }

  /** Asks the server to end the session, after all that was sent before. */
  void sayGoodbye() {
    if (phase == Phase.UP) {
      link.toServer(server::end);
    }
  }

  /** Ends this side; returns what was sent and not answered, in order. */
  List<Request<?>> abandon() {
    phase = Phase.OVER;
    timer.cancel();
    link.close();
    List<Request<?>> unanswered = ImmutableList.copyOf(inFlight);
    inFlight.clear();
    return unanswered;
  }

  private void watchTheClock() {
    long now = loop.nanoTime();
    Duration third = third();
    Duration silent = Duration.ofNanos(now - heardNanos);
    Duration untilLost = third.multipliedBy(2).minus(silent);
    if (untilLost.isZero() || untilLost.isNegative()) {
      closed();
      return;
    }
    Duration untilPing = third.minusNanos(now - sentNanos);
    if (untilPing.isZero() || untilPing.isNegative()) {
      sentNanos = now;
      link.toServer(server::ping);
      untilPing = third;
    }
    Duration next = untilPing.compareTo(untilLost) < 0 ? untilPing : untilLost;
    timer = loop.schedule(next, this::watchTheClock);
  }

  // ---- packets from the server ----

  @Override
  public void connected(long id, Duration timeout) {
    if (phase == Phase.ATTEMPT) {
      timer.cancel();
      phase = Phase.UP;
      heardNanos = loop.nanoTime();
      sentNanos = heardNanos;
      timer = loop.schedule(timeout.dividedBy(3), this::watchTheClock);
      session.connected(id, timeout);
    }
  }

  @Override
  public void expired() {
    if (phase == Phase.ATTEMPT) {
      session.end(SessionEvent.EXPIRED);
    }
  }

  @Override
  public void authFailed() {
    if (phase == Phase.ATTEMPT) {
      session.end(SessionEvent.AUTH_FAILED);
    }
  }

  @Override
  public <T> void reply(Request<T> request, T answer) {
    if (heard()) {
      if (!request.equals(inFlight.poll())) {
        throw new IllegalStateException("an answer came out of order: " + answer);
      }
      request.answer().accept(answer);
    }
  }

  @Override
  public void changed(String path, long zxid) {
    if (heard()) {
      session.changed(new WatchEvent(path, zxid));
    }
  }

  @Override
  public void pong() {
    heard();
  }

  private boolean heard() {
    if (phase != Phase.UP) {
      return false;
    }
    heardNanos = loop.nanoTime();
    return true;
  }

  @Override
  public void closed() {
    if (phase != Phase.OVER) {
      boolean wasUp = phase == Phase.UP;
      session.disconnected(abandon(), wasUp);
    }
  }
}
