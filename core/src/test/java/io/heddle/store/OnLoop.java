// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for what happens on a loop that has a thread of its own. */
public final class OnLoop {
  /** Far above what anything here takes. */
  private static final Duration DEADLINE = Duration.ofSeconds(20);

  private static final long POLL_MILLIS = 2;

  private OnLoop() {}

  /** Calls {@code task} on the loop, and returns what it returns or throws what it throws. */
  public static <T> T call(Loop loop, Supplier<T> task) {
    try {
      return CompletableFuture.supplyAsync(task, loop)
          .orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
          .join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      } else if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** Runs {@code task} on the loop, and returns when it has run; throws what it throws. */
  public static void run(Loop loop, Runnable task) {
    call(loop, () -> {
      task.run();
      return true;
    });
  }

  /** Returns as soon as {@code condition}, evaluated on the loop, holds. */
  public static void await(Loop loop, String what, BooleanSupplier condition) {
    CompletableFuture<Void> held = new CompletableFuture<>();
    loop.execute(() -> poll(loop, condition, held));
    try {
      held.orTimeout(DEADLINE.toMillis(), TimeUnit.MILLISECONDS).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw new AssertionError("not within " + DEADLINE + ": " + what, e);
      }
      throw e;
    }
  }

  private static void poll(Loop loop, BooleanSupplier condition, CompletableFuture<Void> held) {
    if (held.isDone()) {
      return;
    }
    try {
      if (condition.getAsBoolean()) {
        held.complete(null);
        return;
      }
    } catch (RuntimeException | Error e) {
      held.completeExceptionally(e);
      return;
    }
    loop.schedule(Duration.ofMillis(POLL_MILLIS), () -> poll(loop, condition, held));
  }
}
