// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import io.heddle.model.Cluster;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.rebalance.Rebalancer;
import io.heddle.rebalance.RebalancerConfig;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A user's rebalancer on a thread of its own, so that one that is slow, or never returns, holds up
 * a pass for a bounded time and only once: while a call is late, others fail at once. What it
 * answers too late is dropped, since it was asked of a state that has passed.
 *
 * <p>Called on the controller's loop only.
 */
final class BoundedRebalancer implements Rebalancer, AutoCloseable {
  private final String name;
  private final Rebalancer rebalancer;
  private final Duration bound;
  private final ExecutorService thread;
  private @Nullable Future<ResourceAssignment> late;

  BoundedRebalancer(String cluster, String name, Rebalancer rebalancer, Duration bound) {
    this.name = name;
    this.rebalancer = rebalancer;
    this.bound = bound;
    this.thread = Executors.newSingleThreadExecutor(task -> {
      Thread made = new Thread(task, "heddle-" + cluster + "-rebalancer-" + name);
      made.setDaemon(true);
      return made;
    });
  }

  @Override
  public ResourceAssignment computeResourceMapping(
      RebalancerConfig config,
      ResourceAssignment previous,
      Cluster cluster,
      ResourceCurrentState current) {
    if (late != null && !late.isDone()) {
      throw new IllegalStateException(
          "rebalancer " + name + " still works on an earlier question, beyond " + bound);
    }
    late = null;
    Future<ResourceAssignment> answer =
        thread.submit(() -> rebalancer.computeResourceMapping(config, previous, cluster, current));
    try {
      return answer.get(bound.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      late = answer;
      throw new IllegalStateException("rebalancer " + name + " has not answered in " + bound, e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("rebalancer " + name + " threw " + e.getCause(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      late = answer;
      throw new IllegalStateException("interrupted while rebalancer " + name + " worked", e);
    }
  }

  /** Interrupts a call that is under way, and asks no more. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
