// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** A submitted workflow. Thread-safe. */
public final class WorkflowHandle {
  private final DriverCalls calls;
  private final WorkflowKey key;

  WorkflowHandle(DriverCalls calls, WorkflowKey key) {
    this.calls = calls;
    this.key = key;
  }

  /** Its name. */
  public String name() {
    return key.name();
  }

  /** How far it is now. */
  public CompletionStage<WorkflowStatus> status() {
    return calls.status(key);
  }

  /**
   * Its end, however long that takes.
   *
   * @return completed with its last status: COMPLETED, FAILED or ABORTED; failed with a
   *     {@link TaskException} if it is deleted before, or the driver is closed
   */
  public CompletionStage<WorkflowStatus> completion() {
    return completion(status -> {});
  }

  /**
   * As {@link #completion()}, telling how far it is meanwhile.
   *
   * @param progress told of changes, on the driver's thread; changes in quick succession are told
   *     as one
   */
  public CompletionStage<WorkflowStatus> completion(Consumer<WorkflowStatus> progress) {
    return calls.completion(key, progress);
  }

  /**
   * Waits for its end.
   *
   * @param bound how long at most
   * @throws TimeoutException if it has not ended by then
   */
  public WorkflowStatus await(Duration bound) throws InterruptedException, TimeoutException {
    CompletableFuture<WorkflowStatus> end = completion().toCompletableFuture();
    try {
      return end.get(bound.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      end.cancel(false);
      TimeoutException named =
          new TimeoutException("workflow " + key.name() + " has not ended within " + bound);
      named.initCause(e);
      throw named;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof TaskException cause) {
        throw cause;
      }
      throw new IllegalStateException("waiting for workflow " + key.name() + " failed", e);
    }
  }

  /**
   * The results of a job's tasks, by the number of the task; empty strings for tasks without a
   * result.
   */
  public CompletionStage<ImmutableList<String>> results(String job) {
    return calls.results(key, job);
  }

  /**
   * Stops it: what has not started never does, what runs is cancelled. Its record stays.
   *
   * @return completed when that is ordered; {@link #completion()} tells when it has ended
   */
  public CompletionStage<Void> cancel() {
    return calls.target(key, WorkflowDocument.Target.CANCEL);
  }

  /**
   * Stops it if it runs, and forgets it.
   *
   * @return completed when that is ordered
   */
  public CompletionStage<Void> delete() {
    return calls.target(key, WorkflowDocument.Target.DELETE);
  }

  /** {@code name@uid}. */
  @Override
  public String toString() {
    return key.toString();
  }
}
