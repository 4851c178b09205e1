// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTable;
import io.heddle.store.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Compares what the store holds, and what the spectator knows, with what should be. For resources
 * of modes FULL_AUTO and SEMI_AUTO the number of replicas and the holder of the top state are
 * checked; of others only that assignments, reports and routes agree. Used once; confined to the
 * simulation's thread.
 */
final class Convergence {
  private final ClusterPaths paths;
  private final ImmutableSortedMap<String, Node> nodes;
  private final RoutingTable table;
  private final List<String> problems = new ArrayList<>();
  private final TreeMap<InstanceId, InstanceSpec> instances = new TreeMap<>();
  private final TreeMap<InstanceId, LiveInstance> live = new TreeMap<>();
  private final TreeMap<ResourceKey, ResourceSpec> resources = new TreeMap<>();
  private final TreeMap<ResourceKey, TreeMap<Integer, TreeMap<InstanceId, ReplicaState>>> held =
      new TreeMap<>();

  Convergence(ClusterPaths paths, ImmutableSortedMap<String, Node> nodes, RoutingTable table) {
    this.paths = paths;
    this.nodes = nodes;
    this.table = table;
  }

  ImmutableList<String> problems() {
    nodes.forEach(this::readSpec);
    nodes.forEach(this::readReport);
    nodes.forEach(this::checkAssignment);
    resources.forEach(this::checkResource);
    if (table.isStale()) {
      problems.add("the routing table is stale");
    }
    var names = new TreeSet<ResourceId>();
    resources.keySet().forEach(key -> names.add(key.resource()));
    if (!table.resources().equals(names)) {
      problems.add("routes of " + table.resources() + ", but there are " + names);
    }
    return ImmutableList.copyOf(problems);
  }

  private void readSpec(String path, Node node) {
    List<String> parts = parts(path);
    if (parts.size() == 2 && parts.get(0).equals("instances")) {
      InstanceSpec spec = Specs.INSTANCE.decode(node.data());
      instances.put(spec.id(), spec);
    } else if (parts.size() == 3 && parts.get(0).equals("live")) {
      LiveInstance one = Specs.LIVE.decode(node.data());
      live.put(one.id(), one);
    } else if (parts.size() == 2 && parts.get(0).equals("resources")) {
      ResourceSpec spec = Specs.RESOURCE.decode(node.data());
      resources.put(new ResourceKey(spec.id(), node.stat().czxid()), spec);
    }
  }

  private List<String> parts(String path) {
    return path.startsWith(paths.root()) ? paths.parts(path) : List.of();
  }

  private void readReport(String path, Node node) {
    List<String> parts = parts(path);
    if (parts.size() != 3 || !parts.get(0).equals("reports")) {
      return;
    }
    InstanceId instance = InstanceId.of(parts.get(1));
    ReportBucket report = BucketCodecs.REPORT.decode(node.data());
    if (!isLiving(instance, report.incarnation())) {
      if (!report.groups().isEmpty() && live.containsKey(instance)) {
        problems.add(path + " tells of incarnation " + report.incarnation());
      }
      return;
    }
    report
        .groups()
        .forEach((key, group) -> group.replicas().forEach((partition, replica) -> {
          if (!resources.containsKey(key)) {
            problems.add(path + " still has " + key + "/" + partition);
          }
          if (replica.inFlight().isPresent() || !replica.error().isEmpty()) {
            problems.add(path + " has " + key + "/" + partition + " in " + replica);
          }
          held.computeIfAbsent(key, k -> new TreeMap<>())
              .computeIfAbsent(partition, p -> new TreeMap<>())
              .put(instance, replica);
        }));
  }

  private boolean isLiving(InstanceId instance, long incarnation) {
    return Optional.ofNullable(live.get(instance))
        .filter(one -> one.incarnation() == incarnation)
        .isPresent();
  }

