// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.Names;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * All replicas of one incarnation: takes up what is assigned, walks each replica along its state
 * model, one transition at a time, and says what is to be reported. No I/O, no clock, no thread;
 * events go in, {@link Action}s and marked buckets come out. Confined to its owner's loop.
 *
 * <p>Two rules of the protocol are kept here. What is reported is rendered from the same state that
 * was taken up, so that a report with {@code s = v} lists every transition in flight that was
 * ordered up to v (R7). A token starts one promotion only: a replica that stepped down by itself
 * waits in the fallback state until the controller gives it a new one (R10).
 */
final class Replicas {
  /** What the incarnation may do just now. */
  enum Mode {
    /** Follow the assignments. */
    SERVING,
    /** The lease is lost: leave top states, start nothing else. */
    FENCED,
    /** The incarnation is over: take every replica down. */
    ENDING
  }

  /** How soon a bucket is to be reported. */
  enum Urgency {
    /** With the next report, or after a while: nobody waits for it. */
    SOON,
    /** At once. */
    NOW
  }

  /** Most characters of an error in a report. */
  static final int MAX_ERROR = 200;

  private final BiFunction<ResourceKey, String, Optional<Handling>> handlings;
  private final int slots;
  private final TreeMap<ReplicaKey, Replica> replicas = new TreeMap<>();
  private final TreeMap<String, Bucket> buckets = new TreeMap<>();
  private final TreeSet<Replica.Candidate> candidates = new TreeSet<>();
  private final TreeMap<String, Urgency> marks = new TreeMap<>();
  private final List<Action> actions = new ArrayList<>();
  private Mode mode = Mode.SERVING;
  private int running;

  /** What was taken up of one assignment bucket, and the replicas in it. */
  private static final class Bucket {
    private long s;
    private final TreeMap<ReplicaKey, Target> targets = new TreeMap<>();
    private final TreeMap<ReplicaKey, Replica> replicas = new TreeMap<>();
  }

  /**
   * No replicas yet.
   *
   * @param handlings per resource and name of a state model how it is handled, if it is known
   * @param slots most callbacks at a time, at least 1; steps that must be taken are not counted
   */
  Replicas(BiFunction<ResourceKey, String, Optional<Handling>> handlings, int slots) {
    this.handlings = handlings;
    this.slots = slots;
  }

  // Events.

  /** An assignment bucket for this incarnation was read. */
  void assigned(String name, AssignmentBucket assignment) {
    Bucket bucket = buckets.computeIfAbsent(name, n -> new Bucket());
    if (assignment.q() <= bucket.s || mode == Mode.ENDING) {
      return;
    }
    final long before = bucket.s;
    bucket.s = assignment.q();
    TreeMap<ReplicaKey, Target> gone = new TreeMap<>(bucket.targets);
    bucket.targets.clear();
    assignment
        .groups()
        .forEach((resource, group) -> group.targets().forEach((partition, target) -> {
          ReplicaKey key = new ReplicaKey(resource, partition);
          gone.remove(key);
          bucket.targets.put(key, target);
          aim(name, bucket, key, group.stateModel(), target, target.q() > before);
        }));
    // What is no longer listed is not wanted; as a rule it was dropped and acknowledged before.
    Target dropped = new Target(StateModel.DROPPED, assignment.q(), Token.NONE, false);
    for (ReplicaKey key : gone.keySet()) {
      @Nullable Replica replica = bucket.replicas.get(key);
      if (replica != null) {
        aim(name, bucket, key, replica.stateModel, dropped, true);
      }
    }
    dispatch();
  }

  private void aim(
      String name, Bucket bucket, ReplicaKey key, String model, Target target, boolean isNew) {
    @Nullable Replica replica = replicas.get(key);
    if (replica == null) {
      if (target.state().equals(StateModel.DROPPED)) {
        if (isNew) {
          mark(name, Urgency.NOW);
        }
        return;
      }
      create(name, bucket, key, model, target);
      return;
    }
    if (!replica.bucket.equals(name) || replica.target.equals(target)) {
      return;
    }
    boolean wasAtRest = replica.isAtRest();
    replica.target = target;
    if (replica.isEnteringTop() && !replica.isPromotionWanted()) {
      actions.add(new Action.Cancel(key));
    }
    evaluate(replica);
    // At rest before, on its way now: what is asked for is answered when it arrives. In all other
    // cases somebody may wait for the acknowledgement.
    mark(name, wasAtRest && !replica.isAtRest() ? Urgency.SOON : Urgency.NOW);
  }

