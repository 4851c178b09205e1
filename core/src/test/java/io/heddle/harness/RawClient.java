// SPDX-License-Identifier: Apache-2.0
package io.heddle.harness;

import com.google.common.collect.ImmutableList;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Credential;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/** One session, as a test that plays the other roles uses it. Thread-safe. */
public final class RawClient implements AutoCloseable {
  private final ThreadLoop loop = new ThreadLoop("raw-client");
  private final StoreSession session;

  /** Opens a session. */
  public RawClient(Store store, Credential... credentials) {
    this.session = store.open(
        new SessionOptions(Duration.ofSeconds(10), List.of(credentials)), loop, event -> {});
  }

  /** The answer to a commit. */
  public Commit tryCommit(Op... ops) {
    return ask((s, answer) -> s.commit(List.of(ops), answer));
  }

  /** Commits; fails the test if that is refused. */
  public Commit.Applied commit(Op... ops) {
    Commit commit = tryCommit(ops);
    if (commit instanceof Commit.Applied applied) {
      return applied;
    }
    throw new AssertionError("not applied: " + commit);
  }

  /** Creates a znode that outlives this client; returns its transaction. */
  public long create(String path, byte[] data) {
    return commit(new Op.Create(path, data, Op.CreateMode.PERSISTENT, List.of()))
        .zxid();
  }

  /** Creates a znode that goes with this client; returns its transaction. */
  public long createEphemeral(String path, byte[] data) {
    return commit(new Op.Create(path, data, Op.CreateMode.EPHEMERAL, List.of())).zxid();
  }

  /** Sets a znode's data whatever its version. */
  public void set(String path, byte[] data) {
    commit(new Op.Set(path, data, Op.ANY_VERSION));
  }

  /** Deletes a znode whatever its version. */
  public void delete(String path) {
    commit(new Op.Delete(path, Op.ANY_VERSION));
  }

  /** The answer to a read. */
  public Read tryRead(String path) {
    return ask((s, answer) -> s.read(path, answer));
  }

  /** A znode, if it is there. */
  public Optional<Node> read(String path) {
    return tryRead(path) instanceof Read.Found found ? Optional.of(found.node()) : Optional.empty();
  }

  /** The names of a znode's children; empty if it is not there. */
  public ImmutableList<String> children(String path) {
    Children children = ask((s, answer) -> s.children(path, answer));
    return children instanceof Children.Found found ? found.names() : ImmutableList.of();
  }

  private <T> T ask(BiConsumer<StoreSession, Consumer<T>> request) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    loop.execute(() -> request.accept(session, answer::complete));
    return Waiting.get(answer);
  }

  @Override
  public void close() {
    CompletableFuture<Boolean> closed = new CompletableFuture<>();
    loop.execute(() -> {
      session.close();
      closed.complete(true);
    });
    Waiting.get(closed);
    loop.close();
  }
}
