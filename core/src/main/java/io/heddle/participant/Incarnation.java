// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReplicaState;
import io.heddle.runtime.Loop;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Read;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One registered incarnation: brings together what is read, what {@link Replicas} decides, the
 * callbacks, the lanes and the lease. Each event looks at the clock first. Confined to its loop.
 */
final class Incarnation implements ExtensionContext, LeaseKeeper.Listener {
  /** About how often everything is compared again, lest a watch has failed. */
  static final Duration CATCH_UP_EVERY = Duration.ofSeconds(60);

  private static final Logger log = LoggerFactory.getLogger(Incarnation.class);

  private final ParticipantConfig config;
  private final Loop loop;
  private final StoreSession session;
  private final LiveInstance live;
  private final Op.Check fence;
  private final Follower follower;
  private final LeaseKeeper lease;
  private final Replicas replicas;
  private final Callbacks callbacks;
  private final Listener listener;
  private final Reports reports;
  private final Departure departure;
  private long regainTicket;
  private boolean ending;
  private int extensionsLeft;
  private @Nullable Runnable onEnded;
  private Loop.Timer slowCatchUp = () -> {};

  /** Told on the loop. */
  interface Listener {
    /** The incarnation was closed by somebody else, or its ephemeral is gone. */
    void closed(String reason);

    /** Everything is handed over. */
    void departed();
  }

  Incarnation(
      ParticipantConfig config,
      Loop loop,
      StoreSession session,
      Executor executor,
      Registration.Registered registered,
      Listener listener) {
    this.config = config;
    this.loop = loop;
    this.session = session;
    this.live = registered.live();
    this.fence = registered.fence();
    this.follower = registered.follower();
    this.listener = listener;
    this.lease = new LeaseKeeper(session, loop, fence, this);
    this.callbacks = new Callbacks(config, executor, loop);
    this.replicas = new Replicas(
        (resource, model) ->
            config.binding(resource.resource(), model).map(HandlerBinding::handling),
        config.callbackThreads());
    this.departure = new Departure(this);
    this.reports = new Reports(config, loop, session, registered, replicas, new Reports.Listener() {
      @Override
      public void written() {
        departure.check();
      }

      @Override
      public void fenced() {
        refused();
      }
    });
    follower.onFresh(this::fresh);
  }

  /** Takes up what was read before the registration. */
  void begin(Registration.Registered registered) {
    lease.begin(registered.sentAt());
    if (!lease.term().holds()) {
      replicas.fence();
    }
    scheduleCatchUp();
    reports.emptyOldOnes();
    for (ParticipantExtension extension : config.extensions()) {
      extension.registered(this);
      if (!isLeaseHeld()) {
        extension.leaseLost();
      }
    }
    String assignments = config.paths().assignments(config.instance());
    follower.cache().below(assignments).forEach(this::assigned);
    settle();
    // What changed between reading and registering was marked; it is read now.
    follower.poke();
  }

  // What is read.

  private void fresh(ImmutableSortedSet<String> paths) {
    if (ending) {
      return;
    }
    lease.look();
    Optional<CachedNode> node = follower.cache().get(livePath());
    if (node.isEmpty() || node.get().stat().ephemeralOwner() != session.id()) {
      listener.closed("its ephemeral is gone while its session lives");
      return;
    }
    String assignments = config.paths().assignments(config.instance()) + "/";
    paths.stream().filter(path -> path.startsWith(assignments)).forEach(this::assigned);
    for (ParticipantExtension extension : config.extensions()) {
      extension.changed(paths);
    }
    if (regainTicket > 0 && follower.hasCaughtUp(regainTicket) && lease.regain()) {
      regained();
    }
    settle();
  }

  private void assigned(String path) {
    Optional<AssignmentBucket> bucket =
        follower.cache().get(path).flatMap(node -> Reports.decode(node, BucketCodecs.ASSIGNMENT));
    if (bucket.isPresent() && bucket.get().incarnation() == live.incarnation()) {
      replicas.assigned(Reports.name(path), bucket.get());
    }
  }

  /** The connection is back. */
  void connected() {
    lease.look();
    follower.catchUp();
    reports.kick();
    departure.kick();
    lease.probe();
  }

  private void scheduleCatchUp() {
    // Spread over the instances, by name so that a simulation stays the same.
    long spread = Math.floorMod(config.instance().name().hashCode(), 201) - 100L;
    Duration delay = CATCH_UP_EVERY.plus(CATCH_UP_EVERY.multipliedBy(spread).dividedBy(1_000));
    slowCatchUp = loop.schedule(delay, () -> {
      follower.catchUp();
      scheduleCatchUp();
    });
  }

  // The lease.

