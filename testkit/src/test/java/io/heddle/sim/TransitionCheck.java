// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.PartitionId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.memory.CommittedTxn;
import io.heddle.store.memory.CommittedTxn.Change;
import io.heddle.store.memory.CommittedTxn.Kind;
import io.heddle.testkit.Simulation;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Reads the store's transaction log and checks how replicas are moved: no more are told to go up at
 * a time than the throttles allow, and nobody who serves is told to go while nobody else of the
 * partition does, unless he must go at once. Resources here obey MasterSlave. Confined to the
 * simulation's thread.
 */
final class TransitionCheck {
  /** What a controller knows may be older than what is written by this much. */
  private static final long OLD_NANOS = 5_000_000_000L;

  private static final StateModel MODEL = StateModels.MASTER_SLAVE;

  private final Simulation simulation;
  private final ClusterPaths paths;
  private final int perInstance;
  private final int perCluster;
  private final TreeMap<InstanceId, LiveInstance> live = new TreeMap<>();
  private final TreeMap<InstanceId, InstanceSpec> instances = new TreeMap<>();
  private final TreeMap<String, ResourceSpec> resources = new TreeMap<>();
  private final TreeMap<String, AssignmentBucket> assignments = new TreeMap<>();
  private final TreeMap<String, ReportBucket> reports = new TreeMap<>();

  /** When a replica was last known to serve, by partition and instance. */
  private final TreeMap<PartitionId, TreeMap<InstanceId, Long>> served = new TreeMap<>();

  /** When something else was last said of an instance or a resource. */
  private final TreeMap<String, Long> changed = new TreeMap<>();

  private long looked;

  TransitionCheck(Simulation simulation, ClusterPaths paths, int perInstance, int perCluster) {
    this.simulation = simulation;
    this.paths = paths;
    this.perInstance = perInstance;
    this.perCluster = perCluster;
  }

  /** How many transactions with orders were looked at. */
  long looked() {
    return looked;
  }

  void read(CommittedTxn txn) {
    Map<InstanceId, Integer> before = underWay();
    TreeMap<String, AssignmentBucket> old = new TreeMap<>();
    for (Change change : txn.changes()) {
      if (change.path().startsWith(paths.root())) {
        List<String> parts = paths.parts(change.path());
        if (!parts.isEmpty()) {
          note(parts, change, old);
        }
      }
    }
    if (!old.isEmpty()) {
      looked++;
      throttled(before, underWay());
      old.forEach(this::serving);
    }
  }

  private void note(List<String> parts, Change change, Map<String, AssignmentBucket> old) {
    boolean deleted = change.kind() == Kind.DELETED;
    String bucket = parts.size() == 3 ? parts.get(1) + "/" + parts.get(2) : "";
    switch (parts.get(0)) {
      case "live" -> {
        if (parts.size() == 3) {
          InstanceId id = InstanceId.of(parts.get(1));
          changed.put(id.name(), simulation.now().toNanos());
          if (deleted) {
            live.remove(id);
          } else {
            live.put(id, Specs.LIVE.decode(change.data()));
          }
        }
      }
      case "instances" -> {
        if (parts.size() == 2 && !deleted) {
          changed.put(parts.get(1), simulation.now().toNanos());
          instances.put(InstanceId.of(parts.get(1)), Specs.INSTANCE.decode(change.data()));
        }
      }
      case "resources" -> {
        if (parts.size() == 2) {
          changed.put(parts.get(1), simulation.now().toNanos());
          if (deleted) {
            resources.remove(parts.get(1));
          } else {
            resources.put(parts.get(1), Specs.RESOURCE.decode(change.data()));
          }
        }
      }
      case "assignments" -> {
        if (parts.size() == 3) {
          Optional.ofNullable(assignments.get(bucket)).ifPresent(was -> old.put(bucket, was));
          if (deleted) {
            assignments.remove(bucket);
          } else {
            assignments.put(bucket, BucketCodecs.ASSIGNMENT.decode(change.data()));
          }
        }
      }
      case "reports" -> {
        if (parts.size() == 3) {
          noteServed(bucket);
          if (deleted) {
            reports.remove(bucket);
          } else {
            reports.put(bucket, BucketCodecs.REPORT.decode(change.data()));
            noteServed(bucket);
          }
        }
      }
      default -> {}
    }
  }

  private void noteServed(String bucket) {
    ReportBucket report = reports.get(bucket);
    if (report == null) {
      return;
    }
    report
        .groups()
        .forEach((key, group) -> group.replicas().forEach((partition, replica) -> {
          if (serves(replica.state())) {
            served
                .computeIfAbsent(new PartitionId(key.resource(), partition), p -> new TreeMap<>())
                .put(instance(bucket), simulation.now().toNanos());
          }
        }));
  }

  private static boolean serves(String state) {
    return MODEL.priority(state) <= MODEL.priority(MODEL.baseState());
  }

  private static InstanceId instance(String bucket) {
    return InstanceId.of(bucket.substring(0, bucket.indexOf('/')));
  }

  private boolean isInForce(String bucket, long incarnation) {
    LiveInstance one = live.get(instance(bucket));
    return one != null && one.incarnation() == incarnation;
  }

