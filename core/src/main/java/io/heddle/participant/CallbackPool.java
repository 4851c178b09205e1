// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that callbacks run on. Its queue is bounded by the number of replicas, since each has
 * at most one callback; as a rule it is empty, since no more are handed over than there are
 * threads. Thread-safe.
 */
final class CallbackPool implements Executor, AutoCloseable {
  private final ThreadPoolExecutor executor;

  CallbackPool(String prefix, int threads) {
    AtomicInteger count = new AtomicInteger();
    executor = new ThreadPoolExecutor(
        threads, threads, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, prefix + count.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
    executor.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable task) {
    executor.execute(task);
  }

  /** Ends the threads when what they do is done. */
  @Override
  public void close() {
    executor.shutdown();
  }
}
