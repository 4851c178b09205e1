// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.StateModel.Transition;
import java.time.Duration;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How long transitions may take. The time of a callback is meant, from its start to its return;
 * waiting for a thread is not counted.
 *
 * <p>Said of the cluster and of a resource, each for all transitions or for single ones. The
 * narrower comes first: what the resource says of a transition, what the cluster says of it, what
 * the resource says of all, what the cluster says of all. Who says nothing takes nothing away.
 *
 * @param any for the transitions that are not named; without it they have no limit
 * @param each for single transitions
 */
public record TransitionTimeouts(
    Optional<Duration> any, ImmutableSortedMap<Transition, Duration> each) {
  /** No limits. */
  public static final TransitionTimeouts NONE =
      new TransitionTimeouts(Optional.empty(), ImmutableSortedMap.of());

  /** The shortest time-out. */
  public static final Duration LEAST = Duration.ofMillis(1);

  /** The longest time-out. */
  public static final Duration MOST = Duration.ofDays(100);

  /** Checks the times. */
  public TransitionTimeouts {
    any.ifPresent(timeout -> check("any transition", timeout));
    each.forEach((transition, timeout) -> check(transition.toString(), timeout));
  }

  private static void check(String what, Duration timeout) {
    if (timeout.compareTo(LEAST) < 0 || timeout.compareTo(MOST) > 0) {
      throw new IllegalArgumentException(
          "the time-out of " + what + " must be 1 ms to 100 days, not " + timeout);
    }
  }

  /** The same time-out for all. */
  public static TransitionTimeouts of(Duration any) {
    return new TransitionTimeouts(Optional.of(any), ImmutableSortedMap.of());
  }

  /** With the time-out of one transition. */
  public TransitionTimeouts with(String from, String to, Duration timeout) {
    TreeMap<Transition, Duration> more = new TreeMap<>(each);
    more.put(new Transition(from, to), timeout);
    return new TransitionTimeouts(any, ImmutableSortedMap.copyOfSorted(more));
  }

  /** How long a transition may take, if there is a limit. */
  public Optional<Duration> of(Transition transition) {
    return Optional.ofNullable(each.get(transition)).or(() -> any);
  }

  /** These, and where they say nothing what the wider ones say. */
  public TransitionTimeouts over(TransitionTimeouts wider) {
    if (wider.equals(NONE)) {
      return this;
    }
    TreeMap<Transition, Duration> both = new TreeMap<>(wider.each);
    both.putAll(each);
    return new TransitionTimeouts(any.or(wider::any), ImmutableSortedMap.copyOfSorted(both));
  }
}
