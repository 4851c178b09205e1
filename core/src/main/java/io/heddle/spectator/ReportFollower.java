// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import io.heddle.model.InstanceId;
import io.heddle.model.ResourceId;
import io.heddle.runtime.Loop;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.schema.Specs;
import io.heddle.schema.TreeCache;
import io.heddle.schema.TreeRoot;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the facts current in one session after another. Confined to its loop.
 *
 * <p>Level-triggered: whatever changed leads to the same refresh, then to one table; what changes
 * meanwhile is read by the next. A new session starts with new facts, so that what went away
 * between two sessions is not kept.
 */
final class ReportFollower {
  private static final Logger log = LoggerFactory.getLogger(ReportFollower.class);

  /** Between the end of a session and the next, and before a refresh that failed is repeated. */
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ClusterPaths paths;
  private final Store store;
  private final Loop loop;
  private final SessionOptions options;
  private final Duration catchUpPeriod;
  private final Owner owner;
  private @Nullable Following following;
  private boolean closed;

  /** Whom the follower serves. */
  interface Owner {
    /** The facts are current. */
    void current(RoutingInputs inputs);

    /** The facts may be out of date from now on. */
    void cutOff();

    /** The store, or the cluster, can't be used: nothing more follows. */
    void failed(String why);
  }

  ReportFollower(
      ClusterPaths paths,
      Store store,
      Loop loop,
      SessionOptions options,
      Duration catchUpPeriod,
      Owner owner) {
    this.paths = paths;
    this.store = store;
    this.loop = loop;
    this.options = options;
    this.catchUpPeriod = catchUpPeriod;
    this.owner = owner;
  }

  void start() {
    if (!closed && following == null) {
      following = new Following();
      schedule();
    }
  }

  private void schedule() {
    Loop.Timer unused = loop.schedule(catchUpPeriod, () -> {
      if (!closed) {
        if (following != null) {
          following.catchUp();
        }
        schedule();
      }
    });
  }

  private void reopen() {
    if (!closed) {
      following = new Following();
    }
  }

  void close() {
    closed = true;
    if (following != null) {
      following.session.close();
    }
  }

  /** One session, with its cache and its facts. */
  private final class Following implements TreeCache.Listener {
    private final StoreSession session;
    private final TreeCache cache;
    private final RoutingInputs inputs = new RoutingInputs();
    private boolean connected;
    private int connections;
    private boolean refreshing;
    private boolean waiting;
    private boolean over;

    Following() {
      session = store.open(options, loop, this::on);
      // Live before reports: with an incarnation gone, all that it wrote is seen.
      cache = new TreeCache(
          session,
          List.of(
              TreeRoot.watched(paths.in("live"), 2),
              TreeRoot.watched(paths.in("reports"), 2),
              TreeRoot.watched(paths.in("state-models"), 1),
              TreeRoot.watched(paths.in("resources"), 1)),
          this,
          this::refresh);
    }

    private void on(SessionEvent event) {
      if (closed || over) {
        return;
      }
      switch (event) {
        case CONNECTED -> {
          connected = true;
          connections++;
          session.read(paths.meta(), this::check);
          cache.catchUp();
        }
        case DISCONNECTED -> {
          connected = false;
          owner.cutOff();
        }
        case EXPIRED -> {
          end();
          log.info("Cluster {}: the spectator's session is over; another follows", paths.cluster());
          Loop.Timer unused = loop.schedule(PAUSE, ReportFollower.this::reopen);
        }
        case AUTH_FAILED ->
          giveUp("the store does not accept the credentials; check user and password");
      }
    }

    private void giveUp(String why) {
      end();
      String message = "cluster " + paths.cluster() + ": " + why;
      log.error("The spectator stops: {}", message);
      owner.failed(message);
    }

    private void end() {
      over = true;
      connected = false;
      session.close();
      owner.cutOff();
    }

    private void check(Read read) {
      if (closed || over) {
        return;
      }
      if (read instanceof Read.Absent) {
        log.warn("Cluster {} does not exist yet; its spectator waits", paths.cluster());
      } else if (read instanceof Read.Denied) {
        giveUp("this identity may not read " + paths.meta() + "; use the spectator's");
      } else if (read instanceof Read.Found found) {
        decode(new CachedNode(found.node()), Specs.META)
            .flatMap(Specs.Meta::readObstacle)
            .ifPresent(this::giveUp);
      }
    }

    void catchUp() {
      if (connected) {
        cache.catchUp();
      }
    }

    private void refresh() {
      if (closed || !connected || refreshing || waiting || !cache.isDirty()) {
        return;
      }
      refreshing = true;
      int connection = connections;
      cache.refresh(ok -> refreshed(ok, connection));
    }

    private void refreshed(boolean ok, int connection) {
      refreshing = false;
      if (closed || over) {
        return;
      }
      if (ok) {
        // What was read through a connection lost since may miss what happened meanwhile.
        if (connected && connection == connections) {
          owner.current(inputs);
        }
        refresh();
        return;
      }
      waiting = true;
      Loop.Timer unused = loop.schedule(PAUSE, () -> {
        waiting = false;
        catchUp();
      });
    }

    @Override
    public void changed(CachedNode node) {
      fact(node.path(), Optional.of(node));
    }

    @Override
    public void removed(String path) {
      fact(path, Optional.empty());
    }

    private void fact(String path, Optional<CachedNode> node) {
      List<String> parts = paths.parts(path);
      String name = parts.get(1);
      switch (parts.get(0)) {
        case "live" -> {
          if (parts.get(2).equals("s")) {
            inputs.live(InstanceId.of(name), node.flatMap(n -> decode(n, Specs.LIVE)));
          }
        }
        case "reports" ->
          inputs.report(
              InstanceId.of(name), parts.get(2), node.flatMap(n -> decode(n, BucketCodecs.REPORT)));
        case "resources" ->
          inputs.resource(
              ResourceId.of(name),
              node.flatMap(n -> decode(n, Specs.RESOURCE)
                  .map(s -> new RoutingInputs.Spec(n.stat().czxid(), s.partitions()))));
        case "state-models" ->
          inputs.stateModel(name, node.flatMap(n -> decode(n, Specs.STATE_MODEL)));
        default -> throw new IllegalStateException("nobody asked for " + path);
      }
    }

    /** The document; nothing if it can't be read, which is as if it were not there. */
    private <T> Optional<T> decode(CachedNode node, Codec<T> codec) {
      try {
        return Optional.of(node.decode(codec));
      } catch (UnreadableException e) {
        log.warn("Cluster {}: routing leaves out what cannot be read", paths.cluster(), e);
        return Optional.empty();
      }
    }
  }
}