  private void create(String name, Bucket bucket, ReplicaKey key, String model, Target target) {
    Optional<Handling> known = handlings.apply(key.resource(), model);
    Replica replica = new Replica(key, name, model, known.orElse(UnknownModel.HANDLING), target);
    replicas.put(key, replica);
    bucket.replicas.put(key, replica);
    if (known.isEmpty()) {
      fail(replica, "no state model factory for " + model + " is registered");
    } else {
      evaluate(replica);
    }
    mark(replica.bucket, replica.isAtRest() ? Urgency.NOW : Urgency.SOON);
  }

  /** The callback of a replica has returned. */
  void returned(ReplicaKey key, CallbackResult result) {
    @Nullable Replica replica = replicas.get(key);
    if (replica == null || replica.running == null) {
      throw new IllegalStateException("no callback of " + key + " runs");
    }
    Action.Start done = replica.running;
    replica.running = null;
    running--;
    if (result instanceof CallbackResult.Failed failure) {
      failed(replica, done, failure.cause());
    } else if (result instanceof CallbackResult.TakenBack) {
      arrived(replica, done.from(), Token.NONE);
      mark(replica.bucket, Urgency.NOW);
    } else {
      arrived(replica, done.to(), done.token());
      boolean leftTop = replica.handling.model().isTop(done.from());
      mark(replica.bucket, leftTop || replica.isAtRest() ? Urgency.NOW : Urgency.SOON);
    }
    dispatch();
  }

  private void failed(Replica replica, Action.Start done, String cause) {
    if (mode == Mode.ENDING || done.call() == Action.Call.RESET) {
      // The replica is given up in whatever state its handler is: nothing more can be done with it.
      arrived(replica, mode == Mode.ENDING ? StateModel.DROPPED : done.to(), Token.NONE);
    } else if (replica.isInError()) {
      arrived(replica, StateModel.DROPPED, Token.NONE);
    } else {
      fail(replica, done.from() + ">" + done.to() + ": " + cause);
    }
    mark(replica.bucket, Urgency.NOW);
  }

  private void fail(Replica replica, String cause) {
    replica.state = StateModel.ERROR;
    replica.token = Token.NONE;
    replica.error = Names.printable(cause);
    replica.errorQ = replica.target.q();
    evaluate(replica);
  }

  private void arrived(Replica replica, String state, long token) {
    boolean reset = replica.isInError();
    replica.state = state;
    replica.token = token;
    replica.error = "";
    if (!replica.isTop()) {
      replica.revoked = false;
    }
    if (state.equals(StateModel.DROPPED)) {
      remove(replica);
      beginAgain(replica);
      return;
    }
    if (reset) {
      actions.add(new Action.Forget(replica.key));
    }
    evaluate(replica);
  }

  /** While its drop ran, the partition may have come to be wanted again: by a new replica. */
  private void beginAgain(Replica gone) {
    @Nullable Bucket bucket = buckets.get(gone.bucket);
    @Nullable Target target = bucket == null ? null : bucket.targets.get(gone.key);
    if (bucket != null
        && target != null
        && mode != Mode.ENDING
        && !target.state().equals(StateModel.DROPPED)) {
      create(gone.bucket, bucket, gone.key, gone.stateModel, target);
    }
  }

  /** A replica that is sent to a state that its model does not have waits in ERROR. */
  private void checkTarget(Replica replica) {
    if (replica.running == null
        && !replica.isInError()
        && !replica.isKnown(replica.target.state())) {
      fail(
          replica,
          "state model " + replica.stateModel + " has no state '"
              + Names.printable(replica.target.state()) + "'");
    }
  }

  private void remove(Replica replica) {
    withdraw(replica);
    replicas.remove(replica.key);
    @Nullable Bucket bucket = buckets.get(replica.bucket);
    if (bucket != null) {
      bucket.replicas.remove(replica.key);
    }
    actions.add(new Action.Forget(replica.key));
  }

  /** The lease was lost. */
  void fence() {
    if (mode != Mode.SERVING) {
      return;
    }
    for (Replica replica : replicas.values()) {
      if (replica.isEnteringTop()) {
        actions.add(new Action.Cancel(replica.key));
      }
      replica.revoked |= replica.isEnteringTop() || replica.isTop();
    }
    enter(Mode.FENCED);
  }

  /** The lease is held again, and the assignments have been read since. */
  void unfence() {
    if (mode == Mode.FENCED) {
      enter(Mode.SERVING);
    }
  }

  /** The incarnation is over. */
  void end() {
    for (Replica replica : replicas.values()) {
      if (replica.running != null) {
        actions.add(new Action.Cancel(replica.key));
      }
    }
    enter(Mode.ENDING);
  }

