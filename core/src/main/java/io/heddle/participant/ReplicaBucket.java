// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceKey;
import io.heddle.model.TransitionTimeouts;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What was taken up of one assignment bucket, and the replicas in it; confined, as
 * {@link Replicas}, which alone changes it.
 */
final class ReplicaBucket {
  /** The sequence number that was taken up. */
  long s;

  final TreeMap<ReplicaKey, Target> targets = new TreeMap<>();
  final TreeMap<ReplicaKey, Replica> replicas = new TreeMap<>();
  private final TreeMap<ResourceKey, TransitionTimeouts> timeouts = new TreeMap<>();

  /** How long transitions of a resource may take. */
  TransitionTimeouts timeouts(ResourceKey resource) {
    return timeouts.getOrDefault(resource, TransitionTimeouts.NONE);
  }

  void takeUpTimeouts(AssignmentBucket assignment) {
    timeouts.clear();
    assignment.groups().forEach((resource, group) -> {
      if (!group.timeouts().equals(TransitionTimeouts.NONE)) {
        timeouts.put(resource, group.timeouts());
      }
    });
  }

  /** The report as of now. */
  ReportBucket report(long incarnation, long q, int maxError) {
    TreeMap<ResourceKey, TreeMap<Integer, ReplicaState>> states = new TreeMap<>();
    Map<ResourceKey, String> models = new TreeMap<>();
    for (Replica replica : replicas.values()) {
      states
          .computeIfAbsent(replica.key.resource(), r -> new TreeMap<>())
          .put(replica.key.partition(), cut(replica.report(), maxError));
      models.put(replica.key.resource(), replica.stateModel);
    }
    ImmutableSortedMap.Builder<ResourceKey, ReportBucket.Group> groups =
        ImmutableSortedMap.naturalOrder();
    states.forEach((resource, group) -> groups.put(
        resource,
        new ReportBucket.Group(
            Objects.requireNonNull(models.get(resource)), ImmutableSortedMap.copyOfSorted(group))));
    return new ReportBucket(incarnation, q, s, groups.buildOrThrow());
  }

  private static ReplicaState cut(ReplicaState state, int maxError) {
    String error = state.error().substring(0, Math.min(maxError, state.error().length()));
    return new ReplicaState(
        state.state(), state.token(), state.inFlight(), error, state.failures());
  }
}
