// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.FailedReplica;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.PartitionId;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResetRequest;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Specs;
import io.heddle.store.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the administrator does with replicas in ERROR. Confined to the loop. */
final class ResetCalls {
  private final Layout layout;
  private final Documents documents;

  ResetCalls(Layout layout, Documents documents) {
    this.layout = layout;
    this.documents = documents;
  }

  /** A replica in ERROR, and how it is named in a request, if it was told anything. */
  private record Failure(FailedReplica replica, Optional<ResetRequest> request) {}

  /** The replicas in ERROR of living incarnations. */
  CompletableFuture<ImmutableList<FailedReplica>> list(Call call, Predicate<FailedReplica> wanted) {
    return failures(call, wanted)
        .thenApply(
            all -> all.stream().map(Failure::replica).collect(ImmutableList.toImmutableList()));
  }

  /** Asks for resets; tells of which replicas. */
  CompletableFuture<ImmutableList<FailedReplica>> reset(
      Call call, Predicate<FailedReplica> wanted) {
    return failures(call, wanted).thenCompose(all -> {
      TreeMap<ResourceId, List<Failure>> byResource = new TreeMap<>();
      all.stream()
          .filter(failure -> failure.request().isPresent())
          .forEach(failure -> byResource
              .computeIfAbsent(failure.replica().partition().resource(), r -> new ArrayList<>())
              .add(failure));
      CompletableFuture<ImmutableList<FailedReplica>> done =
          CompletableFuture.completedFuture(ImmutableList.of());
      for (Map.Entry<ResourceId, List<Failure>> one : byResource.entrySet()) {
        done = done.thenCompose(before -> request(call, one.getKey(), one.getValue())
            .thenApply(asked -> ImmutableList.<FailedReplica>builder()
                .addAll(before)
                .addAll(asked)
                .build()));
      }
      return done;
    });
  }

  private CompletableFuture<ImmutableList<FailedReplica>> request(
      Call call, ResourceId resource, List<Failure> failures) {
    return documents
        .put(call, layout, layout.paths().resets(resource), Specs.RESETS, before -> {
          TreeSet<ResetRequest> all = new TreeSet<>();
          before.ifPresent(all::addAll);
          failures.stream()
              .flatMap(failure -> failure.request().stream())
              .limit(Math.max(0, ResetRequest.MOST - all.size()))
              .forEach(all::add);
          return ImmutableSortedSet.copyOfSorted(all);
        })
        .thenApply(written -> failures.stream()
            .filter(failure -> failure.request().filter(written::contains).isPresent())
            .map(Failure::replica)
            .collect(ImmutableList.toImmutableList()));
  }

  private CompletableFuture<List<Failure>> failures(Call call, Predicate<FailedReplica> wanted) {
    return call.sync()
        .thenCompose(synced -> call.children(layout.paths().in("live")))
        .thenCompose(parents -> call.readAll(parents.orElseThrow(documents::noCluster).stream()
            .map(parent -> parent + "/s")
            .collect(Collectors.toList())))
        .thenCompose(nodes -> {
          Map<InstanceId, Long> living = new HashMap<>();
          nodes.stream()
              .map(node -> Call.decode(node, Specs.LIVE))
              .forEach((LiveInstance live) -> living.put(live.id(), live.incarnation()));
          return buckets(call, new TreeSet<>(living.keySet()))
              .thenCompose(reports -> failures(call, reports, living, wanted));
        });
  }

  /** The report buckets of some instances. */
  private CompletableFuture<ImmutableList<Node>> buckets(Call call, Set<InstanceId> instances) {
    CompletableFuture<List<String>> paths = CompletableFuture.completedFuture(new ArrayList<>());
    for (InstanceId instance : instances) {
      paths = paths.thenCompose(
          before -> call.children(layout.paths().reports(instance)).thenApply(children -> {
            children.ifPresent(before::addAll);
            return before;
          }));
    }
    return paths.thenCompose(call::readAll);
  }

  private CompletableFuture<List<Failure>> failures(
      Call call, List<Node> nodes, Map<InstanceId, Long> living, Predicate<FailedReplica> wanted) {
    TreeMap<String, ReportBucket> failed = new TreeMap<>();
    for (Node node : nodes) {
      ReportBucket report = Call.decode(node, BucketCodecs.REPORT);
      List<String> parts = layout.paths().parts(node.path());
      @Nullable Long incarnation = living.get(InstanceId.of(parts.get(1)));
      if (incarnation != null && incarnation == report.incarnation() && hasErrors(report)) {
        failed.put(parts.get(1) + "/" + parts.get(2), report);
      }
    }
    List<String> paths = failed.keySet().stream()
        .map(bucket -> layout.paths().in("assignments") + "/" + bucket)
        .collect(Collectors.toList());
    return call.readAll(paths).thenApply(assignments -> {
      Map<String, AssignmentBucket> told = new HashMap<>();
      assignments.forEach(
          node -> told.put(node.path(), Call.decode(node, BucketCodecs.ASSIGNMENT)));
      List<Failure> failures = new ArrayList<>();
      failed.forEach((bucket, report) -> failures.addAll(failures(
          InstanceId.of(bucket.substring(0, bucket.indexOf('/'))),
          report,
          Optional.ofNullable(told.get(layout.paths().in("assignments") + "/" + bucket)))));
      failures.removeIf(failure -> !wanted.test(failure.replica()));
      return failures;
    });
  }

  private static boolean hasErrors(ReportBucket report) {
    return report.groups().values().stream()
        .flatMap(group -> group.replicas().values().stream())
        .anyMatch(replica -> replica.state().equals(StateModel.ERROR));
  }

  private static List<Failure> failures(
      InstanceId instance, ReportBucket report, Optional<AssignmentBucket> told) {
    List<Failure> failures = new ArrayList<>();
    report
        .groups()
        .forEach((key, group) -> group.replicas().forEach((partition, replica) -> {
          if (replica.state().equals(StateModel.ERROR)) {
            failures.add(new Failure(
                new FailedReplica(
                    instance,
                    new PartitionId(key.resource(), partition),
                    replica.error(),
                    replica.failures()),
                told.filter(bucket -> bucket.incarnation() == report.incarnation())
                    .flatMap(bucket -> bucket.target(key, partition))
                    .map(target -> new ResetRequest(
                        instance, report.incarnation(), key, partition, target.q()))));
          }
        }));
    return failures;
  }
}
