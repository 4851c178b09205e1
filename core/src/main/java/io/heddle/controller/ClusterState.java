// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Names;
import io.heddle.model.Reason;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.pipeline.InstanceView;
import io.heddle.pipeline.ResourceView;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.schema.Specs;
import io.heddle.schema.TreeRoot;
import io.heddle.schema.UnreadableException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the controller knows of the cluster, decoded, from which snapshots are taken. Confined to
 * the controller's loop.
 *
 * <p>A znode that cannot be read is named as a reason, and left out: everything else goes on.
 */
final class ClusterState {
  private static final Logger log = LoggerFactory.getLogger(ClusterState.class);

  private final Map<InstanceId, InstanceSpec> specs = new TreeMap<>();
  private final Map<InstanceId, LiveInstance> live = new TreeMap<>();
  private final TreeSet<InstanceId> unreadableLive = new TreeSet<>();
  private final Map<InstanceId, Map<String, AssignmentBucket>> assignments = new TreeMap<>();
  private final Map<InstanceId, Map<String, ReportBucket>> reports = new TreeMap<>();
  private final Map<ResourceId, ResourceView> resources = new TreeMap<>();
  private final Map<String, StateModel> stateModels = new TreeMap<>(StateModels.BUILT_IN);
  private final Map<String, Reason> unreadable = new TreeMap<>();
  private final TreeSet<ResourceId> unreadableResources = new TreeSet<>();
  private ClusterSpec spec = ClusterSpec.DEFAULT;

  /** What is followed, in the order in which it is read: who lives before what they say. */
  static ImmutableList<TreeRoot> roots(ClusterPaths paths) {
    return ImmutableList.of(
        TreeRoot.watched(paths.in("live"), 2),
        TreeRoot.watched(paths.in("incarnations"), 1),
        TreeRoot.watched(paths.spec(), 0),
        TreeRoot.watched(paths.in("state-models"), 1),
        TreeRoot.watched(paths.in("resources"), 1),
        TreeRoot.watched(paths.in("instances"), 1),
        TreeRoot.watched(paths.in("reports"), 2),
        TreeRoot.owned(paths.in("assignments"), 2));
  }

  /** Whether a section is Heddle's own, not an extension's. */
  static boolean isOwn(String section) {
    return switch (section) {
      case "live",
          "incarnations",
          "spec",
          "state-models",
          "resources",
          "instances",
          "reports",
          "assignments" -> true;
      default -> false;
    };
  }

  /** Whether a path, taken apart, is one that {@link #changed} can be told. */
  static boolean isDocument(List<String> parts) {
    if (parts.isEmpty() || !isOwn(parts.get(0)) || !parts.stream().allMatch(Names::isValid)) {
      return false;
    }
    int level = switch (parts.get(0)) {
      case "spec" -> 0;
      case "live", "reports", "assignments" -> 2;
      default -> 1;
    };
    return parts.size() == level + 1;
  }

  void changed(List<String> parts, CachedNode node) {
    unreadable.remove(node.path());
    switch (parts.get(0)) {
      case "live" -> live(instance(parts), decode(node, Specs.LIVE));
      case "instances" ->
        decode(node, Specs.INSTANCE)
            .ifPresentOrElse(
                s -> specs.put(instance(parts), s), () -> specs.remove(instance(parts)));
      case "reports" -> bucket(reports, parts, decode(node, BucketCodecs.REPORT));
      case "assignments" -> bucket(assignments, parts, decode(node, BucketCodecs.ASSIGNMENT));
      case "resources" -> resource(ResourceId.of(parts.get(1)), node);
      case "state-models" ->
        decode(node, Specs.STATE_MODEL).ifPresent(model -> stateModels.put(parts.get(1), model));
      case "spec" -> decode(node, Specs.CLUSTER).ifPresent(s -> spec = s);
      default -> log.trace("{} needs no decoding", node.path());
    }
  }

  void removed(String path, List<String> parts) {
    unreadable.remove(path);
    switch (parts.get(0)) {
      case "live" -> {
        live.remove(instance(parts));
        unreadableLive.remove(instance(parts));
      }
      case "instances" -> specs.remove(instance(parts));
      case "reports" -> bucket(reports, parts, Optional.empty());
      case "assignments" -> bucket(assignments, parts, Optional.empty());
      case "resources" -> {
        resources.remove(ResourceId.of(parts.get(1)));
        unreadableResources.remove(ResourceId.of(parts.get(1)));
      }
      case "state-models" -> restore(parts.get(1));
      case "spec" -> spec = ClusterSpec.DEFAULT;
      default -> log.trace("{} needs no forgetting", path);
    }
  }

  /**
   * One that cannot be read is not gone: what was known of it stays, and blocks what it may hold;
   * where nothing was known, whatever was left there does.
   */
  private void live(InstanceId id, Optional<LiveInstance> decoded) {
    decoded.ifPresentOrElse(
        l -> {
          live.put(id, l);
          unreadableLive.remove(id);
        },
        () -> unreadableLive.add(id));
  }