  private void enter(Mode next) {
    mode = next;
    // A copy: what is silent removes itself.
    ImmutableList.copyOf(replicas.values()).forEach(this::evaluate);
    dispatch();
  }

  // Steps.

  /** Looks anew at what a replica does next. */
  private void evaluate(Replica replica) {
    withdraw(replica);
    Optional<Replica.Step> next = replica.next(mode);
    if (next.isEmpty()) {
      checkTarget(replica);
      return;
    }
    Replica.Step step = next.get();
    if (replica.isSilent(step)) {
      arrived(replica, step.to(), Token.NONE);
      mark(replica.bucket, Urgency.NOW);
    } else if (mode == Mode.SERVING) {
      replica.candidate = replica.candidate(step);
      candidates.add(replica.candidate);
    } else {
      start(replica, step);
    }
  }

  private void withdraw(Replica replica) {
    if (replica.candidate != null) {
      candidates.remove(replica.candidate);
      replica.candidate = null;
    }
  }

  private void dispatch() {
    while (running < slots && !candidates.isEmpty()) {
      Replica.Candidate candidate = candidates.first();
      @Nullable Replica replica = replicas.get(candidate.key());
      if (replica == null) {
        throw new IllegalStateException("a step of " + candidate.key() + " outlived it");
      }
      withdraw(replica);
      start(replica, candidate.step());
    }
  }

  private void start(Replica replica, Replica.Step step) {
    long token = replica.tokenFor(step.to());
    Action.Start start = new Action.Start(
        replica.key, replica.stateModel, step.call(), replica.state, step.to(), token);
    replica.running = start;
    replica.lastToken = Math.max(replica.lastToken, token);
    running++;
    actions.add(start);
    mark(replica.bucket, Urgency.SOON);
  }

  private void mark(String bucket, Urgency urgency) {
    marks.merge(bucket, urgency, (a, b) -> a.compareTo(b) >= 0 ? a : b);
  }

  // What comes out.

  /** What is to be done since the last call. */
  ImmutableList<Action> takeActions() {
    ImmutableList<Action> taken = ImmutableList.copyOf(actions);
    actions.clear();
    return taken;
  }

  /** The buckets whose report has changed since the last call. */
  ImmutableMap<String, Urgency> takeMarks() {
    ImmutableMap<String, Urgency> taken = ImmutableMap.copyOf(marks);
    marks.clear();
    return taken;
  }

  /** The report of a bucket as of now. */
  ReportBucket report(String name, long incarnation, long q, int maxError) {
    @Nullable Bucket bucket = buckets.get(name);
    if (bucket == null) {
      return new ReportBucket(incarnation, q, 0, ImmutableSortedMap.of());
    }
    TreeMap<ResourceKey, TreeMap<Integer, ReplicaState>> states = new TreeMap<>();
    TreeMap<ResourceKey, String> models = new TreeMap<>();
    for (Replica replica : bucket.replicas.values()) {
      ReplicaState state = replica.report();
      String error = state.error().substring(0, Math.min(maxError, state.error().length()));
      states
          .computeIfAbsent(replica.key.resource(), r -> new TreeMap<>())
          .put(
              replica.key.partition(),
              new ReplicaState(state.state(), state.token(), state.inFlight(), error));
      models.put(replica.key.resource(), replica.stateModel);
    }
    ImmutableSortedMap.Builder<ResourceKey, ReportBucket.Group> groups =
        ImmutableSortedMap.naturalOrder();
    states.forEach((resource, group) -> groups.put(
        resource,
        new ReportBucket.Group(
            java.util.Objects.requireNonNull(models.get(resource)),
            ImmutableSortedMap.copyOf(group))));
    return new ReportBucket(incarnation, q, bucket.s, groups.buildOrThrow());
  }

  /** Every replica with its state. */
  ImmutableSortedMap<ReplicaKey, ReplicaState> states() {
    return ImmutableSortedMap.copyOf(com.google.common.collect.Maps.transformValues(
        (Map<ReplicaKey, Replica>) replicas, Replica::report));
  }

  Mode mode() {
    return mode;
  }

  /** Whether no replica is left. */
  boolean isEmpty() {
    return replicas.isEmpty();
  }

  /** Whether no replica is left and none is wanted. */
  boolean isDrained() {
    return isEmpty()
        && buckets.values().stream()
            .flatMap(bucket -> bucket.targets.values().stream())
            .allMatch(target -> target.state().equals(StateModel.DROPPED));
  }
}
