// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.spectator.RoutingTableProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Writes documents to one partition, one after the other, each under a key of its own. A thread of
 * its own; the figures may be read from any.
 */
final class Writer implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(40);
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final int partition;
  private final int partitions;
  private final DocumentClient client;
  private final Map<String, byte[]> acknowledged;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong acceptedAfterMark = new AtomicLong();
  private final Thread thread;
  private volatile long lastToken;
  private volatile long markedAt;
  private volatile long lostToken;
  private volatile boolean marked;
  private volatile @Nullable String failure;

  /**
   * A writer that begins at once.
   *
   * @param acknowledged where what was acknowledged is noted; may be changed from any thread
   */
  Writer(
      int partition,
      int partitions,
      RoutingTableProvider routing,
      Map<String, byte[]> acknowledged) {
    this.partition = partition;
    this.partitions = partitions;
    this.client = new DocumentClient(routing, "DB", BOUND);
    this.acknowledged = acknowledged;
    this.thread = new Thread(this::run, "demo-writer-" + partition);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      long number = 0;
      while (!closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        String key;
        do {
          key = "live-" + partition + "-" + number++;
        } while (DocumentClient.partition(key, partitions) != partition);
        long begun = System.nanoTime();
        byte[] content = ("Live document " + key + ", written while the cluster changed.")
            .getBytes(StandardCharsets.UTF_8);
        lastToken = client.put(key, content);
        acknowledged.put(key, content);
        if (marked && begun - markedAt >= 0 && lastToken > lostToken) {
          acceptedAfterMark.compareAndSet(0, System.nanoTime());
        }
      }
    } catch (IOException e) {
      failure = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * From now on, the first write is noted that is begun after a time and accepted under a token
   * above that of a MASTER which is lost.
   *
   * @param lost its token; 0 if this partition's MASTER is not lost
   */
  void mark(long nanos, long lost) {
    acceptedAfterMark.set(0);
    markedAt = nanos;
    lostToken = lost;
    marked = true;
  }

  /** When the first write after the mark was accepted, if one was. */
  OptionalLong acceptedAfterMark() {
    long at = acceptedAfterMark.get();
    return at == 0 ? OptionalLong.empty() : OptionalLong.of(at);
  }

  int partition() {
    return partition;
  }

  /** Why it gave up, if it has. */
  java.util.Optional<String> failure() {
    return java.util.Optional.ofNullable(failure);
  }

  /** Ends after the write that is under way, or without it if that takes too long. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(GRACE.toMillis());
      // A write that finds no MASTER would be tried for long; nobody waits for it any more.
      thread.interrupt();
      thread.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