  private void restore(String stateModel) {
    stateModels.remove(stateModel);
    Optional.ofNullable(StateModels.BUILT_IN.get(stateModel))
        .ifPresent(model -> stateModels.put(stateModel, model));
  }

  private void resource(ResourceId id, CachedNode node) {
    Optional<ResourceSpec> decoded = decode(node, Specs.RESOURCE);
    if (decoded.isPresent()) {
      unreadableResources.remove(id);
      resources.put(id, new ResourceView(new ResourceKey(id, node.stat().czxid()), decoded.get()));
    } else {
      // Its replicas stay as they are: a spec that cannot be read is not a wish to drop everything.
      unreadableResources.add(id);
      resources.remove(id);
    }
  }

  private static InstanceId instance(List<String> parts) {
    return InstanceId.of(parts.get(1));
  }

  private static <B> void bucket(
      Map<InstanceId, Map<String, B>> all, List<String> parts, Optional<B> bucket) {
    Map<String, B> buckets = all.computeIfAbsent(instance(parts), i -> new TreeMap<>());
    bucket.ifPresentOrElse(b -> buckets.put(parts.get(2), b), () -> buckets.remove(parts.get(2)));
    if (buckets.isEmpty()) {
      all.remove(instance(parts));
    }
  }

  private <T> Optional<T> decode(CachedNode node, Codec<T> codec) {
    try {
      return Optional.of(node.decode(codec));
    } catch (UnreadableException e) {
      String detail = Names.printable(String.valueOf(e.getMessage()));
      log.warn("{}; it is left alone, and all else goes on", detail);
      unreadable.put(node.path(), new Reason(Reason.Code.UNREADABLE, node.path(), detail));
      return Optional.empty();
    }
  }

  ClusterSpec spec() {
    return spec;
  }

  /**
   * All that is known of the instances.
   *
   * @param paths the cluster's paths
   * @param denied what may not be read
   */
  ImmutableSortedMap<InstanceId, InstanceView> instances(ClusterPaths paths, Set<String> denied) {
    Map<InstanceId, String> unclear = unclear(paths, denied);
    TreeSet<InstanceId> ids = new TreeSet<>(specs.keySet());
    ids.addAll(unclear.keySet());
    ids.addAll(live.keySet());
    ids.addAll(assignments.keySet());
    ids.addAll(reports.keySet());
    ImmutableSortedMap.Builder<InstanceId, InstanceView> views = ImmutableSortedMap.naturalOrder();
    for (InstanceId id : ids) {
      views.put(
          id,
          new InstanceView(
              id,
              Optional.ofNullable(specs.get(id)),
              Optional.ofNullable(live.get(id)),
              Optional.ofNullable(unclear.get(id)),
              buckets(assignments, id),
              buckets(reports, id)));
    }
    return views.buildOrThrow();
  }

  /** The instances of which nothing tells whether they live, and the znode that should. */
  private Map<InstanceId, String> unclear(ClusterPaths paths, Set<String> denied) {
    Map<InstanceId, String> unclear = new TreeMap<>();
    unreadableLive.forEach(id -> unclear.put(id, paths.live(id)));
    for (String path : denied) {
      List<String> parts = paths.parts(path);
      if (parts.size() > 1 && parts.get(0).equals("live") && Names.isValid(parts.get(1))) {
        unclear.putIfAbsent(instance(parts), path);
      }
    }
    unclear.keySet().removeAll(live.keySet());
    return unclear;
  }

  private static <B> ImmutableSortedMap<String, B> buckets(
      Map<InstanceId, Map<String, B>> all, InstanceId id) {
    return ImmutableSortedMap.copyOf(all.getOrDefault(id, new TreeMap<>()));
  }

  ImmutableSortedMap<ResourceId, ResourceView> resources() {
    return ImmutableSortedMap.copyOf(resources);
  }

  ImmutableSortedMap<String, StateModel> stateModels() {
    return ImmutableSortedMap.copyOf(stateModels);
  }

  ImmutableSortedSet<ResourceId> unreadableResources() {
    return ImmutableSortedSet.copyOfSorted(unreadableResources);
  }

  ImmutableList<Reason> unreadable() {
    return ImmutableList.copyOf(new ArrayList<>(unreadable.values()));
  }

  /** The report sequence that was seen in a bucket of a living incarnation; 0 if there is none. */
  long seen(InstanceId instance, String bucket, long incarnation) {
    Map<String, ReportBucket> buckets = reports.getOrDefault(instance, new TreeMap<>());
    return Optional.ofNullable(buckets.get(bucket))
        .filter(report -> report.incarnation() == incarnation)
        .map(ReportBucket::q)
        .orElse(0L);
  }
}
