// SPDX-License-Identifier: Apache-2.0
package io.heddle.client;

import com.google.common.collect.ImmutableList;
import io.heddle.client.ClientException.Kind;
import io.heddle.schema.Codec;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Children;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One call, under way: what its steps may ask of the store. Confined to the loop, where all its
 * stages complete; once the call has ended its steps go no further.
 *
 * <p>Reads are asked again until they are answered. Writes are sent once: whoever sends one handles
 * {@link Commit.Unknown} by reading back (rule R4).
 */
public final class Call {
  /** How often a call starts anew because others changed what it read. */
  public static final int ATTEMPTS = 10;

  private final String entity;
  private final ClientSession session;
  private final Consumer<ClientException> failure;
  private String state = "nothing was written";
  private boolean done;

  Call(String entity, ClientSession session, Consumer<ClientException> failure) {
    this.entity = entity;
    this.session = session;
    this.failure = failure;
  }

  /** Whether it has ended. */
  public boolean isDone() {
    return done;
  }

  /** The call has ended. */
  void done() {
    done = true;
  }

  /** Ends the call. */
  void fail(ClientException e) {
    done = true;
    failure.accept(e);
  }

  /** Ends the call because its time is up. */
  void timeOut(Duration bound) {
    if (!done) {
      fail(
          new ClientException(Kind.UNAVAILABLE, entity, "not done within " + bound + "; " + state));
    }
  }

  /** What is to be told if the time is up. */
  public void state(String now) {
    this.state = now;
  }

  /** Makes sure that what is read next is at least as new as all that was written before. */
  public CompletableFuture<Boolean> sync() {
    CompletableFuture<Boolean> answer = new CompletableFuture<>();
    sync(answer);
    return answer;
  }

  private void sync(CompletableFuture<Boolean> answer) {
    session.whenConnected(
        this,
        s -> s.sync(ok -> {
          if (ok) {
            settle(answer, () -> ok);
          } else {
            session.later(this, ClientSession.RETRY_PAUSE, () -> sync(answer));
          }
        }));
  }

  /** The znode, if it is there, after a write whose outcome is not known. */
  public CompletableFuture<Optional<Node>> readBack(String path) {
    return sync().thenCompose(synced -> read(path));
  }

  /** The znode, if it is there. */
  public CompletableFuture<Optional<Node>> read(String path) {
    CompletableFuture<Optional<Node>> answer = new CompletableFuture<>();
    read(path, answer);
    return answer;
  }

  private void read(String path, CompletableFuture<Optional<Node>> answer) {
    session.whenConnected(
        this,
        s -> s.read(path, read -> {
          if (read instanceof Read.Unavailable) {
            session.later(this, ClientSession.RETRY_PAUSE, () -> read(path, answer));
          } else {
            settle(answer, () -> found(read));
          }
        }));
  }

  /** Those of the znodes that are there, in order. */
  public CompletableFuture<ImmutableList<Node>> readAll(List<String> paths) {
    CompletableFuture<ImmutableList<Node>> answer = new CompletableFuture<>();
    readAll(paths, answer);
    return answer;
  }

  private void readAll(List<String> paths, CompletableFuture<ImmutableList<Node>> answer) {
    if (paths.isEmpty()) {
      answer.complete(ImmutableList.of());
      return;
    }
    session.whenConnected(
        this,
        s -> s.readAll(paths, reads -> {
          if (reads.stream().anyMatch(read -> read instanceof Read.Unavailable)) {
            session.later(this, ClientSession.RETRY_PAUSE, () -> readAll(paths, answer));
          } else {
            settle(
                answer,
                () -> reads.stream()
                    .flatMap(read -> found(read).stream())
                    .collect(ImmutableList.toImmutableList()));
          }
        }));
  }

  private static Optional<Node> found(Read read) {
    if (read instanceof Read.Denied) {
      throw denied(read.path(), "read");
    }
    return read instanceof Read.Found found ? Optional.of(found.node()) : Optional.empty();
  }

