// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.util.concurrent.AsyncCallable;
import com.google.common.util.concurrent.ExecutionSequencer;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what is submitted under one key one after another, under different keys side by side.
 * An operation is over when its future is done. Thread-safe; a lane exists while it has work.
 */
final class Lanes<K> {
  private final ConcurrentHashMap<K, Lane> lanes = new ConcurrentHashMap<>();
  private final Executor executor;

  Lanes(Executor executor) {
    this.executor = executor;
  }

  <T> ListenableFuture<T> submit(K key, AsyncCallable<T> operation) {
    Lane lane = lanes.compute(key, (k, existing) -> {
      Lane used = existing == null ? new Lane() : existing;
      used.operations++;
      return used;
    });
    ListenableFuture<T> done = lane.sequencer.submitAsync(operation, executor);
    done.addListener(
        () -> lanes.compute(key, (k, used) -> leave(used)), MoreExecutors.directExecutor());
    return done;
  }

  /** How many lanes have work. */
  int size() {
    return lanes.size();
  }

  private static @Nullable Lane leave(@Nullable Lane lane) {
    if (lane == null) {
      throw new IllegalStateException("a lane was left that nobody entered");
    }
    lane.operations--;
    return lane.operations == 0 ? null : lane;
  }

  /** The count is guarded by the map's lock for the key. */
  private static final class Lane {
    private final ExecutionSequencer sequencer = ExecutionSequencer.create();
    private int operations;
  }
}
