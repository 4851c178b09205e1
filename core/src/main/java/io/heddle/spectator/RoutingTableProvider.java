// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.LiveInstance;
import io.heddle.model.PartitionId;
import io.heddle.model.ResourceId;
import io.heddle.runtime.Loop;
import io.heddle.runtime.LoopFactory;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Credential;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The spectator: always has a table of who serves what. Thread-safe.
 *
 * <p>Routes come from live reports, so they are right, and a dead instance is out of them, while no
 * controller runs. While cut off from the store it keeps the last table, marked stale. Look-ups
 * read one volatile reference to an immutable table; take {@link #table} once where several
 * look-ups belong together.
 */
public final class RoutingTableProvider implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RoutingTableProvider.class);

  private final String cluster;
  private final Loop loop;
  private final Duration startTimeout;
  private final ReportFollower follower;
  private final CompletableFuture<RoutingTable> first = new CompletableFuture<>();
  private final List<RoutingListener> listeners = new CopyOnWriteArrayList<>();
  private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private volatile RoutingTable table = RoutingTable.NOTHING_YET;

  private record Subscription(ResourceId resource, ResourceListener listener) {}

  private RoutingTableProvider(Builder builder) {
    this.cluster = builder.paths.cluster();
    this.loop = builder.loops.newLoop("heddle-" + cluster + "-spectator");
    this.startTimeout = builder.startTimeout;
    this.follower = new ReportFollower(
        builder.paths,
        builder.store,
        loop,
        new SessionOptions(builder.sessionTimeout, builder.credentials),
        builder.catchUpPeriod,
        new ReportFollower.Owner() {
          @Override
          public void current(RoutingInputs inputs) {
            publish(inputs.build(table));
          }

          @Override
          public void cutOff() {
            if (!table.isStale()) {
              publish(new RoutingInputs.Update(table.withStale(true), ImmutableSortedSet.of()));
            }
          }

          @Override
          public void failed(String why) {
            boolean unused = first.completeExceptionally(new SpectatorException(why));
          }
        });
  }

  /**
   * Starts a provider.
   *
   * @param store where the cluster is kept; not owned
   * @param loops makes the provider's loop, which it owns
   * @param cluster the cluster's name
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Builder builder(Store store, LoopFactory loops, String cluster) {
    return new Builder(store, loops, new ClusterPaths(cluster));
  }

  /**
   * Connects, and follows the cluster until {@link #close}. To be called once.
   *
   * @return completes with the first table, on the provider's loop: do not block there. Fails with
   *     a {@link SpectatorException} if there is none within the start timeout; the provider goes
   *     on trying
   */
  public CompletionStage<RoutingTable> start() {
    loop.execute(() -> {
      Loop.Timer unused = loop.schedule(startTimeout, this::notInTime);
      follower.start();
    });
    return first.minimalCompletionStage();
  }

  private void notInTime() {
    boolean unused = first.completeExceptionally(new SpectatorException("cluster " + cluster
        + ": no routing table within " + startTimeout
        + "; see whether the store can be reached"));
  }

  /** The table in force; empty and stale before the first. */
  public RoutingTable table() {
    return table;
  }

  /** The table in force, with its age. */
  public RoutingSnapshot snapshot() {
    return table.at(loop.nanoTime());
  }

  /**
   * The replicas of a partition in a state, by instance, in the table in force: {@code "MASTER"}
   * for writes.
   */
  public ImmutableList<Route> getInstances(PartitionId partition, String state) {
    return table.getInstances(partition, state);
  }

  /** All serving replicas of a partition in the table in force: for reads. */
  public ImmutableList<Route> getInstances(PartitionId partition) {
    return table.getInstances(partition);
  }

  /** As {@link RoutingTable#getInstances(String, int, String)} of the table in force. */
  public ImmutableList<Route> getInstances(String resource, int partition, String state) {
    return table.getInstances(resource, partition, state);
  }

  /** As {@link RoutingTable#getInstances(String, int)} of the table in force. */
  public ImmutableList<Route> getInstances(String resource, int partition) {
    return table.getInstances(resource, partition);
  }

  /** As {@link RoutingTable#getTopInstance(String, int)} of the table in force. */
  public Optional<Route> getTopInstance(String resource, int partition) {
    return table.getTopInstance(resource, partition);
  }

  /** As {@link RoutingTable#instances(String, String)} of the table in force. */
  public ImmutableList<LiveInstance> instances(String resource, String state) {
    return table.instances(resource, state);
  }

  /** Adds a listener, told of each table from now on; add it before the start to miss none. */
  public void addListener(RoutingListener listener) {
    listeners.add(listener);
  }

  /** Takes a listener back. */
  public void removeListener(RoutingListener listener) {
    listeners.remove(listener);
  }

  /**
   * Adds a listener for one resource. It is told of the routes in force at once, unless there is no
   * table yet, and of each change from then on.
   *
   * @param resource need not exist (yet)
   */
  public void addListener(ResourceId resource, ResourceListener listener) {
    loop.execute(() -> {
      Subscription subscription = new Subscription(resource, listener);
      subscriptions.add(subscription);
      if (table.version() > 0) {
        tell(subscription);
      }
    });
  }

  /** Takes a resource's listener back; what is being told meanwhile may still reach it. */
  public void removeListener(ResourceId resource, ResourceListener listener) {
    loop.execute(() -> subscriptions.remove(new Subscription(resource, listener)));
  }

  private void publish(RoutingInputs.Update update) {
    boolean same = update.table() == table;
    if (!same) {
      table = update.table().succeeding(table, loop.nanoTime());
    }
    RoutingTable now = table;
    boolean unused = first.complete(now);
    if (!same) {
      listeners.forEach(
          listener -> guarded(listener, () -> listener.changed(now, update.changed())));
      subscriptions.stream()
          .filter(subscription -> update.changed().contains(subscription.resource()))
          .forEach(this::tell);
    }
  }

  private void tell(Subscription subscription) {
    RoutingTable now = table;
    guarded(
        subscription,
        () -> subscription.listener().changed(now.resource(subscription.resource()), now));
  }

  private void guarded(Object listener, Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      // The user's code: it must harm neither the other listeners nor the provider.
      log.error(
          "Cluster {}: routing listener {} failed on table {}",
          cluster,
          listener,
          table.version(),
          e);
    }
  }

  /**
   * Ends the session. The last table stays, marked stale; listeners are told no more. Waits for
   * that, at most 5 s ({@link Loop#WAIT}), unless it is called on its own thread.
   */
  @Override
  public void close() {
    loop.executeAndWait(() -> {
      follower.close();
      listeners.clear();
      subscriptions.clear();
      if (!table.isStale()) {
        table = table.withStale(true).succeeding(table, loop.nanoTime());
      }
      boolean unused = first.completeExceptionally(
          new SpectatorException("cluster " + cluster + ": the provider is closed"));
      loop.close();
    });
  }

  /** Collects what a provider needs. */
  public static final class Builder {
    private final Store store;
    private final LoopFactory loops;
    private final ClusterPaths paths;
    private List<Credential> credentials = List.of();
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private Duration startTimeout = Duration.ofSeconds(30);
    private Duration catchUpPeriod = Duration.ofSeconds(60);

    private Builder(Store store, LoopFactory loops, ClusterPaths paths) {
      this.store = store;
      this.loops = loops;
      this.paths = paths;
    }

    /** Proves that this process is a spectator; none unless set. */
    public Builder credential(Credential own) {
      this.credentials = List.of(own);
      return this;
    }

    /** Sets the session timeout to ask for; 30 s unless set. */
    public Builder sessionTimeout(Duration timeout) {
      this.sessionTimeout = positive("the session timeout", timeout);
      return this;
    }

    /** Sets how long the first table may take; 30 s unless set. */
    public Builder startTimeout(Duration timeout) {
      this.startTimeout = positive("the start timeout", timeout);
      return this;
    }

    /** Sets how often everything is compared again; 60 s unless set. */
    public Builder catchUpPeriod(Duration period) {
      this.catchUpPeriod = positive("the catch-up period", period);
      return this;
    }

    private static Duration positive(String what, Duration duration) {
      if (duration.isZero() || duration.isNegative()) {
        throw new IllegalArgumentException(what + " must be above zero, not " + duration);
      }
      return duration;
    }

    /** The provider, not started. */
    public RoutingTableProvider build() {
      return new RoutingTableProvider(this);
    }
  }
}
