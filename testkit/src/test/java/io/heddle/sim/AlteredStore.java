// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.runtime.Loop;
import io.heddle.sim.Alteration.AlteredLoop;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import io.heddle.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A store between a process and the real one, where an {@link Alteration} takes effect. */
final class AlteredStore implements Store {
  private final Store real;
  private final Alteration alteration;

  AlteredStore(Store real, Alteration alteration) {
    this.real = real;
    this.alteration = alteration;
  }

  @Override
  public StoreSession open(SessionOptions options, Loop loop, Consumer<SessionEvent> listener) {
    Loop bare = loop instanceof AlteredLoop altered ? altered.real : loop;
    return new Session(options, bare, listener);
  }

  @Override
  public void close() {
    real.close();
  }

  private final class Session implements StoreSession {
    private final SessionOptions options;
    private final Loop loop;
    private final Consumer<SessionEvent> listener;
    private final List<Watch> watches = new ArrayList<>();
    private StoreSession session;
    private int connections;
    private boolean closed;

    Session(SessionOptions options, Loop loop, Consumer<SessionEvent> listener) {
      this.options = options;
      this.loop = loop;
      this.listener = listener;
      this.session = real.open(options, loop, this::on);
    }

    private void on(SessionEvent event) {
      if (event == SessionEvent.EXPIRED && alteration.replacesSessions() && !closed) {
        session = real.open(options, loop, this::on);
        watches.forEach(watch -> session.watch(watch.path(), watch.events(), ok -> {}));
        return;
      }
      int before = connections;
      connections += event == SessionEvent.CONNECTED ? 1 : 0;
      if (alteration.isTold(event, before)) {
        listener.accept(event);
      }
    }

    @Override
    public void commit(List<Op> ops, Consumer<Commit> answer) {
      long sentAt = loop.nanoTime();
      session.commit(
          alteration.sends(ops),
          result -> answer.accept(alteration.hears(ops, result, loop.nanoTime() - sentAt)));
    }

    @Override
    public void read(String path, Consumer<Read> answer) {
      session.read(path, read -> answer.accept(alteration.reads(read)));
    }

    @Override
    public void readAll(List<String> paths, Consumer<List<Read>> answer) {
      session.readAll(
          paths, reads -> answer.accept(reads.stream().map(alteration::reads).toList()));
    }

    @Override
    public void children(String path, Consumer<Children> answer) {
      session.children(path, answer);
    }

    @Override
    public void sync(Consumer<Boolean> answer) {
      session.sync(answer);
    }

    @Override
    public void watch(String path, Consumer<WatchEvent> events, Consumer<Boolean> answer) {
      watches.add(new Watch(path, events));
      session.watch(path, events, answer);
    }

    @Override
    public long id() {
      return session.id();
    }

    @Override
    public Duration timeout() {
      return session.timeout();
    }

    @Override
    public void close() {
      closed = true;
      session.close();
    }
  }

  private record Watch(String path, Consumer<WatchEvent> events) {}
}
