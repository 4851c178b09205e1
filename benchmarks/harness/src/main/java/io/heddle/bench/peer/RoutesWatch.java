// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Takes the time at which routes show something. Thread-safe. */
final class RoutesWatch {
  private final ReplicaCluster cluster;
  private final List<Condition> conditions = new CopyOnWriteArrayList<>();

  RoutesWatch(ReplicaCluster cluster) {
    this.cluster = cluster;
    cluster.listen(routes -> conditions.forEach(condition -> condition.look(routes)));
  }

  /** Something that routes will show. */
  final class Condition {
    private final String what;
    private final Predicate<Routes> predicate;
    private final CompletableFuture<Long> nanos = new CompletableFuture<>();

    private Condition(String what, Predicate<Routes> predicate) {
      this.what = what;
      this.predicate = predicate;
    }

    private void look(Routes routes) {
      if (!nanos.isDone() && predicate.test(routes)) {
        nanos.complete(System.nanoTime());
      }
    }

    /**
     * When they showed it first, by {@link System#nanoTime}; waits for it.
     *
     * @throws IllegalStateException if they don't within the bound
     */
    long await(Duration bound) throws InterruptedException, ExecutionException {
      try {
        return nanos.get(bound.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new IllegalStateException("routing shows no " + what + " within " + bound, e);
      } finally {
        conditions.remove(this);
      }
    }
  }

  /** Begins to look; routes that show it already count as now. */
  Condition when(String what, Predicate<Routes> predicate) {
    Condition condition = new Condition(what, predicate);
    conditions.add(condition);
    condition.look(cluster.routes());
    return condition;
  }
}
