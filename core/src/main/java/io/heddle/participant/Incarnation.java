// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.Token;
import io.heddle.runtime.Loop;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.schema.UnreadableException;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One registered incarnation: brings together what is read, what {@link Replicas} decides, the
 * callbacks, the lanes and the lease. Each event looks at the clock first. Confined to its loop.
 */
final class Incarnation implements ExtensionContext, LeaseKeeper.Listener {
  /** How long a transition may run before a report says so for its own sake. */
  static final Duration PROGRESS_AFTER = Duration.ofSeconds(1);

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
  private final TreeMap<String, Lane> lanes = new TreeMap<>();
  private final TreeSet<String> later = new TreeSet<>();
  private final Departure departure;
  private boolean progressDue;
  private long sequence;
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
    follower.onFresh(this::fresh);
  }

  /** Takes up what was read before the registration. */
  void begin(Registration.Registered registered) {
    lease.begin(registered.sentAt());
    if (!lease.term().holds()) {
      replicas.fence();
    }
    scheduleCatchUp();
    String reports = config.paths().reports(config.instance());
    for (String path : follower.cache().below(reports)) {
      emptyIfOld(path);
    }
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

  /** What an older incarnation says of its replicas is no longer so. */
  private void emptyIfOld(String path) {
    Optional<ReportBucket> old = follower
        .cache()
        .get(path)
        .flatMap(node -> decode(node, n -> n.decode(BucketCodecs.REPORT)));
    if (old.isEmpty() || !old.get().groups().isEmpty()) {
      report(name(path)).changed();
    }
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private interface Decoder<T> {
    T decode(CachedNode node);
  }

  private static <T> Optional<T> decode(CachedNode node, Decoder<T> decoder) {
    try {
      return Optional.of(decoder.decode(node));
    } catch (UnreadableException e) {
      log.error("A document is left out: {}", e.getMessage());
      return Optional.empty();
    }
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
    Optional<AssignmentBucket> bucket = follower
        .cache()
        .get(path)
        .flatMap(node -> decode(node, n -> n.decode(BucketCodecs.ASSIGNMENT)));
    if (bucket.isPresent() && bucket.get().incarnation() == live.incarnation()) {
      replicas.assigned(name(path), bucket.get());
    }
  }

  /** The connection is back. */
  void connected() {
    lease.look();
    follower.catchUp();
    lanes.values().forEach(Lane::kick);
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
    lanes.values().forEach(Lane::kick);
    departure.kick();
    if (lease.term().holds()) {
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
        callbacks.start(start, lease.term(), failure -> returned(start.key(), failure));
      } else if (action instanceof Action.Cancel) {
        callbacks.cancel(action.key());
      } else {
        callbacks.forget(action.key());
      }
    }
    replicas.takeMarks().forEach((bucket, urgency) -> {
      if (ending) {
        return;
      }
      if (urgency == Replicas.Urgency.NOW) {
        report(bucket).changed();
      } else {
        reportLater(bucket);
      }
    });
    checkEnd();
    departure.check();
  }

  private void returned(ReplicaKey key, Optional<String> failure) {
    lease.look();
    replicas.returned(key, failure);
    settle();
  }

  // What is reported.

  private Lane report(String bucket) {
    String path = config.paths().report(config.instance(), bucket);
    @Nullable Lane known = lanes.get(path);
    return known == null ? open(path, source(bucket)) : known;
  }

  private ReportLane.Source source(String bucket) {
    return new ReportLane.Source() {
      @Override
      public Optional<byte[]> render() {
        return Incarnation.this.render(bucket);
      }

      @Override
      public void written() {
        departure.check();
      }
    };
  }

  private Optional<byte[]> render(String bucket) {
    later.remove(bucket);
    long q = nextSequence();
    // Errors are cut before the document gets too large.
    for (int maxError : new int[] {Replicas.MAX_ERROR, 40}) {
      byte[] data =
          BucketCodecs.REPORT.encode(replicas.report(bucket, live.incarnation(), q, maxError));
      if (data.length <= StoreSession.MAX_NODE_BYTES) {
        return Optional.of(data);
      }
    }
    return Optional.of(
        BucketCodecs.REPORT.encode(replicas.report(bucket, live.incarnation(), q, 0)));
  }

  private void reportLater(String bucket) {
    later.add(bucket);
    if (!progressDue) {
      progressDue = true;
      loop.schedule(PROGRESS_AFTER, () -> {
        progressDue = false;
        if (!ending) {
          ImmutableList.copyOf(later).forEach(due -> report(due).changed());
          later.clear();
        }
      });
    }
  }

  private Lane open(String path, ReportLane.Source source) {
    int version = follower.cache().get(path).map(node -> node.stat().version()).orElse(-1);
    Lane lane = new Lane(session, loop, fence, path, version, source, this::refused);
    if (ending) {
      lane.close();
    }
    lanes.put(path, lane);
    return lane;
  }

  boolean areLanesIdle() {
    return later.isEmpty() && lanes.values().stream().allMatch(Lane::isIdle);
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
        && areLanesIdle();
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
    lanes.values().forEach(Lane::close);
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
  public Optional<CachedNode> document(String path) {
    return follower.cache().get(path);
  }

  @Override
  public ImmutableList<String> documentsBelow(String path) {
    return follower.cache().below(path);
  }

  @Override
  public long nextSequence() {
    return Token.of(live.incarnation(), ++sequence);
  }

  @Override
  public ReportLane lane(String path, ReportLane.Source source) {
    if (lanes.containsKey(path)) {
      throw new IllegalStateException(path + " has a lane already");
    }
    return open(path, source);
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

  String livePath() {
    return config.paths().live(config.instance());
  }

  byte[] encodeLeaving() {
    return Specs.LIVE.encode(live.withLeaving());
  }
}
