// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.embedded.OperationCounts;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** Counts the server's work in stretches. Confined to one thread. */
final class Counting {
  private static final Duration QUIET = Duration.ofMillis(200);
  private static final Duration QUIET_BOUND = Duration.ofSeconds(20);

  private final EmbeddedZooKeeper server;
  private final List<ServerCounts> stretches = new ArrayList<>();
  private @Nullable ServerCounts beginning;

  Counting(EmbeddedZooKeeper server) {
    this.server = server;
  }

  /** Begins a stretch. */
  void begin() throws IOException {
    beginning = ServerCounts.of(server);
  }

  /** Ends it. */
  void pause() throws IOException {
    if (beginning == null) {
      throw new IllegalStateException("a stretch ends that was not begun");
    }
    stretches.add(ServerCounts.of(server).since(beginning));
    beginning = null;
  }

  /** Adds what all stretches since the last time came to, per unit of work; nothing per nothing. */
  void tell(String per, long count, Figures figures) {
    if (count < 1) {
      stretches.clear();
      return;
    }
    figures.add("writes per " + per, "writes", sum(s -> s.operations().writes()) / count);
    figures.add("reads per " + per, "reads", sum(s -> s.operations().reads()) / count);
    figures.add("packets in per " + per, "packets", sum(ServerCounts::received) / count);
    figures.add("packets out per " + per, "packets", sum(ServerCounts::sent) / count);
    stretches.clear();
  }

  private double sum(ToLongFunction<ServerCounts> what) {
    return stretches.stream().mapToLong(what).sum();
  }

  /** Returns when nothing was read or written for a moment; after 20 s in any case. */
  void awaitQuiet() {
    long start = System.nanoTime();
    long since = start;
    OperationCounts last = server.operations();
    while (System.nanoTime() - since < QUIET.toNanos()
        && System.nanoTime() - start < QUIET_BOUND.toNanos()) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      OperationCounts now = server.operations();
      if (now.writes() != last.writes() || now.reads() != last.reads()) {
        last = now;
        since = System.nanoTime();
      }
    }
  }
}