  @Override
  public void lost() {
    log.warn(
        "{}: nothing was heard for two thirds of the session timeout; leaving top states",
        config.who());
    regainTicket = 0;
    replicas.fence();
    config.extensions().forEach(ParticipantExtension::leaseLost);
    settle();
  }

  @Override
  public void probed() {
    reports.kick();
    departure.kick();
    if (lease.term().holds() || (regainTicket > 0 && !follower.hasCaughtUp(regainTicket))) {
      // What is being read since an earlier probe will do; to begin anew with each probe would
      // never come to an end where reading takes longer than the time between two of them.
      follower.poke();
    } else {
      regainTicket = follower.catchUp();
    }
  }

  @Override
  public void refused() {
    listener.closed("its number was bumped by somebody else");
  }

  private void regained() {
    log.info("{}: the lease is held again", config.who());
    regainTicket = 0;
    replicas.unfence();
    config.extensions().forEach(ParticipantExtension::leaseRegained);
  }

  // What is decided.

  /** Does what the replicas want done, and marks what they want reported. */
  private void settle() {
    for (Action action : replicas.takeActions()) {
      if (action instanceof Action.Start start) {
        callbacks.start(start, lease.term(), result -> returned(start.key(), result));
      } else if (action instanceof Action.Cancel) {
        callbacks.cancel(action.key());
      } else {
        callbacks.forget(action.key());
      }
    }
    reports.takeMarks();
    checkEnd();
    departure.check();
  }

  private void returned(ReplicaKey key, CallbackResult result) {
    lease.look();
    replicas.returned(key, result);
    settle();
  }

  // The end.

  /** Asks the controller to move everything elsewhere; {@link Listener#departed} follows. */
  void leave() {
    config.extensions().forEach(ParticipantExtension::leaving);
    departure.begin();
  }

  boolean isDrained() {
    return replicas.isDrained()
        && config.extensions().stream().allMatch(ParticipantExtension::isDrained)
        && reports.areIdle();
  }

  void departed() {
    listener.departed();
  }

  /**
   * The session is over, or is about to be closed.
   *
   * @param whenReset run once, when every callback has returned and every replica is reset
   */
  void end(Runnable whenReset) {
    if (ending) {
      throw new IllegalStateException(config.who() + ": the incarnation ends already");
    }
    ending = true;
    onEnded = whenReset;
    lease.close();
    follower.close();
    slowCatchUp.cancel();
    departure.close();
    reports.close();
    extensionsLeft = config.extensions().size();
    replicas.end();
    for (ParticipantExtension extension : config.extensions()) {
      extension.ended(() -> {
        extensionsLeft--;
        checkEnd();
      });
    }
    settle();
  }

  private void checkEnd() {
    if (ending && onEnded != null && extensionsLeft == 0 && replicas.isEmpty()) {
      Runnable done = onEnded;
      onEnded = null;
      done.run();
    }
  }

  // For people.

  ImmutableSortedMap<ReplicaKey, ReplicaState> states() {
    return replicas.states();
  }

  // For extensions.

  @Override
  public InstanceId instance() {
    return config.instance();
  }

  @Override
  public long incarnation() {
    return live.incarnation();
  }

  @Override
  public ClusterPaths paths() {
    return config.paths();
  }

  @Override
  public Loop loop() {
    return loop;
  }

  @Override
  public boolean isLeaseHeld() {
    return lease.term().holds() && replicas.mode() == Replicas.Mode.SERVING;
  }

  @Override
  public BooleanSupplier lease() {
    LeaseTerm term = lease.term();
    return term::holds;
  }

  @Override
  public Optional<CachedNode> document(String path) {
    return follower.cache().get(path);
  }

  @Override
  public ImmutableList<String> documentsBelow(String path) {
    return follower.cache().below(path);
  }

  @Override
  public long nextSequence() {
    return reports.nextSequence();
  }

  @Override
  public ReportLane lane(String path, ReportLane.Source source) {
    return reports.open(path, source);
  }

  @Override
  public void commit(List<Op> ops, Consumer<Commit> answer) {
    List<Op> fenced = new ArrayList<>(ops.size() + 1);
    fenced.add(fence);
    fenced.addAll(ops);
    session.commit(fenced, result -> {
      lease.look();
      answer.accept(result);
      if (!ending && result instanceof Commit.Refused refused && refused.index() == 0) {
        refused();
      }
    });
  }

  @Override
  public void readAll(List<String> paths, Consumer<List<Read>> answer) {
    session.readAll(paths, reads -> {
      lease.look();
      answer.accept(reads);
    });
  }

  String livePath() {
    return config.paths().live(config.instance());
  }

  byte[] encodeLeaving() {
    return Specs.LIVE.encode(live.withLeaving());
  }
}
