// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.PartitionId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.Token;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.memory.CommittedTxn;
import io.heddle.store.memory.CommittedTxn.Change;
import io.heddle.store.memory.CommittedTxn.Kind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the store's transaction log, in order, and checks the protocol's rules on what is written:
 * no write of an older epoch, reports by the living incarnation only, sequences and tokens that
 * only go up, the top state granted only when nobody else may hold it (R6), partitions forgotten
 * only after they were acknowledged as dropped. Confined to the simulation's thread.
 */
final class LogCheck {
  private static final String TOP = "MASTER";

  private final ClusterPaths paths;
  private final MasterCheck masters;
  private final TreeMap<InstanceId, LiveInstance> live = new TreeMap<>();
  private final TreeMap<String, AssignmentBucket> assignments = new TreeMap<>();
  private final TreeMap<String, ReportBucket> reports = new TreeMap<>();
  private final TreeMap<String, Long> sequences = new TreeMap<>();
  private final TreeMap<PartitionId, Long> granted = new TreeMap<>();
  private final TreeMap<String, ResourceKey> resources = new TreeMap<>();
  private long epoch;

  LogCheck(ClusterPaths paths, MasterCheck masters) {
    this.paths = paths;
    this.masters = masters;
  }

  /** The last token that was given out for each partition. */
  Map<PartitionId, Long> granted() {
    return granted;
  }

  void read(CommittedTxn txn) {
    TreeMap<String, AssignmentBucket> before = new TreeMap<>();
    for (Change change : txn.changes()) {
      if (!change.path().startsWith(paths.root())) {
        continue;
      }
      List<String> parts = paths.parts(change.path());
      if (parts.isEmpty()) {
        continue;
      }
      switch (parts.get(0)) {
        case "epoch" -> epoch(change);
        case "live" -> live(parts, change);
        case "assignments" -> assignment(parts, change, before);
        case "reports" -> report(parts, change);
        case "resources" -> resource(parts, change, txn.zxid());
        default -> {}
      }
    }
    // Only now: the order of operations within a transaction means nothing.
    for (String path : before.keySet()) {
      grants(path, before.get(path));
    }
  }

  private static AssertionError violation(String check, String detail) {
    return new AssertionError("[" + check + "] " + detail);
  }

  private void epoch(Change change) {
    long base = Specs.EPOCH.decode(change.data()).base();
    epoch = change.kind() == Kind.CREATED ? base : epoch + 1;
  }

  private void live(List<String> parts, Change change) {
    if (parts.size() != 3) {
      return;
    }
    InstanceId instance = InstanceId.of(parts.get(1));
    if (change.kind() == Kind.DELETED) {
      live.remove(instance);
      masters.disappeared(instance);
      return;
    }
    LiveInstance one = Specs.LIVE.decode(change.data());
    LiveInstance other = live.put(instance, one);
    if (change.kind() == Kind.CREATED) {
      if (other != null) {
        throw violation("two incarnations", "%s and %s".formatted(other, one));
      }
      masters.appeared(one);
    }
  }

  private Optional<Long> incarnation(InstanceId instance) {
    return Optional.ofNullable(live.get(instance)).map(LiveInstance::incarnation);
  }

  private void sequence(String path, long q) {
    Long last = sequences.put(path, q);
    if (last != null && q < last) {
      throw violation(
          "sequence goes back",
          "%s: from %s to %s".formatted(path, Token.format(last), Token.format(q)));
    }
  }

  private void assignment(List<String> parts, Change change, Map<String, AssignmentBucket> before) {
    if (parts.size() != 3) {
      return;
    }
    InstanceId instance = InstanceId.of(parts.get(1));
    String path = parts.get(1) + "/" + parts.get(2);
    AssignmentBucket old = assignments.get(path);
    AssignmentBucket empty =
        new AssignmentBucket(0, 0, 0, 0, com.google.common.collect.ImmutableSortedMap.of());
    before.putIfAbsent(path, old == null ? empty : old);
    if (change.kind() == Kind.DELETED) {
      assignments.remove(path);
      if (old != null && incarnation(instance).equals(Optional.of(old.incarnation()))) {
        throw violation("deleted in force", "%s names the living incarnation".formatted(path));
      }
      return;
    }
    AssignmentBucket bucket = BucketCodecs.ASSIGNMENT.decode(change.data());
    if (bucket.epoch() != epoch) {
      throw violation(
          "older epoch",
          "%s is written with epoch %d in epoch %d".formatted(path, bucket.epoch(), epoch));
    }
    sequence("assignments/" + path, bucket.q());
    assignments.put(path, bucket);
    if (old != null
        && old.incarnation() == bucket.incarnation()
        && incarnation(instance).equals(Optional.of(bucket.incarnation()))) {
      forgotten(path, old, bucket);
    }
  }

