// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.PartitionId;
import io.heddle.model.Reason;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel.Transition;
import io.heddle.model.TransitionTimeouts;
import io.heddle.pipeline.Replicas.Replica;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Says of what is awaited until when it is expected, and what is overdue. Everything that waits has
 * a time, also where nobody set a limit: then nothing is done when it is over, but it is told.
 * Confined to one pass.
 */
final class WaitCheck {
  /** Within this an order is answered, be it by saying that its transition runs. */
  static final Duration ANSWER = Duration.ofSeconds(10);

  /** What a participant gets to report a time-out, on top of the time-out. */
  static final Duration GRACE = Duration.ofSeconds(5);

  /** What is expected of a transition without a limit. */
  static final Duration WITHOUT_LIMIT = Duration.ofSeconds(60);

  /** What is not told of, since it is over before anybody has read it. */
  private static final Duration BRIEF = Duration.ofSeconds(1);

  private final Waits waits;
  private final long nowNanos;
  private final List<Reason> reasons = new ArrayList<>();
  private OptionalLong wakeAtNanos = OptionalLong.empty();

  WaitCheck(Waits waits, long nowNanos) {
    this.waits = waits;
    this.nowNanos = nowNanos;
  }

  List<Reason> reasons() {
    return reasons;
  }

  /** When the next thing becomes overdue, if nothing happens. */
  OptionalLong wakeAtNanos() {
    return wakeAtNanos;
  }

  void look(ResourceKey resource, int partition, Replica replica, TransitionTimeouts timeouts) {
    if (replica.atRest()) {
      return;
    }
    String entity = new PartitionId(resource.resource(), partition) + "@" + replica.instance();
    Optional<ReplicaState> late =
        replica.reported().filter(r -> r.inFlight().isPresent() && !r.error().isEmpty());
    if (late.isPresent()) {
      reasons.add(
          new Reason(Reason.Code.TRANSITION_TIMED_OUT, entity, late.get().error()));
      return;
    }
    long since = waits.since(resource, partition, replica, nowNanos);
    Optional<Transition> transition = transition(replica);
    Duration expected = transition
        .map(t -> timeouts.of(t).map(GRACE::plus).orElse(WITHOUT_LIMIT))
        .orElse(ANSWER);
    Duration waited = Duration.ofNanos(nowNanos - since);
    if (waited.compareTo(expected) < 0) {
      wake(since + expected.toNanos());
    }
    if (waited.compareTo(BRIEF) >= 0) {
      tell(entity, replica, transition, waited, expected);
    }
  }

  private void wake(long nanos) {
    if (wakeAtNanos.isEmpty() || nanos - wakeAtNanos.getAsLong() < 0) {
      wakeAtNanos = OptionalLong.of(nanos);
    }
  }

  private static Optional<Transition> transition(Replica replica) {
    return replica
        .reported()
        .flatMap(r -> r.inFlight().map(flight -> new Transition(r.state(), flight.to())));
  }

  private void tell(
      String entity,
      Replica replica,
      Optional<Transition> transition,
      Duration waited,
      Duration expected) {
    boolean overdue = waited.compareTo(expected) >= 0;
    Reason.Code inTime = transition.isPresent()
        ? Reason.Code.TRANSITION_IN_FLIGHT
        : Reason.Code.AWAITING_ACKNOWLEDGEMENT;
    String what = transition
        .map(t -> t + " runs")
        .orElseGet(() -> "told " + replica.target().map(Target::state).orElse("nothing")
            + ", and has not answered");
    reasons.add(new Reason(
        overdue ? Reason.Code.TRANSITION_OVERDUE : inTime,
        entity,
        what + "; " + waited.toMillis() + " of the " + expected.toMillis()
            + " ms within which it is expected"));
  }
}
