// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.Names;
import io.heddle.model.PartitionId;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt while the user's code runs. Thread-safe: run on one thread, cancelled on another. */
final class RunningTask implements TaskCallbackContext {
  private static final Logger log = LoggerFactory.getLogger(RunningTask.class);

  private final JobContext job;
  private final InstanceId instance;
  private final int task;
  private final long token;
  private final int number;
  private final TaskFactory factory;
  private final BooleanSupplier lease;
  private volatile boolean cancelled;

  // Guarded by this.
  private @Nullable Task running;
  private @Nullable Thread thread;

  /**
   * An attempt that does not run yet.
   *
   * @param lease whether the lease under which it was started is still held
   */
  RunningTask(
      JobContext job,
      InstanceId instance,
      Attempt attempt,
      TaskFactory factory,
      BooleanSupplier lease) {
    this.job = job;
    this.instance = instance;
    this.task = attempt.task;
    this.token = attempt.token;
    this.number = attempt.number;
    this.factory = factory;
    this.lease = lease;
  }

  /** How it ended. */
  record Ended(AttemptEnd end, String info) {}

  /** Runs the user's code, if that may still begin; whatever it throws is how it ended. */
  Ended run() {
    if (!lease.getAsBoolean()) {
      // The process stood still until somebody else may have been given the task (rule R10).
      return new Ended(AttemptEnd.LOST, "");
    }
    try {
      Task mine = factory.create(this);
      if (!begin(mine)) {
        return new Ended(AttemptEnd.CANCELED, "");
      }
      return ended(mine.run());
    } catch (InterruptedException e) {
      return failed(e);
    } catch (Exception | Error e) {
      return failed(e);
    } finally {
      finish();
    }
  }

  private synchronized boolean begin(Task mine) {
    if (cancelled) {
      return false;
    }
    running = mine;
    thread = Thread.currentThread();
    return true;
  }

  /** After this no cancel interrupts the thread, which goes on to serve others. */
  private synchronized void finish() {
    running = null;
    thread = null;
    boolean unused = Thread.interrupted();
  }

  private Ended failed(Throwable e) {
    log.warn("Task {} of {} failed", task, job.key(), e);
    String message = e.getMessage() == null ? "" : ": " + e.getMessage();
    return new Ended(AttemptEnd.FAILED, Names.printable(e.getClass().getName() + message));
  }

  private static Ended ended(@Nullable TaskResult result) {
    if (result == null) {
      return new Ended(AttemptEnd.FAILED, "run() returned null");
    }
    AttemptEnd end = switch (result.status()) {
      case COMPLETED -> AttemptEnd.COMPLETED;
      case FAILED -> AttemptEnd.FAILED;
      case FATAL_FAILED -> AttemptEnd.FATAL_FAILED;
      case CANCELED -> AttemptEnd.CANCELED;
    };
    if (end != AttemptEnd.COMPLETED) {
      return new Ended(end, Names.printable(result.info()));
    }
    int bytes = TaskResult.bytes(result.info());
    return bytes <= TaskResult.MAX_BYTES
        ? new Ended(end, result.info())
        : new Ended(
            AttemptEnd.FATAL_FAILED,
            "its result has " + bytes + " bytes; at most " + TaskResult.MAX_BYTES
                + " are allowed: store it elsewhere and return its place");
  }

  /** Asks the user's code to return. */
  void cancel() {
    @Nullable Task asked;
    synchronized (this) {
      cancelled = true;
      asked = running;
    }
    if (asked == null) {
      return;
    }
    try {
      asked.cancel();
    } catch (RuntimeException | Error e) {
      log.warn("cancel() of task {} of {} failed", task, job.key(), e);
    }
    synchronized (this) {
      if (thread != null) {
        thread.interrupt();
      }
    }
  }

  @Override
  public String workflow() {
    return job.key().workflow().name();
  }

  @Override
  public String job() {
    return job.key().job();
  }

  @Override
  public int task() {
    return task;
  }

  @Override
  public String command() {
    return job.spec().command(task);
  }

  @Override
  public ImmutableSortedMap<String, String> config() {
    return job.spec().config(task);
  }

  @Override
  public int attempt() {
    return number;
  }

  @Override
  public long token() {
    return token;
  }

  @Override
  public InstanceId instance() {
    return instance;
  }

  @Override
  public Optional<PartitionId> partition() {
    return job.spec()
        .target()
        .map(target -> new PartitionId(target.resource(), target.partition(task)));
  }

  @Override
  public ImmutableList<String> parentResult(String parent) {
    @Nullable ImmutableList<String> results = job.parentResults().get(parent);
    if (results == null) {
      throw new IllegalArgumentException(parent + " is no parent of job "
          + job.key().entity() + "; parents are " + job.spec().parents());
    }
    return results;
  }

  @Override
  public boolean isCancelled() {
    return cancelled;
  }
}
