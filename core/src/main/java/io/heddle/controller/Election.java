// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import io.heddle.runtime.Loop;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Acl;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes office: {@code multi{create leader EPHEMERAL, setData epoch expecting v}} (rule R1). One
 * election belongs to one session and ends when it is won, or with the session. Confined to its
 * loop.
 */
final class Election {
  private static final Logger log = LoggerFactory.getLogger(Election.class);

  /** How long to wait before looking again for a cluster that does not exist yet. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final StoreSession session;
  private final ClusterPaths paths;
  private final String id;
  private final String host;
  private final Loop loop;
  private final Function<String, List<Acl>> acls;
  private final Consumer<Won> won;
  private boolean watching;
  private boolean running;
  private boolean again;
  private boolean over;

  /**
   * Office was taken.
   *
   * @param epoch the epoch of the reign
   * @param fence the check that every write of the reign starts with
   */
  record Won(long epoch, Op.Check fence) {}

  Election(
      StoreSession session,
      ClusterPaths paths,
      String id,
      String host,
      Loop loop,
      Function<String, List<Acl>> acls,
      Consumer<Won> won) {
    this.session = session;
    this.paths = paths;
    this.id = id;
    this.host = host;
    this.loop = loop;
    this.acls = acls;
    this.won = won;
  }

  /** Tries once, or once more when the try that runs has ended. To be called on each CONNECTED. */
  void attempt() {
    if (over) {
      return;
    }
    if (running) {
      again = true;
      return;
    }
    running = true;
    again = false;
    session.sync(ok -> proceed(ok, this::watch));
  }

  /** Nothing more comes of it. */
  void end() {
    over = true;
  }

  private void proceed(boolean ok, Runnable next) {
    if (over) {
      return;
    }
    if (ok) {
      next.run();
    } else {
      pause();
    }
  }

  /** Waits for the next event: a reconnect, or the end of the leader. */
  private void pause() {
    running = false;
    if (again) {
      attempt();
    }
  }

  private void watch() {
    if (watching) {
      look();
      return;
    }
    session.watch(paths.leader(), event -> attempt(), ok -> {
      watching = ok;
      proceed(ok, this::look);
    });
  }

  private void look() {
    session.readAll(List.of(paths.epoch(), paths.leader(), paths.meta()), this::looked);
  }

  private void looked(List<Read> reads) {
    if (over) {
      return;
    }
    if (reads.stream().anyMatch(read -> read instanceof Read.Unavailable)) {
      pause();
    } else if (reads.get(0) instanceof Read.Found epoch) {
      if (reads.get(2) instanceof Read.Found meta) {
        looked(epoch.node(), reads.get(1), meta.node());
      } else if (reads.get(2) instanceof Read.Denied) {
        denied(paths.meta());
      } else {
        missing();
      }
    } else {
      missing();
    }
  }

  private void looked(Node epoch, Read leader, Node meta) {
    Optional<String> obstacle = obstacle(meta);
    if (obstacle.isPresent()) {
      log.error(
          "Controller {} may not take office: cluster {} {}. Trying again in {}",
          id,
          paths.cluster(),
          obstacle.get(),
          RETRY);
      retry();
    } else if (leader instanceof Read.Found found) {
      occupied(epoch, found.node());
    } else if (leader instanceof Read.Absent) {
      take(epoch);
    } else {
      denied(paths.leader());
    }
  }

  /** Why this version must not lead the cluster; empty if it may. */
  private static Optional<String> obstacle(Node meta) {
    try {
      return Specs.META.decode(meta.data()).writeObstacle();
    } catch (UnreadableException e) {
      return Optional.of("has no format that can be read: " + e.getMessage());
    }
  }

  private void missing() {
    log.warn(
        "Cluster {} does not exist, or may not be read; create it with ClusterAdmin.createCluster. Looking again in {}",
        paths.cluster(),
        RETRY);
    retry();
  }

  private void retry() {
    loop.schedule(RETRY, this::attempt);
    pause();
  }

  /** Only a person can help, so it is said again and again; a standby that never could is none. */
  private void denied(String path) {
    log.error(
        "Controller {} may not take office: access to {} is denied. Give it the controller's"
            + " credentials. Trying again in {}",
        id,
        path,
        RETRY);
    retry();
  }

  private void occupied(Node epoch, Node leader) {
    if (leader.stat().ephemeralOwner() == session.id()) {
      // A try whose answer was lost had succeeded.
      win(number(epoch), epoch.stat().version());
    } else {
      pause();
    }
  }

  private long number(Node epoch) {
    return Specs.EPOCH.decode(epoch.data()).base() + epoch.stat().version();
  }

  private void take(Node node) {
    long next;
    Specs.Epoch before;
    try {
      before = Specs.EPOCH.decode(node.data());
      next = number(node) + 1;
    } catch (UnreadableException e) {
      log.error("Cluster {} cannot be led: {}", paths.cluster(), e.getMessage());
      pause();
      return;
    }
    Op take = new Op.Create(
        paths.leader(),
        Specs.LEADER.encode(new Specs.Leader(id, next)),
        Op.CreateMode.EPHEMERAL,
        acls.apply(paths.leader()));
    Op bump = new Op.Set(
        paths.epoch(),
        Specs.EPOCH.encode(new Specs.Epoch(before.base(), id, host, loop.wallMillis())),
        node.stat().version());
    session.commit(
        List.of(take, bump), answer -> taken(answer, next, node.stat().version() + 1));
  }

  private void taken(Commit answer, long epoch, int version) {
    if (over) {
      return;
    }
    if (answer instanceof Commit.Applied) {
      win(epoch, version);
      return;
    }
    if (answer instanceof Commit.Refused refused && refused.why() == Commit.Why.NO_AUTH) {
      denied(refused.path());
      return;
    }
    if (answer instanceof Commit.Refused refused) {
      log.debug("Controller {} did not take office: {} {}", id, refused.path(), refused.why());
      // Another was faster. Whether it is still there is told by the watch, or seen right now.
      again |= refused.why() == Commit.Why.BAD_VERSION;
    }
    pause();
  }

  private void win(long epoch, int version) {
    over = true;
    running = false;
    won.accept(new Won(epoch, new Op.Check(paths.epoch(), version)));
  }
}