  private void forgotten(String path, AssignmentBucket old, AssignmentBucket bucket) {
    old.groups()
        .forEach((key, group) -> group.targets().forEach((partition, target) -> {
          if (bucket.target(key, partition).isEmpty()
              && !isGone(path, bucket.incarnation(), key, partition, target)) {
            throw violation(
                "forgotten too early",
                "%s: %s/%d %s is no longer there, but the report is %s"
                    .formatted(path, key, partition, target, reports.get(path)));
          }
        }));
  }

  private boolean isGone(
      String path, long incarnation, ResourceKey key, int partition, Target target) {
    ReportBucket report = reports.get(path);
    return target.state().equals(StateModel.DROPPED)
        && report != null
        && report.incarnation() == incarnation
        && report.s() >= target.q()
        && report.replica(key, partition).isEmpty();
  }

  private void report(List<String> parts, Change change) {
    if (parts.size() != 3) {
      return;
    }
    String path = parts.get(1) + "/" + parts.get(2);
    if (change.kind() == Kind.DELETED) {
      reports.remove(path);
      return;
    }
    ReportBucket report = BucketCodecs.REPORT.decode(change.data());
    Optional<Long> living = incarnation(InstanceId.of(parts.get(1)));
    if (!living.equals(Optional.of(report.incarnation()))) {
      throw violation(
          "report of the dead",
          "%s is written by incarnation %d, but %s lives"
              .formatted(path, report.incarnation(), living));
    }
    sequence("reports/" + path, report.q());
    reports.put(path, report);
  }

  private void resource(List<String> parts, Change change, long zxid) {
    if (parts.size() != 2) {
      return;
    }
    if (change.kind() == Kind.CREATED) {
      resources.put(
          parts.get(1), new ResourceKey(io.heddle.model.ResourceId.of(parts.get(1)), zxid));
    } else if (change.kind() == Kind.DELETED) {
      removed(resources.get(parts.get(1)));
    }
  }

  private void removed(@Nullable ResourceKey key) {
    reports.forEach((path, report) -> {
      Optional<Long> living = incarnation(instance(path));
      if (living.equals(Optional.of(report.incarnation())) && report.groups().containsKey(key)) {
        throw violation("removed too early", "%s is gone, but %s has it".formatted(key, path));
      }
    });
  }

  private static InstanceId instance(String path) {
    return InstanceId.of(path.substring(0, path.indexOf('/')));
  }

  private void grants(String path, AssignmentBucket before) {
    AssignmentBucket bucket = assignments.get(path);
    if (bucket == null || !isInForce(path, bucket)) {
      return;
    }
    bucket
        .groups()
        .forEach((key, group) -> group.targets().forEach((partition, target) -> {
          long old = before.incarnation() == bucket.incarnation()
              ? before.target(key, partition).map(Target::token).orElse(Token.NONE)
              : Token.NONE;
          if (target.token() != Token.NONE && target.token() != old) {
            granted(path, key, partition, target);
          }
        }));
  }

  private boolean isInForce(String path, AssignmentBucket bucket) {
    return incarnation(instance(path)).equals(Optional.of(bucket.incarnation()));
  }

  private void granted(String path, ResourceKey key, int partition, Target target) {
    PartitionId entity = new PartitionId(key.resource(), partition);
    Long last = granted.put(entity, target.token());
    if (last != null && target.token() <= last) {
      throw violation(
          "token goes back",
          "%s is granted to %s with token %s after %s"
              .formatted(entity, path, Token.format(target.token()), Token.format(last)));
    }
    for (Map.Entry<String, AssignmentBucket> other : assignments.entrySet()) {
      if (!other.getKey().equals(path)
          && isInForce(other.getKey(), other.getValue())
          && mayBeTop(other.getKey(), other.getValue(), key, partition)) {
        throw violation(
            "granted too early",
            "%s is granted to %s, but %s may hold it: wanted %s, reported %s"
                .formatted(
                    entity,
                    path,
                    other.getKey(),
                    other.getValue().target(key, partition),
                    reports.get(other.getKey())));
      }
    }
  }

  private boolean mayBeTop(String path, AssignmentBucket bucket, ResourceKey key, int partition) {
    Optional<ReportBucket> report =
        Optional.ofNullable(reports.get(path)).filter(r -> r.incarnation() == bucket.incarnation());
    Optional<Target> target = bucket.target(key, partition);
    boolean wanted = target
        .filter(t -> t.state().equals(TOP)
            || (t.mayHold() && report.filter(r -> r.s() >= t.q()).isEmpty()))
        .isPresent();
    Optional<ReplicaState> replica = report.flatMap(r -> r.replica(key, partition));
    return wanted
        || replica
            .filter(r -> r.state().equals(TOP)
                || r.inFlight().filter(f -> f.to().equals(TOP)).isPresent())
            .isPresent();
  }
}
