// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.Token;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What is wanted and what is reported of each replica on a living incarnation, joined. What is
 * wanted of, or reported by, an incarnation that is gone is not here: nobody acts on it. Where it
 * cannot be read whether one lives, all is here that any may hold.
 */
final class Replicas {
  static final SectionKey<Replicas> KEY = SectionKey.of("replicas", Replicas.class);

  /**
   * One replica.
   *
   * @param instance where
   * @param incarnation its living incarnation
   * @param stateModel the name of its state model, as it was told or reported
   * @param target what is wanted of it, if anything
   * @param reported what it reports, if anything
   * @param acknowledged whether the report reflects the target's last change
   */
  record Replica(
      InstanceId instance,
      long incarnation,
      String stateModel,
      Optional<Target> target,
      Optional<ReplicaState> reported,
      boolean acknowledged) {

    /** Rule R6: whether it may be in the top state now, or come into it by itself. */
    boolean mayBeIn(String top) {
      return target
              .filter(t -> t.state().equals(top) || (t.mayHold() && !acknowledged))
              .isPresent()
          || reported
              .filter(r -> r.state().equals(top)
                  || r.inFlight().filter(f -> f.to().equals(top)).isPresent())
              .isPresent();
    }

    /** Whether it may hold a fencing token, whatever its state model calls its top state. */
    boolean mayHoldToken() {
      return target
              .filter(t -> t.token() != Token.NONE || (t.mayHold() && !acknowledged))
              .isPresent()
          || reported
              .filter(r -> r.token() != Token.NONE
                  || r.inFlight().filter(f -> f.token() != Token.NONE).isPresent())
              .isPresent();
    }

    /** Whether nothing is under way: the last order is acknowledged and no transition runs. */
    boolean atRest() {
      return acknowledged && reported.filter(r -> r.inFlight().isEmpty()).isPresent();
    }

    /** Whether it rests in a state. */
    boolean restsIn(String state) {
      return atRest() && reported.filter(r -> r.state().equals(state)).isPresent();
    }

    boolean inError() {
      return reported.filter(r -> r.state().equals(StateModel.ERROR)).isPresent();
    }

    /** Whether its drop is done and acknowledged. */
    boolean isDropped() {
      return target.filter(t -> t.state().equals(StateModel.DROPPED)).isPresent()
          && acknowledged
          && reported.isEmpty();
    }
  }

  private final TreeMap<ResourceKey, TreeMap<Integer, TreeMap<InstanceId, Replica>>> byResource =
      new TreeMap<>();

  private Replicas() {}

  static Replicas of(Snapshot snapshot) {
    Replicas replicas = new Replicas();
    for (InstanceView instance : snapshot.instances().values()) {
      if (instance.unclear().isPresent()) {
        replicas.addUnclear(instance);
      } else {
        instance.live().ifPresent(live -> replicas.add(instance, live.incarnation()));
      }
    }
    return replicas;
  }

  private void add(InstanceView instance, long incarnation) {
    for (Map.Entry<String, AssignmentBucket> entry : instance.assignments().entrySet()) {
      AssignmentBucket bucket = entry.getValue();
      if (bucket.incarnation() != incarnation) {
        continue;
      }
      Optional<ReportBucket> report = report(instance, entry.getKey(), incarnation);
      bucket
          .groups()
          .forEach((key, group) -> group
              .targets()
              .forEach((partition, target) -> put(
                  key,
                  partition,
                  new Replica(
                      instance.id(),
                      incarnation,
                      group.stateModel(),
                      Optional.of(target),
                      report.flatMap(r -> r.replica(key, partition)),
                      report.filter(r -> r.s() >= target.q()).isPresent()))));
    }
    addUnwanted(instance, incarnation);
  }

