// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.model.LiveInstance;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.Specs;
import io.heddle.schema.TreeRoot;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The way of one session to one incarnation (rule R5): everything is read, then the incarnation
 * number is bumped and the ephemeral made in one commit that expects the number that was read. What
 * is refused or unknown begins again with reading. Confined to its loop.
 */
final class Registration {
  private final ParticipantConfig config;
  private final Loop loop;
  private final StoreSession session;
  private final Outcome outcome;
  private final Follower follower;
  private boolean busy;
  private boolean again;
  private boolean closed;
  private long ticket;
  private boolean awaitsTicket;
  private boolean awaitsName;
  private long base;
  private int version;
  private Loop.Timer retry = () -> {};

  /**
   * A registered incarnation.
   *
   * @param live what the ephemeral says
   * @param fence the check of the incarnation's number
   * @param follower what has been read, from before the registration
   * @param sentAt when the registration was sent, if its answer came
   */
  record Registered(LiveInstance live, Op.Check fence, Follower follower, OptionalLong sentAt) {}

  /** Told on the loop. */
  interface Outcome {
    /** It is done. */
    void registered(Registered registered);

    /** Another incarnation lives under the name. */
    void waits(String reason);

    /** It can't be done, and trying again at once would not help. */
    void failed(RegistrationException reason);

    /** It was done, and undone by somebody else before its answer came: this session is spent. */
    void closed(String reason);
  }

  Registration(ParticipantConfig config, Loop loop, StoreSession session, Outcome outcome) {
    this.config = config;
    this.loop = loop;
    this.session = session;
    this.outcome = outcome;
    List<TreeRoot> roots = new ArrayList<>();
    // The ephemeral first, so that what follows is read after whoever was there is known to be
    // gone.
    roots.add(TreeRoot.watched(config.paths().in("live", config.instance().name()), 1));
    roots.add(TreeRoot.watched(config.paths().assignments(config.instance()), 1));
    roots.add(TreeRoot.owned(config.paths().reports(config.instance()), 1));
    config.extensions().forEach(e -> roots.addAll(e.roots(config.paths(), config.instance())));
    this.follower = new Follower(session, loop, roots);
    follower.onFresh(paths -> fresh());
  }

  /** To be called at each connect. */
  void connected() {
    attempt();
    if (awaitsTicket) {
      follower.poke();
    }
  }

  void close() {
    closed = true;
    retry.cancel();
  }

  private void attempt() {
    retry.cancel();
    if (closed) {
      return;
    }
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    again = false;
    awaitsName = false;
    session.sync(ok -> {
      if (ok) {
        readSpecs();
      } else {
        stuck();
      }
    });
  }

  /** The connection was lost, or something changed meanwhile. */
  private void stuck() {
    busy = false;
    if (again) {
      attempt();
    } else {
      retrySoon();
    }
  }

  private void retrySoon() {
    retry.cancel();
    retry = loop.schedule(pause(), this::attempt);
  }

  private Duration pause() {
    return session.timeout().dividedBy(6);
  }

  private void readSpecs() {
    List<String> paths = List.of(
        config.paths().incarnation(config.instance()),
        config.paths().instance(config.instance()),
        config.paths().meta());
    session.readAll(paths, reads -> {
      if (closed) {
        return;
      }
      if (reads.stream().anyMatch(read -> read instanceof Read.Unavailable)) {
        stuck();
        return;
      }
      Optional<String> obstacle = obstacle(reads.get(2));
      if (obstacle.isPresent()) {
        fail(config.who() + " can't register: " + obstacle.get());
        return;
      }
      for (Read read : reads) {
        if (!(read instanceof Read.Found)) {
          notConfigured(read);
          return;
        }
      }
      read(((Read.Found) reads.get(0)).node());
    });
  }

  /** Why this version must not take part in the cluster, as far as its format tells. */
  private Optional<String> obstacle(Read meta) {
    String cluster = "cluster " + config.paths().cluster();
    if (meta instanceof Read.Absent) {
      return Optional.of(
          cluster + " does not exist; create it with the administrator's" + " createCluster first");
    }
    if (!(meta instanceof Read.Found found)) {
      return Optional.empty();
    }
    try {
      return Specs.META.decode(found.node().data()).writeObstacle().map(why -> cluster + " " + why);
    } catch (UnreadableException e) {
      return Optional.of(cluster + " has no format that can be read: " + e.getMessage());
    }
  }

