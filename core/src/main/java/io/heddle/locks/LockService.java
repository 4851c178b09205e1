// SPDX-License-Identifier: Apache-2.0
package io.heddle.locks;

import io.heddle.locks.LockException.Kind;
import io.heddle.model.Names;
import io.heddle.runtime.Loop;
import io.heddle.runtime.LoopFactory;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Credential;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Takes locks for this process, with fencing tokens, and elects leaders. Thread-safe.
 *
 * <p>All locks of a service live by one session. When it is cut off for two thirds of its timeout
 * they end by themselves; the service then goes on in the same or another session. Waiting is not
 * in order: of those who wait any one may be next.
 */
public final class LockService implements AutoCloseable {
  /** Most locks that one service holds or waits for. */
  public static final int MAX_LOCKS = 1_000;

  /** The longest that one may wait for a lock. */
  public static final Duration MAX_WAIT = Duration.ofDays(1);

  private final String cluster;
  private final Loop loop;
  private final Contention contention;
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean closed;

  private LockService(Builder builder) {
    this.cluster = builder.paths.cluster();
    this.loop = builder.loops.newLoop("heddle-" + cluster + "-locks");
    this.contention = new Contention(
        builder.paths,
        builder.access == null ? AccessControl.open() : builder.access,
        builder.store,
        loop,
        new SessionOptions(builder.sessionTimeout, builder.credentials),
        builder.owner);
  }

  /**
   * Starts to describe a service.
   *
   * @param store where the cluster is kept; not owned
   * @param loops makes the loop, which it owns
   * @param cluster the cluster's name
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Builder builder(Store store, LoopFactory loops, String cluster) {
    return new Builder(store, loops, new ClusterPaths(cluster));
  }

  /**
   * Takes a lock. It excludes everybody, this process too.
   *
   * @param name which
   * @param within how long to wait for it, above zero, at most {@link #MAX_WAIT}
   * @return completes on the service's loop: do not block there. Fails with a {@link LockException}
   * @throws IllegalArgumentException if the name or the wait is not allowed
   */
  public CompletionStage<HeldLock> acquire(String name, Duration within) {
    Names.check("lock", name);
    if (within.isZero() || within.isNegative() || within.compareTo(MAX_WAIT) > 0) {
      throw new IllegalArgumentException(
          "within must be above zero, at most " + MAX_WAIT + ", not " + within);
    }
    CompletableFuture<HeldLock> result = new CompletableFuture<>();
    if (closed || count.incrementAndGet() > MAX_LOCKS) {
      if (!closed) {
        count.decrementAndGet();
      }
      result.completeExceptionally(new LockException(
          Kind.UNAVAILABLE,
          "lock " + name + ": "
              + (closed
                  ? "the service is closed; open another"
                  : MAX_LOCKS + " locks are held or waited for; release some")));
      return result.minimalCompletionStage();
    }
    CompletableFuture<HeldLock> unused = result.whenComplete((lock, failure) -> {
      if (lock == null) {
        count.decrementAndGet();
      } else {
        CompletionStage<Void> unusedEnd = lock.ended().thenRun(() -> count.decrementAndGet());
      }
    });
    loop.execute(() -> contention.acquire(name, within, result));
    return result.minimalCompletionStage();
  }

  /**
   * Stands for election, again after each loss, until the election is closed: of all that stand
   * under one name one leads at a time.
   *
   * @param name which; a lock of this name is the same thing
   * @param candidate told when it leads, and when it no longer does
   */
  public LeaderElection elect(String name, LeaderElection.Candidate candidate) {
    LeaderElection election = new LeaderElection(this, Names.check("election", name), candidate);
    loop.execute(election::stand);
    return election;
  }

  Loop loop() {
    return loop;
  }

  /** Ends the session: all locks end now, and what waits fails. */
  @Override
  public void close() {
    closed = true;
    loop.execute(() -> {
      contention.close();
      loop.close();
    });
  }

  /** Describes a service. Not thread-safe. */
  public static final class Builder {
    private final Store store;
    private final LoopFactory loops;
    private final ClusterPaths paths;
    private List<Credential> credentials = List.of();
    private @Nullable AccessControl access;
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private String owner = "";

    private Builder(Store store, LoopFactory loops, ClusterPaths paths) {
      this.store = store;
      this.loops = loops;
      this.paths = paths;
    }

    /**
     * Restricts who may do what. Without it everybody may do everything, and a warning is logged.
     *
     * @param own proves that this is a participant, or an administrator: spectators take no locks
     * @param control the identities of all roles
     */
    public Builder secured(Credential own, AccessControl control) {
      this.credentials = List.of(own);
      this.access = control;
      return this;
    }

    /**
     * Sets the session timeout to ask for; 30 s unless set. After two thirds of it without
     * ZooKeeper locks end; after all of it others may take them.
     */
    public Builder sessionTimeout(Duration timeout) {
      this.sessionTimeout = timeout;
      return this;
    }

    /** Says who holds the locks, for people who look; nobody in particular unless set. */
    public Builder owner(String name) {
      this.owner = Names.check("owner", name);
      return this;
    }

    /** The service; it connects with the first lock. */
    public LockService build() {
      return new LockService(this);
    }
  }
}