  /** What is reported though nothing is wanted of it. */
  private void addUnwanted(InstanceView instance, long incarnation) {
    for (ReportBucket bucket : instance.reports().values()) {
      if (bucket.incarnation() != incarnation) {
        continue;
      }
      bucket
          .groups()
          .forEach((key, group) -> group.replicas().forEach((partition, reported) -> {
            if (!partition(key, partition).containsKey(instance.id())) {
              put(
                  key,
                  partition,
                  new Replica(
                      instance.id(),
                      incarnation,
                      group.stateModel(),
                      Optional.empty(),
                      Optional.of(reported),
                      true));
            }
          }));
    }
  }

  /**
   * The living incarnation may be the one that was told, the one that reported, or another, which
   * was told nothing yet and holds nothing (rule R6).
   */
  private void addUnclear(InstanceView instance) {
    instance.assignments().forEach((name, bucket) -> {
      Optional<ReportBucket> last = Optional.ofNullable(instance.reports().get(name));
      bucket
          .groups()
          .forEach((key, group) -> group
              .targets()
              .forEach((partition, target) -> put(
                  key,
                  partition,
                  new Replica(
                      instance.id(),
                      bucket.incarnation(),
                      group.stateModel(),
                      Optional.of(target),
                      last.flatMap(r -> r.replica(key, partition)),
                      last.filter(
                              r -> r.incarnation() == bucket.incarnation() && r.s() >= target.q())
                          .isPresent()))));
    });
    instance.reports().values().stream()
        .map(ReportBucket::incarnation)
        .distinct()
        .forEach(incarnation -> addUnwanted(instance, incarnation));
  }

  private static Optional<ReportBucket> report(
      InstanceView instance, String name, long incarnation) {
    return Optional.ofNullable(instance.reports().get(name))
        .filter(report -> report.incarnation() == incarnation);
  }

  private void put(ResourceKey key, int partition, Replica replica) {
    byResource
        .computeIfAbsent(key, k -> new TreeMap<>())
        .computeIfAbsent(partition, p -> new TreeMap<>())
        .put(replica.instance(), replica);
  }

  /** All resources of which somebody has a replica. */
  Set<ResourceKey> resources() {
    return byResource.keySet();
  }

  /** The partitions of a resource of which somebody has a replica. */
  Set<Integer> partitions(ResourceKey key) {
    return byResource.getOrDefault(key, new TreeMap<>()).keySet();
  }

  /** The replicas of a partition. */
  Map<InstanceId, Replica> partition(ResourceKey key, int partition) {
    return byResource.getOrDefault(key, new TreeMap<>()).getOrDefault(partition, new TreeMap<>());
  }

  /** What is reported, as rebalancers see it. */
  ResourceCurrentState current(ResourceKey key) {
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, ReplicaState>> partitions =
        ImmutableSortedMap.naturalOrder();
    for (int partition : partitions(key)) {
      ImmutableSortedMap.Builder<InstanceId, ReplicaState> reported =
          ImmutableSortedMap.naturalOrder();
      partition(key, partition)
          .forEach((instance, r) -> r.reported().ifPresent(state -> reported.put(instance, state)));
      partitions.put(partition, reported.buildOrThrow());
    }
    return new ResourceCurrentState(key.resource(), partitions.buildOrThrow());
  }

  /** What is wanted, drops left out: the goal as far as a new reign can know it. */
  ResourceAssignment wanted(ResourceKey key) {
    ResourceId resource = key.resource();
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, String>> partitions =
        ImmutableSortedMap.naturalOrder();
    for (int partition : partitions(key)) {
      ImmutableSortedMap.Builder<InstanceId, String> wanted = ImmutableSortedMap.naturalOrder();
      partition(key, partition)
          .forEach((instance, r) -> r.target()
              .filter(t -> !t.state().equals(StateModel.DROPPED))
              .ifPresent(t -> wanted.put(instance, t.state())));
      ImmutableSortedMap<InstanceId, String> row = wanted.buildOrThrow();
      if (!row.isEmpty()) {
        partitions.put(partition, row);
      }
    }
    return new ResourceAssignment(resource, partitions.buildOrThrow());
  }
}
