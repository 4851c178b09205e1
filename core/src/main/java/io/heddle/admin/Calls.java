// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import io.heddle.admin.AdminException.Kind;
import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs calls on the loop, bounded in number and time. Thread-safe. */
final class Calls {
  /** Most calls under way at a time. */
  static final int MAX_CALLS = 1_000;

  private final String cluster;
  private final Loop loop;
  private final AdminSession session;
  private final Map<Long, CompletableFuture<?>> underWay = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean closed;

  /** Takes over the loop and the session. */
  Calls(String cluster, Loop loop, AdminSession session) {
    this.cluster = cluster;
    this.loop = loop;
    this.session = session;
  }

  /**
   * Starts a call.
   *
   * @param within how long it may take
   * @param steps what it does, on the loop
   */
  <T> CompletionStage<T> run(
      String entity, Duration within, Function<Call, CompletableFuture<T>> steps) {
    CompletableFuture<T> result = new CompletableFuture<>();
    if (underWay.size() >= MAX_CALLS) {
      result.completeExceptionally(new AdminException(
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

  private AdminException closedException() {
    return new AdminException(
        Kind.UNAVAILABLE, "cluster " + cluster, "this client is closed; open another");
  }

  /** Ends the session and the loop. Calls that are under way fail. */
  void close() {
    closed = true;
    loop.executeAndWait(() -> {
      session.close();
      loop.close();
    });
    underWay.values().forEach(result -> result.completeExceptionally(closedException()));
  }
}
