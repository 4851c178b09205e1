// SPDX-License-Identifier: Apache-2.0
package io.heddle.runtime;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A loop on a daemon thread of its own. Thread-safe. */
public final class ThreadLoop implements Loop {
  private static final Logger log = LoggerFactory.getLogger(ThreadLoop.class);

  private final ScheduledThreadPoolExecutor executor;
  private final String name;
  private final Set<CountDownLatch> waiting = ConcurrentHashMap.newKeySet();
  private volatile @Nullable Thread thread;

  /** Starts the loop. The thread is made with the first task. */
  public ThreadLoop(String name) {
    this.name = name;
    this.executor = new ScheduledThreadPoolExecutor(1, task -> {
      Thread made = new Thread(task, name);
      made.setDaemon(true);
      thread = made;
      return made;
    });
    executor.setRemoveOnCancelPolicy(true);
    executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  @Override
  public void execute(Runnable task) {
    try {
      executor.execute(() -> guarded(task));
    } catch (RejectedExecutionException e) {
      log.debug("{} is closed; a late task is dropped", name);
    }
  }

  @Override
  public void executeAndWait(Runnable task) {
    if (Thread.currentThread() == thread) {
      execute(task);
      return;
    }
    CountDownLatch done = new CountDownLatch(1);
    waiting.add(done);
    try {
      execute(() -> {
        try {
          task.run();
        } finally {
          done.countDown();
        }
      });
      // Looked at after the registration, so that either this or close() ends the wait.
      if (!executor.isShutdown() && !done.await(WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("{} was busy for {}; what was to be done on it comes later", name, WAIT);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      waiting.remove(done);
    }
  }

  @Override
  public Timer schedule(Duration delay, Runnable task) {
    try {
      ScheduledFuture<?> future =
          executor.schedule(() -> guarded(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      return () -> future.cancel(false);
    } catch (RejectedExecutionException e) {
      log.debug("{} is closed; a late timer is dropped", name);
      return () -> {};
    }
  }

  /** The loop's one fault handler: a bug in one task must not end the loop. */
  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error e) {
      log.error("A task of {} failed; the loop goes on", name, e);
    }
  }

  @Override
  public long nanoTime() {
    return System.nanoTime();
  }

  @Override
  public long wallMillis() {
    return System.currentTimeMillis();
  }

  @Override
  public void close() {
    // Not shutdownNow: the loop may close itself, and must not interrupt the task that does so.
    executor.getQueue().clear();
    executor.shutdown();
    waiting.forEach(CountDownLatch::countDown);
  }
}
