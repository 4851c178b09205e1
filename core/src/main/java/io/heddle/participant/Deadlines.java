// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.runtime.Loop;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Watches the time of the callbacks that run. Confined to its loop. */
final class Deadlines {
  private final Loop loop;
  private final BiConsumer<ReplicaKey, Duration> over;
  private final TreeMap<ReplicaKey, Watch> watches = new TreeMap<>();

  /** One callback that runs. */
  private static final class Watch {
    private final long startNanos;
    private Loop.Timer timer = () -> {};

    Watch(long startNanos) {
      this.startNanos = startNanos;
    }
  }

  /**
   * Watches nothing yet.
   *
   * @param over told which callback has run for how long
   */
  Deadlines(Loop loop, BiConsumer<ReplicaKey, Duration> over) {
    this.loop = loop;
    this.over = over;
  }

  /** A callback starts, without a limit. */
  void started(ReplicaKey key) {
    watches.put(key, new Watch(loop.nanoTime()));
  }

  /** A callback that runs has a limit from now on, or none. */
  void limited(ReplicaKey key, Optional<Duration> timeout) {
    @Nullable Watch watch = watches.get(key);
    if (watch == null) {
      return;
    }
    watch.timer.cancel();
    timeout.ifPresent(limit -> {
      Duration left = limit.minusNanos(loop.nanoTime() - watch.startNanos);
      watch.timer = loop.schedule(left.isNegative() ? Duration.ZERO : left, () -> {
        if (watches.get(key) == watch) {
          over.accept(key, limit);
        }
      });
    });
  }

  /** A callback has returned. */
  void returned(ReplicaKey key) {
    @Nullable Watch watch = watches.remove(key);
    if (watch != null) {
      watch.timer.cancel();
    }
  }
}
