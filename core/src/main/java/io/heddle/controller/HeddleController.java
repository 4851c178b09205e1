// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import com.google.common.collect.ImmutableListMultimap;
import io.heddle.model.Names;
import io.heddle.pipeline.Pipeline;
import io.heddle.pipeline.Stage;
import io.heddle.rebalance.Rebalancer;
import io.heddle.rebalance.Rebalancers;
import io.heddle.runtime.Loop;
import io.heddle.runtime.LoopFactory;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Credential;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A controller of one cluster. Of several, one is in office and the others stand by; they take over
 * by themselves.
 *
 * <p>It holds one ZooKeeper session at a time. Whoever takes office bumps the cluster's epoch in
 * the same transaction, and every later write checks it: a controller that was paused, and wakes up
 * after another took over, can write nothing any more.
 *
 * <p>Thread-safe. Everything else runs on one thread of its own.
 */
public final class HeddleController implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HeddleController.class);

  /** How long a controller that cannot begin leaves office to others. */
  private static final Duration AFTER_FAULT = Duration.ofSeconds(1);

  private final Store store;
  private final ClusterPaths paths;
  private final Builder settings;
  private final AccessControl access;
  private final Pipeline pipeline;
  private final ControllerListener listener;
  private final Loop loop;
  private final List<BoundedRebalancer> boundedRebalancers = new ArrayList<>();
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private volatile OptionalLong epoch = OptionalLong.empty();

  // Confined to the loop.
  private @Nullable StoreSession session;
  private @Nullable Election election;
  private @Nullable ActiveReign reign;
  private boolean opened;
  private boolean closed;

  private HeddleController(Builder settings) {
    this.settings = settings;
    this.store = settings.store;
    this.paths = new ClusterPaths(settings.cluster);
    this.access = settings.access == null ? AccessControl.open() : settings.access;
    ImmutableListMultimap.Builder<Stage.Phase, Stage> stages = ImmutableListMultimap.builder();
    settings.extensions.forEach(extension -> stages.putAll(extension.stages()));
    this.pipeline = new Pipeline(rebalancers(settings), stages.build());
    this.listener = new GuardedListener(settings.listener, settings.cluster);
    this.loop = settings.loops.newLoop("heddle-" + settings.cluster + "-controller");
  }

  private Rebalancers rebalancers(Builder from) {
    Rebalancers all = Rebalancers.builtIn();
    for (Map.Entry<String, Rebalancer> own : from.rebalancers.entrySet()) {
      Rebalancer rebalancer = own.getValue();
      if (!from.rebalancerTimeout.isZero()) {
        BoundedRebalancer bounded =
            new BoundedRebalancer(from.cluster, own.getKey(), rebalancer, from.rebalancerTimeout);
        boundedRebalancers.add(bounded);
        rebalancer = bounded;
      }
      all = all.with(own.getKey(), rebalancer);
    }
    return all;
  }

  /** Starts a controller of a cluster. */
  public static Builder builder(Store store, String cluster) {
    return new Builder(store, cluster);
  }

  /**
   * Joins: from now on it stands by, or is in office.
   *
   * @return completes when it is connected for the first time, on the controller's thread; fails if
   *     it is closed before
   */
  public CompletionStage<Void> start() {
    loop.execute(() -> {
      if (opened) {
        log.warn("Controller {} of {} is started already", settings.id, paths.cluster());
        return;
      }
      opened = true;
      open();
    });
    return started;
  }

  /** The epoch of the reign, while it is in office. For people: nothing may be decided by it. */
  public OptionalLong epoch() {
    return epoch;
  }

  private void open() {
    if (closed) {
      return;
    }
    election = null;
    reign = null;
    // The listener knows its session by this cell: events of an older one mean nothing any more.
    StoreSession[] mine = new StoreSession[1];
    mine[0] = store.open(
        new SessionOptions(settings.sessionTimeout, settings.credentials), loop, event -> {
          if (mine[0] == session) {
            onEvent(event);
          }
        });
    session = mine[0];
  }

  private void onEvent(SessionEvent event) {
    switch (event) {
      case CONNECTED -> connected();
      case DISCONNECTED ->
        log.info("Controller {} of {} is disconnected", settings.id, paths.cluster());
      case EXPIRED -> {
        log.info("The session of controller {} of {} is over", settings.id, paths.cluster());
        restart();
      }
      case AUTH_FAILED -> {
        log.error(
            "ZooKeeper refuses the credentials of controller {} of {}",
            settings.id,
            paths.cluster());
        started.completeExceptionally(new IllegalStateException(
            "ZooKeeper refuses the credentials of controller " + settings.id));
        close();
      }
    }
  }

  private void connected() {
    started.complete(null);
    if (reign != null) {
      reign.reconnected();
      return;
    }
    if (election == null) {
      election = new Election(
          java.util.Objects.requireNonNull(session),
          paths,
          settings.id,
          settings.host,
          loop,
          path -> access.acl(paths, path),
          this::elected);
    }
    election.attempt();
  }

  private void elected(Election.Won office) {
    log.info(
        "Controller {} of {} takes office, epoch {}", settings.id, paths.cluster(), office.epoch());
    ActiveReign begun;
    try {
      begun = begin(office);
    } catch (RuntimeException e) {
      log.error(
          "Controller {} of {} cannot begin to reign; it makes room, and tries again in {}",
          settings.id,
          paths.cluster(),
          AFTER_FAULT,
          e);
      release();
      loop.schedule(AFTER_FAULT, this::open);
      return;
    }
    reign = begun;
    epoch = OptionalLong.of(office.epoch());
    listener.elected(office.epoch());
    begun.begin();
  }

  private ActiveReign begin(Election.Won office) {
    return new ActiveReign(
        paths,
        java.util.Objects.requireNonNull(session),
        loop,
        office,
        pipeline,
        settings.extensions,
        path -> access.acl(paths, path),
        listener,
        this::restart);
  }

  /** Ends what there is, and joins anew with another session (rule R3). */
  private void restart() {
    release();
    open();
  }

  private void release() {
    if (election != null) {
      election.end();
    }
    if (reign != null) {
      epoch = OptionalLong.empty();
      reign.end();
      listener.resigned(reign.epoch());
      reign = null;
    }
    if (session != null) {
      session.close();
      session = null;
    }
  }

  /**
   * Leaves office, if it is in office, and stops; a standby takes over. Waits, at most 5 s
   * ({@link Loop#WAIT}) and not on its own thread, until the session is being ended, so that a
   * store that is closed next waits for the server to know.
   */
  @Override
  public void close() {
    loop.executeAndWait(() -> {
      if (!closed) {
        closed = true;
        release();
        boundedRebalancers.forEach(BoundedRebalancer::close);
        started.completeExceptionally(
            new IllegalStateException("controller " + settings.id + " was closed"));
        loop.close();
      }
    });
  }

  /** Settings of a controller, with their defaults. */
  public static final class Builder {
    private final Store store;
    private final String cluster;
    private final List<ControllerExtension<?>> extensions = new ArrayList<>();
    private final List<Credential> credentials = new ArrayList<>();
    private String id = "controller-" + ProcessHandle.current().pid();
    private String host = "localhost";
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private final Map<String, Rebalancer> rebalancers = new LinkedHashMap<>();
    private Duration rebalancerTimeout = Duration.ofSeconds(2);
    private @Nullable AccessControl access;
    private LoopFactory loops = ThreadLoop::new;
    private ControllerListener listener = new ControllerListener() {};

    private Builder(Store store, String cluster) {
      this.store = store;
      this.cluster = cluster;
    }

    /** Names this controller; default: after its process. */
    public Builder id(String id) {
      this.id = id;
      return this;
    }

    /** Names its host, for people; default: localhost. */
    public Builder host(String host) {
      this.host = host;
      return this;
    }

    /**
     * The session timeout to ask for; default: 30 s. Fail-over of a crashed controller takes it.
     */
    public Builder sessionTimeout(Duration timeout) {
      this.sessionTimeout = timeout;
      return this;
    }

    /** Adds a proof of who it is; default: none. */
    public Builder credential(Credential credential) {
      credentials.add(credential);
      return this;
    }

    /** Who may do what; default: everybody everything. */
    public Builder access(AccessControl access) {
      this.access = access;
      return this;
    }

    /**
     * Registers a rebalancer for resources in mode USER_DEFINED. While it throws, or does not
     * answer in time, what was wanted before stays.
     *
     * @throws IllegalArgumentException if the name is not allowed, or taken
     */
    public Builder rebalancer(String name, Rebalancer rebalancer) {
      Names.check("rebalancer", name);
      if (rebalancers.putIfAbsent(name, rebalancer) != null) {
        throw new IllegalArgumentException("rebalancer '" + name + "' is registered already");
      }
      return this;
    }

    /**
     * How long a rebalancer of the user may take; default: 2 s. Zero calls it on the controller's
     * own thread, without a bound, as a simulation wants it.
     */
    public Builder rebalancerTimeout(Duration bound) {
      if (bound.isNegative()) {
        throw new IllegalArgumentException("the rebalancer's time-out is negative: " + bound);
      }
      this.rebalancerTimeout = bound;
      return this;
    }

    /** Plugs an extension in, after those plugged in before. */
    public Builder extension(ControllerExtension<?> extension) {
      extensions.add(extension);
      return this;
    }

    /** Who is told what it does; default: nobody. */
    public Builder listener(ControllerListener listener) {
      this.listener = listener;
      return this;
    }

    /** Where its loop comes from; default: a thread of its own. */
    public Builder loops(LoopFactory loops) {
      this.loops = loops;
      return this;
    }

    /**
     * The controller, not started yet.
     *
     * @throws IllegalArgumentException if the cluster's name is not allowed
     */
    public HeddleController build() {
      return new HeddleController(this);
    }
  }
}