  // Throttles.

  private Map<InstanceId, Integer> underWay() {
    TreeMap<InstanceId, Integer> counts = new TreeMap<>();
    assignments.forEach((bucket, assignment) -> {
      if (!isInForce(bucket, assignment.incarnation())) {
        return;
      }
      Optional<ReportBucket> report = Optional.ofNullable(reports.get(bucket))
          .filter(r -> r.incarnation() == assignment.incarnation());
      assignment
          .groups()
          .forEach((key, group) -> group.targets().forEach((partition, target) -> {
            if (isUnderWay(report, key, partition, target)) {
              counts.merge(instance(bucket), 1, Integer::sum);
            }
          }));
    });
    return counts;
  }

  private static boolean isUnderWay(
      Optional<ReportBucket> report, ResourceKey key, int partition, Target target) {
    Optional<ReplicaState> replica = report.flatMap(r -> r.replica(key, partition));
    String state = replica.map(ReplicaState::state).orElse(MODEL.initialState());
    boolean rests = report.filter(r -> r.s() >= target.q()).isPresent()
        && replica.filter(r -> r.inFlight().isEmpty()).isPresent();
    boolean runsUp = replica
        .flatMap(ReplicaState::inFlight)
        .filter(flight -> isUp(state, flight.to()))
        .isPresent();
    return !rests && !state.equals(StateModel.ERROR) && (runsUp || isUp(state, target.state()));
  }

  private static boolean isUp(String from, String to) {
    return MODEL.states().containsKey(to) && MODEL.priority(to) < MODEL.priority(from);
  }

  private void throttled(Map<InstanceId, Integer> before, Map<InstanceId, Integer> after) {
    after.forEach((instance, count) -> {
      if (count > Math.max(perInstance, before.getOrDefault(instance, 0))) {
        throw new AssertionError(
            "[throttled] %d replicas go up on %s; at most %d are allowed: told %s, reported %s"
                .formatted(
                    count,
                    instance,
                    perInstance,
                    of(assignments, instance),
                    of(reports, instance)));
      }
    });
    if (sum(after) > Math.max(perCluster, sum(before))) {
      throw new AssertionError(
          "[throttled] %d replicas go up in the cluster; at most %d are allowed"
              .formatted(sum(after), perCluster));
    }
  }

  private static <B> Map<String, B> of(NavigableMap<String, B> buckets, InstanceId instance) {
    return buckets.subMap(instance + "/", instance + "0");
  }

  private static int sum(Map<InstanceId, Integer> counts) {
    return counts.values().stream().mapToInt(i -> i).sum();
  }

  // Serving.

  private void serving(String bucket, AssignmentBucket old) {
    AssignmentBucket now = assignments.get(bucket);
    if (now == null || !isInForce(bucket, now.incarnation())) {
      return;
    }
    now.groups()
        .forEach((key, group) -> group.targets().forEach((partition, target) -> {
          boolean served = old.incarnation() == now.incarnation()
              && old.target(key, partition).filter(t -> serves(t.state())).isPresent();
          if (served && !serves(target.state())) {
            goes(bucket, key, partition, target);
          }
        }));
  }

  private void goes(String bucket, ResourceKey key, int partition, Target target) {
    ReportBucket report = reports.get(bucket);
    boolean reallyServes = report != null
        && report.replica(key, partition).filter(r -> serves(r.state())).isPresent();
    InstanceId leaver = instance(bucket);
    if (!reallyServes || mustGo(leaver, key) || isRecent(leaver.name()) || nobodyElse(leaver)) {
      return;
    }
    reports.keySet().forEach(this::noteServed);
    PartitionId id = new PartitionId(key.resource(), partition);
    boolean another = served.getOrDefault(id, new TreeMap<>()).entrySet().stream()
        .anyMatch(other -> !other.getKey().equals(leaver)
            && simulation.now().toNanos() - other.getValue() <= OLD_NANOS);
    if (!another) {
      throw new AssertionError("[serving] %s on %s is told %s, and nobody else serves it: %s"
          .formatted(id, leaver, target.state(), reports));
    }
  }

  private boolean isRecent(String entity) {
    return simulation.now().toNanos() - changed.getOrDefault(entity, Long.MIN_VALUE / 2)
        <= OLD_NANOS;
  }

  private boolean mustGo(InstanceId leaver, ResourceKey key) {
    InstanceSpec spec = instances.get(leaver);
    ResourceSpec resource = resources.get(key.resource().name());
    return spec == null
        || spec.operation() == InstanceOperation.DISABLE
        || resource == null
        || resource.deleting()
        || !resource.enabled();
  }

  /** Whether there is nobody to take its place, as far as the controller can know. */
  private boolean nobodyElse(InstanceId leaver) {
    return live.values().stream()
        .noneMatch(one -> !one.id().equals(leaver)
            && !one.leaving()
            && !isRecent(one.id().name())
            && Optional.ofNullable(instances.get(one.id()))
                .filter(spec -> spec.operation() == InstanceOperation.ENABLE)
                .isPresent());
  }
}