  private void notConfigured(Read read) {
    if (read instanceof Read.Denied) {
      fail(config.who() + ": " + read.path() + " may not be read with the credentials given");
    } else {
      fail("instance " + config.instance() + " is not configured in cluster "
          + config.paths().cluster() + " (" + read.path()
          + " is missing): add it with the administrator's addInstance first");
    }
  }

  private void fail(String message) {
    busy = false;
    outcome.failed(new RegistrationException(message));
  }

  private void read(Node incarnation) {
    try {
      base = Specs.COUNTER.decode(incarnation.data());
    } catch (UnreadableException e) {
      fail(incarnation.path() + ": " + e.getMessage());
      return;
    }
    version = incarnation.stat().version();
    awaitsTicket = true;
    ticket = follower.catchUp();
    // A refresh that fails says nothing: look after a while whether it got anywhere.
    retry = loop.schedule(pause(), this::unlessRead);
  }

  private void unlessRead() {
    if (awaitsTicket) {
      awaitsTicket = false;
      busy = false;
      attempt();
    }
  }

  private void fresh() {
    if (closed) {
      return;
    }
    if (awaitsTicket && follower.hasCaughtUp(ticket)) {
      awaitsTicket = false;
      retry.cancel();
      decide();
    } else if (awaitsName && live().isEmpty()) {
      attempt();
    }
  }

  private Optional<CachedNode> live() {
    return follower.cache().get(config.paths().live(config.instance()));
  }

  private void decide() {
    if (again) {
      stuck();
      return;
    }
    Optional<CachedNode> live = live();
    if (live.isEmpty()) {
      register();
    } else if (live.get().stat().ephemeralOwner() == session.id()) {
      // An earlier attempt whose answer was lost.
      adopt(live.get());
    } else {
      busy = false;
      awaitsName = true;
      outcome.waits(
          "another incarnation of " + config.who() + " lives: " + live.get().path()
              + " belongs to session 0x" + Long.toHexString(live.get().stat().ephemeralOwner()));
    }
  }

  private void adopt(CachedNode node) {
    LiveInstance live = node.decode(Specs.LIVE);
    if (live.incarnation() == base + version) {
      registered(live, version, OptionalLong.empty());
    } else {
      closed = true;
      outcome.closed("incarnation " + live.incarnation() + " was closed before it was known");
    }
  }

  private void register() {
    long n = base + version + 1;
    LiveInstance live = new LiveInstance(
        config.instance(),
        n,
        session.id(),
        config.host(),
        config.process(),
        config.container(),
        config.version(),
        config.capacity());
    List<Op> ops = List.of(
        new Op.Set(
            config.paths().incarnation(config.instance()), Specs.COUNTER.encode(base), version),
        new Op.Create(
            config.paths().live(config.instance()),
            Specs.LIVE.encode(live),
            Op.CreateMode.EPHEMERAL,
            config.access().acl(config.paths(), config.paths().live(config.instance()))));
    long now = loop.nanoTime();
    session.commit(ops, answer -> {
      if (closed) {
        return;
      }
      if (answer instanceof Commit.Applied applied) {
        registered(live, applied.stats().get(0).version(), OptionalLong.of(now));
      } else if (answer instanceof Commit.Refused refused) {
        refused(refused);
      } else {
        stuck();
      }
    });
  }

  private void registered(LiveInstance live, int at, OptionalLong sent) {
    closed = true;
    retry.cancel();
    Op.Check fence = new Op.Check(config.paths().incarnation(config.instance()), at);
    outcome.registered(new Registered(live, fence, follower, sent));
  }

  private void refused(Commit.Refused refused) {
    boolean changed =
        refused.why() == Commit.Why.BAD_VERSION || refused.why() == Commit.Why.NODE_EXISTS;
    if (changed) {
      // Somebody was faster; whoever it is shows when everything is read again.
      stuck();
    } else {
      fail(config.who() + " can't register: " + refused.path() + " " + refused.why());
    }
  }
}