  private void checkAssignment(String path, Node node) {
    List<String> parts = parts(path);
    if (parts.size() != 3 || !parts.get(0).equals("assignments")) {
      return;
    }
    InstanceId instance = InstanceId.of(parts.get(1));
    AssignmentBucket bucket = BucketCodecs.ASSIGNMENT.decode(node.data());
    if (!bucket.groups().isEmpty() && !isLiving(instance, bucket.incarnation())) {
      problems.add(path + " is for incarnation " + bucket.incarnation() + ", not for "
          + Optional.ofNullable(live.get(instance)).map(LiveInstance::incarnation));
      return;
    }
    bucket
        .groups()
        .forEach((key, group) -> group.targets().forEach((partition, target) -> {
          Optional<ReplicaState> replica = replica(key, partition, instance);
          if (replica.isEmpty()
              || !replica.get().state().equals(target.state())
              || replica.get().token() != target.token()) {
            problems.add("%s wants %s/%d in %s, but it is in %s"
                .formatted(path, key, partition, target, replica));
          }
        }));
  }

  private Optional<ReplicaState> replica(ResourceKey key, int partition, InstanceId instance) {
    return Optional.ofNullable(holders(key, partition).get(instance));
  }

  private Map<InstanceId, ReplicaState> holders(ResourceKey key, int partition) {
    return held.getOrDefault(key, new TreeMap<>()).getOrDefault(partition, new TreeMap<>());
  }

  private void checkResource(ResourceKey key, ResourceSpec spec) {
    if (spec.deleting()) {
      problems.add(key + " is being removed");
      return;
    }
    StateModel model = StateModels.BUILT_IN.get(spec.stateModel());
    if (model == null) {
      Node stored = nodes.get(paths.stateModel(spec.stateModel()));
      if (stored == null) {
        problems.add(key + " has no state model " + spec.stateModel());
        return;
      }
      model = Specs.STATE_MODEL.decode(stored.data());
    }
    for (int partition = 0; partition < spec.partitions(); partition++) {
      checkPartition(key, spec, model, partition);
    }
  }

  private void checkPartition(ResourceKey key, ResourceSpec spec, StateModel model, int partition) {
    Map<InstanceId, ReplicaState> holders = holders(key, partition);
    boolean counted = spec.enabled()
        && (spec.mode() instanceof RebalanceMode.FullAuto
            || spec.mode() instanceof RebalanceMode.SemiAuto);
    if (counted) {
      long tops = holders.values().stream()
          .filter(replica -> model.isTop(replica.state()))
          .count();
      long serving = holders.values().stream()
          .filter(replica -> model.priority(replica.state()) <= model.priority(model.baseState()))
          .count();
      int wanted = Math.min(spec.replicas(), eligible(spec, partition));
      int wantedTops = model.topState().isPresent() ? Math.min(1, wanted) : 0;
      if (serving != wanted || tops != wantedTops || holders.size() != wanted) {
        problems.add("%s/%d should have %d replicas and %d of them in the top state, but has %s"
            .formatted(key, partition, wanted, wantedTops, holders));
      }
    }
    checkRoutes(key, model, partition, holders);
  }

  private int eligible(ResourceSpec spec, int partition) {
    int count = 0;
    for (InstanceId instance : live.keySet()) {
      InstanceSpec instanceSpec = instances.get(instance);
      boolean usable = instanceSpec != null
          && instanceSpec.operation() == InstanceOperation.ENABLE
          && spec.instanceTag().map(instanceSpec.tags()::contains).orElse(true);
      boolean listed = !(spec.mode() instanceof RebalanceMode.SemiAuto semi)
          || semi.preferenceLists().getOrDefault(partition, ImmutableList.of()).contains(instance);
      count += usable && listed ? 1 : 0;
    }
    return count;
  }

  private void checkRoutes(
      ResourceKey key, StateModel model, int partition, Map<InstanceId, ReplicaState> holders) {
    TreeMap<InstanceId, String> expected = new TreeMap<>();
    holders.forEach((instance, replica) -> {
      if (!replica.state().equals(model.initialState())
          && !replica.state().equals(StateModel.ERROR)) {
        expected.put(instance, replica.state() + " " + replica.token());
      }
    });
    TreeMap<InstanceId, String> routed = new TreeMap<>();
    for (Route route : table.getInstances(key.resource(), partition)) {
      routed.put(route.instance(), route.state() + " " + route.token());
    }
    if (!routed.equals(expected) || !table.key(key.resource()).equals(Optional.of(key))) {
      problems.add(
          "%s/%d is routed to %s, but reported of %s".formatted(key, partition, routed, expected));
    }
  }
}
