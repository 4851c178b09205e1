// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableMap;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceKey;
import io.heddle.pipeline.Replicas.Replica;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Since when this reign has been waiting for what, by its monotonic clock: for an answer, for the
 * end of a transition, or in ERROR for what comes next. A new reign begins to count anew.
 *
 * <p>What a plan says of it is part of the next snapshot, so that planning stays a function of
 * values. Only what waits is here: a cluster at rest has none. Immutable.
 */
public final class Waits {
  /** Nothing is awaited. */
  public static final Waits NONE = new Waits(ImmutableMap.of());

  static final SectionKey<Waits> KEY = SectionKey.of("waits", Waits.class);

  private final ImmutableMap<Key, Wait> waits;

  private record Key(InstanceId instance, long incarnation, ResourceKey resource, int partition) {}

  /** What it is that is awaited; something else begins when any of this changes. */
  private record Wait(long q, String state, String to, long sinceNanos) {
    boolean isSame(Wait other) {
      return q == other.q && state.equals(other.state) && to.equals(other.to);
    }
  }

  private Waits(ImmutableMap<Key, Wait> waits) {
    this.waits = waits;
  }

  /** How many replicas something is awaited of. */
  public int size() {
    return waits.size();
  }

  /** What is awaited now; what was awaited before keeps its time. */
  Waits next(Replicas replicas, long nowNanos) {
    ImmutableMap.Builder<Key, Wait> next = ImmutableMap.builder();
    for (ResourceKey resource : replicas.resources()) {
      for (int partition : replicas.partitions(resource)) {
        for (Replica replica : replicas.partition(resource, partition).values()) {
          if (!replica.atRest() || replica.inError()) {
            Key key = key(resource, partition, replica);
            Wait now = wait(replica, nowNanos);
            @Nullable Wait before = waits.get(key);
            next.put(key, before != null && before.isSame(now) ? before : now);
          }
        }
      }
    }
    Map<Key, Wait> all = next.buildOrThrow();
    return all.isEmpty() ? NONE : new Waits(ImmutableMap.copyOf(all));
  }

  private static Key key(ResourceKey resource, int partition, Replica replica) {
    return new Key(replica.instance(), replica.incarnation(), resource, partition);
  }

  private static Wait wait(Replica replica, long nowNanos) {
    return new Wait(
        replica.target().map(Target::q).orElse(0L),
        replica.reported().map(ReplicaState::state).orElse(""),
        replica
            .reported()
            .flatMap(ReplicaState::inFlight)
            .map(ReplicaState.InFlight::to)
            .orElse(""),
        nowNanos);
  }

  /**
   * Since when something has been awaited of a replica.
   *
   * @param otherwise the answer if nothing is
   */
  long since(ResourceKey resource, int partition, Replica replica, long otherwise) {
    @Nullable Wait wait = waits.get(key(resource, partition, replica));
    return wait == null ? otherwise : wait.sinceNanos();
  }

  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof Waits other && waits.equals(other.waits);
  }

  @Override
  public int hashCode() {
    return waits.hashCode();
  }

  @Override
  public String toString() {
    return "Waits " + waits;
  }
}
