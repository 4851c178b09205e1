// SPDX-License-Identifier: Apache-2.0
package io.heddle.client;

import io.heddle.client.ClientException.Kind;
import io.heddle.runtime.Loop;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs calls on its loop, bounded in number and time. Thread-safe. */
public final class Client implements AutoCloseable {
  /** Most calls under way at a time. */
  public static final int MAX_CALLS = 1_000;

  private final String who;
  private final Loop loop;
  private final ClientSession session;
  private final Map<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean closed;

  /**
   * A client that is not connected yet.
   *
   * @param who names it in messages, such as {@code properties of cluster orders}
   * @param store where the cluster is kept; not owned
   * @param loop where calls run; owned
   * @param options how sessions are opened
   */
  public Client(String who, Store store, Loop loop, SessionOptions options) {
    this.who = who;
    this.loop = loop;
    this.session = new ClientSession(who, store, loop, options);
  }

  /** The loop. */
  public Loop loop() {
    return loop;
  }

  /** Keeps a session open from now on, and tells of it; to be called on the loop, once. */
  public void follow(SessionFollower follower) {
    session.follow(follower);
  }

  /**
   * Starts a call.
   *
   * @param entity what it concerns, for messages
   * @param within how long it may take
   * @param steps what it does, on the loop
   */
  public <T> CompletionStage<T> call(
      String entity, Duration within, Function<Call, CompletableFuture<T>> steps) {
    CompletableFuture<T> result = new CompletableFuture<>();
    if (underWay.size() >= MAX_CALLS) {
      result.completeExceptionally(new ClientException(
          Kind.UNAVAILABLE, entity, MAX_CALLS + " calls are under way; wait for some to end"));
      return result.minimalCompletionStage();
    }
    long number = numbers.incrementAndGet();
    underWay.put(number, result);
    CompletableFuture<T> unused = result.whenComplete((value, failure) -> underWay.remove(number));
    loop.execute(() -> start(entity, within, steps, result));
    // Checked after the registration, so that either this or close() ends the call.
    if (closed) {
      result.completeExceptionally(closedException());
    }
    return result.minimalCompletionStage();
  }

  private <T> void start(
      String entity,
      Duration within,
      Function<Call, CompletableFuture<T>> steps,
      CompletableFuture<T> result) {
    if (result.isDone()) {
      return;
    }
    Call call = new Call(entity, session, result::completeExceptionally);
    Loop.Timer timer = loop.schedule(within, () -> call.timeOut(within));
    CompletableFuture<T> unused = CompletableFuture.completedFuture(call)
        .thenCompose(steps)
        .whenComplete((value, failure) -> {
          timer.cancel();
          call.done();
          if (failure == null) {
            result.complete(value);
          } else {
            result.completeExceptionally(cause(failure));
          }
        });
  }

  private static Throwable cause(Throwable failure) {
    @Nullable Throwable cause = failure.getCause();
    return failure instanceof CompletionException && cause != null ? cause : failure;
  }

  private ClientException closedException() {
    return new ClientException(Kind.UNAVAILABLE, who, "this client is closed; open another");
  }

  /** Ends the session and the loop. Calls that are under way fail. */
  @Override
  public void close() {
    closed = true;
    loop.execute(() -> {
      session.close();
      loop.close();
    });
    underWay.values().forEach(result -> result.completeExceptionally(closedException()));
  }
}
