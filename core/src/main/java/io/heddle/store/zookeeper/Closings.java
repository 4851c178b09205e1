// SPDX-License-Identifier: Apache-2.0
package io.heddle.store.zookeeper;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes handles away from loops, for closing one waits for the server's answer. Each takes a
 * thread for a moment, or for as long as the client takes to see that its connection is gone, which
 * is at most the session timeout. Thread-safe.
 */
final class Closings {
  private static final Logger log = LoggerFactory.getLogger(Closings.class);

  private final Set<Thread> running = ConcurrentHashMap.newKeySet();

  void close(Handle handle) {
    Thread thread = new Thread(() -> closeNow(handle), "heddle-zookeeper-close");
    thread.setDaemon(true);
    running.add(thread);
    thread.start();
  }

  private void closeNow(Handle handle) {
    try {
      handle.close();
    } finally {
      running.remove(Thread.currentThread());
    }
  }

  /** Waits until all is closed that was to be closed before this call, or the bound is reached. */
  void await(Duration bound) {
    long deadline = System.nanoTime() + bound.toNanos();
    try {
      for (Thread thread : running) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (left > 0) {
          thread.join(left);
        }
        if (thread.isAlive()) {
          log.warn("A session could not be ended within {}; it will expire", bound);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
