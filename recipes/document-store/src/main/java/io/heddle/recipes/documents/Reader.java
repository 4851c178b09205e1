// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.spectator.RoutingTableProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads the acknowledged documents of one partition, over and over, and compares their content. A
 * thread of its own; the figures may be read from any.
 */
final class Reader implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(40);
  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final int partition;
  private final int partitions;
  private final DocumentClient client;
  private final Map<String, byte[]> acknowledged;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final AtomicLong reads = new AtomicLong();
  private final Thread thread;
  private volatile @Nullable String failure;

  /**
   * A reader that begins at once.
   *
   * @param acknowledged what can be read; may be changed by any thread meanwhile
   */
  Reader(
      int partition,
      int partitions,
      RoutingTableProvider routing,
      Map<String, byte[]> acknowledged) {
    this.partition = partition;
    this.partitions = partitions;
    this.client = new DocumentClient(routing, "DB", BOUND);
    this.acknowledged = acknowledged;
    this.thread = new Thread(this::run, "demo-reader-" + partition);
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    try {
      while (!isClosed() && failure == null) {
        for (Map.Entry<String, byte[]> document : acknowledged.entrySet()) {
          if (DocumentClient.partition(document.getKey(), partitions) == partition
              && (isClosed() || !read(document.getKey(), document.getValue()))) {
            break;
          }
        }
      }
    } catch (IOException e) {
      failure = String.valueOf(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosed() throws InterruptedException {
    return closed.await(PAUSE.toMillis(), TimeUnit.MILLISECONDS);
  }

  private boolean read(String key, byte[] content) throws IOException, InterruptedException {
    Optional<byte[]> found = client.get(key);
    if (found.filter(read -> Arrays.equals(read, content)).isEmpty()) {
      failure = "document " + key + (found.isEmpty() ? " is missing" : " has other content");
      return false;
    }
    reads.incrementAndGet();
    return true;
  }

  /** How many documents were found with their content. */
  long reads() {
    return reads.get();
  }

  int partition() {
    return partition;
  }

  /** Why it gave up, if it has. */
  Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Ends after the read that is under way, or without it if that takes too long. */
  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(GRACE.toMillis());
      // A read that finds no MASTER would be tried for long; nobody waits for it any more.
      thread.interrupt();
      thread.join(GRACE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
