// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceKey;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Codec;
import io.heddle.store.Op;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Alters operations and documents. Pure. */
final class Alterations {
  private Alterations() {}

  /** The operations, with the data of those below a section altered. */
  static <T> List<Op> data(List<Op> ops, String section, Codec<T> codec, UnaryOperator<T> change) {
    return ops.stream()
        .map(op -> {
          if (!op.path().contains("/" + section + "/")) {
            return op;
          }
          if (op instanceof Op.Set set) {
            byte[] data = codec.encode(change.apply(codec.decode(set.data())));
            return new Op.Set(set.path(), data, set.version());
          }
          if (op instanceof Op.Create create) {
            byte[] data = codec.encode(change.apply(codec.decode(create.data())));
            return new Op.Create(create.path(), data, create.mode(), create.acl());
          }
          return op;
        })
        .toList();
  }

  static List<Op> reports(List<Op> ops, UnaryOperator<ReportBucket> change) {
    return data(ops, "reports", BucketCodecs.REPORT, change);
  }

  static List<Op> assignments(List<Op> ops, UnaryOperator<AssignmentBucket> change) {
    return data(ops, "assignments", BucketCodecs.ASSIGNMENT, change);
  }

  /** Checks of a znode accept any version. */
  static List<Op> unchecked(List<Op> ops, String path) {
    return ops.stream()
        .map(op -> op instanceof Op.Check check && check.path().endsWith(path)
            ? new Op.Check(check.path(), Op.ANY_VERSION)
            : op)
        .toList();
  }

  /** Writes accept any version. */
  static List<Op> blind(List<Op> ops) {
    return ops.stream()
        .map(op -> {
          if (op instanceof Op.Set set) {
            return new Op.Set(set.path(), set.data(), Op.ANY_VERSION);
          }
          return op instanceof Op.Delete delete ? new Op.Delete(delete.path(), Op.ANY_VERSION) : op;
        })
        .toList();
  }

  static ReportBucket withS(ReportBucket report, long s) {
    return new ReportBucket(report.incarnation(), report.q(), s, report.groups());
  }

  static ReportBucket withQ(ReportBucket report, long q) {
    return new ReportBucket(report.incarnation(), q, report.s(), report.groups());
  }

  static AssignmentBucket withIncarnation(AssignmentBucket bucket, long n) {
    return new AssignmentBucket(bucket.epoch(), n, bucket.q(), bucket.a(), bucket.groups());
  }

  /** Nothing is in flight. */
  static ReportBucket atRest(ReportBucket report) {
    TreeMap<ResourceKey, ReportBucket.Group> groups = new TreeMap<>();
    report.groups().forEach((key, group) -> {
      TreeMap<Integer, ReplicaState> replicas = new TreeMap<>();
      group
          .replicas()
          .forEach((partition, replica) -> replicas.put(
              partition,
              new ReplicaState(
                  replica.state(), replica.token(), Optional.empty(), replica.error())));
      groups.put(
          key,
          new ReportBucket.Group(group.stateModel(), ImmutableSortedMap.copyOfSorted(replicas)));
    });
    return new ReportBucket(
        report.incarnation(), report.q(), report.s(), ImmutableSortedMap.copyOfSorted(groups));
  }

  /** What a target becomes, if it stays. */
  interface TargetChange {
    Optional<AssignmentBucket.Target> apply(
        ResourceKey key, int partition, AssignmentBucket.Target target);
  }

  static AssignmentBucket targets(AssignmentBucket bucket, TargetChange change) {
    TreeMap<ResourceKey, AssignmentBucket.Group> groups = new TreeMap<>();
    bucket.groups().forEach((key, group) -> {
      TreeMap<Integer, AssignmentBucket.Target> targets = new TreeMap<>();
      group
          .targets()
          .forEach((partition, target) -> change
              .apply(key, partition, target)
              .ifPresent(changed -> targets.put(partition, changed)));
      if (!targets.isEmpty()) {
        groups.put(
            key,
            new AssignmentBucket.Group(
                group.stateModel(), ImmutableSortedMap.copyOfSorted(targets)));
      }
    });
    return new AssignmentBucket(
        bucket.epoch(),
        bucket.incarnation(),
        bucket.q(),
        bucket.a(),
        ImmutableSortedMap.copyOfSorted(groups));
  }
}