  /** The paths of a znode's children; nothing if it is not there. */
  public CompletableFuture<Optional<ImmutableList<String>>> children(String path) {
    CompletableFuture<Optional<ImmutableList<String>>> answer = new CompletableFuture<>();
    children(path, answer);
    return answer;
  }

  private void children(String path, CompletableFuture<Optional<ImmutableList<String>>> answer) {
    session.whenConnected(
        this,
        s -> s.children(path, children -> {
          if (children instanceof Children.Unavailable) {
            session.later(this, ClientSession.RETRY_PAUSE, () -> children(path, answer));
          } else {
            settle(answer, () -> found(path, children));
          }
        }));
  }

  private static Optional<ImmutableList<String>> found(String path, Children children) {
    if (children instanceof Children.Denied) {
      throw denied(path, "list");
    }
    return children instanceof Children.Found found
        ? Optional.of(found.names().stream()
            .map(name -> path + "/" + name)
            .collect(ImmutableList.toImmutableList()))
        : Optional.empty();
  }

  /** Sends a write, once. Refused for want of rights, it fails. */
  public CompletableFuture<Commit> commit(List<Op> ops) {
    CompletableFuture<Commit> answer = new CompletableFuture<>();
    session.whenConnected(this, s -> {
      try {
        s.commit(ops, commit -> settle(answer, () -> checked(commit)));
        state = "a write was sent whose outcome is not known: read before you try again";
      } catch (IllegalArgumentException e) {
        answer.completeExceptionally(
            new ClientException(Kind.INVALID, entity, "too large: " + e.getMessage(), e));
      }
    });
    return answer;
  }

  private Commit checked(Commit commit) {
    if (commit instanceof Commit.Refused refused) {
      state = "others changed it at the same time; nothing was written";
      if (refused.why() == Commit.Why.NO_AUTH) {
        throw denied(refused.path(), "change");
      }
    }
    return commit;
  }

  private static ClientException denied(String path, String action) {
    return new ClientException(
        Kind.DENIED,
        path,
        "this identity may not " + action + " it; see who may in docs/store-layout.md");
  }

  private <T> void settle(CompletableFuture<T> answer, Supplier<T> value) {
    if (done) {
      return;
    }
    try {
      answer.complete(value.get());
    } catch (ClientException e) {
      answer.completeExceptionally(e);
    }
  }

  /** Completes after a pause. */
  public CompletableFuture<Void> pause(Duration pause) {
    CompletableFuture<Void> over = new CompletableFuture<>();
    session.later(this, pause, () -> over.complete(null));
    return over;
  }

  /**
   * Runs an attempt until it has a result: again when others got in between, {@link #ATTEMPTS}
   * times in all.
   *
   * @param attempt gives nothing if it is to be run again
   */
  public <T> CompletableFuture<T> repeat(Supplier<CompletableFuture<Optional<T>>> attempt) {
    return repeat(ATTEMPTS, attempt);
  }

  private <T> CompletableFuture<T> repeat(
      int left, Supplier<CompletableFuture<Optional<T>>> attempt) {
    if (left == 0) {
      return CompletableFuture.failedFuture(new ClientException(
          Kind.CONFLICT,
          entity,
          "others changed it each time, " + ATTEMPTS + " times in a row; try again later"));
    }
    // What a call decides on is current, also after a write whose outcome was not known.
    return sync()
        .thenCompose(synced -> attempt.get())
        .thenCompose(result -> result
            .map(CompletableFuture::completedFuture)
            .orElseGet(() -> repeat(left - 1, attempt)));
  }

  /** The document in a znode. */
  public static <T> T decode(Node node, Codec<T> codec) {
    try {
      return codec.decode(node.data());
    } catch (UnreadableException e) {
      throw new ClientException(
          Kind.INVALID,
          node.path(),
          "cannot be read: " + e.getMessage() + "; repair or delete it by hand",
          e);
    }
  }
}
