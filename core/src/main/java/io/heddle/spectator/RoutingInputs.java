// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The facts that routes are made of, and which resources they touched since the last table. No I/O,
 * no clock. Confined to its owner.
 *
 * <p>What counts (rule "Spectators"): a report bucket whose incarnation is that of the existing
 * {@code live/i/s}; of two uids under one name the later.
 */
final class RoutingInputs {
  private final TreeMap<InstanceId, LiveInstance> live = new TreeMap<>();
  private final TreeMap<Bucket, ReportBucket> reports = new TreeMap<>();
  private final TreeMap<ResourceId, TreeSet<Bucket>> bucketsOf = new TreeMap<>();
  private final TreeMap<ResourceId, Spec> specs = new TreeMap<>();
  private final TreeMap<String, StateModel> models = new TreeMap<>(StateModels.BUILT_IN);
  private final TreeSet<ResourceId> touched = new TreeSet<>();
  private boolean everything = true;

  private record Bucket(InstanceId instance, String name) implements Comparable<Bucket> {
    private static final Comparator<Bucket> ORDER =
        Comparator.comparing(Bucket::instance).thenComparing(Bucket::name);

    @Override
    public int compareTo(Bucket other) {
      return ORDER.compare(this, other);
    }
  }

  /**
   * What matters of a resource's spec.
   *
   * @param uid the transaction that created it
   * @param partitions how many partitions it has
   */
  record Spec(long uid, int partitions) {}

  /**
   * A new table.
   *
   * @param table the table
   * @param changed the resources whose routes differ from those of the table before
   */
  record Update(RoutingTable table, ImmutableSortedSet<ResourceId> changed) {}

  /** An instance is live, or is no longer. */
  void live(InstanceId instance, Optional<LiveInstance> now) {
    @Nullable LiveInstance before = set(live, instance, now);
    if (!Optional.ofNullable(before).equals(now)) {
      // Nothing that is below "reports" sorts between an instance and its buckets.
      reports.tailMap(new Bucket(instance, "")).entrySet().stream()
          .takeWhile(entry -> entry.getKey().instance().equals(instance))
          .forEach(entry -> touch(entry.getValue().groups().keySet()));
    }
  }

  /** A report bucket is there, or is no longer. */
  void report(InstanceId instance, String name, Optional<ReportBucket> now) {
    Bucket bucket = new Bucket(instance, name);
    @Nullable ReportBucket before = set(reports, bucket, now);
    Map<ResourceKey, ReportBucket.Group> old = groups(Optional.ofNullable(before));
    Map<ResourceKey, ReportBucket.Group> current = groups(now);
    boolean sameIncarnation =
        before != null && now.isPresent() && before.incarnation() == now.get().incarnation();
    old.forEach((key, group) -> {
      if (!sameIncarnation || !group.equals(current.get(key))) {
        touched.add(key.resource());
      }
    });
    current.forEach((key, group) -> {
      if (!sameIncarnation || !old.containsKey(key)) {
        touched.add(key.resource());
      }
    });
    old.keySet()
        .forEach(key -> bucketsOf.computeIfPresent(key.resource(), (resource, buckets) -> {
          buckets.remove(bucket);
          return buckets.isEmpty() ? null : buckets;
        }));
    current
        .keySet()
        .forEach(key -> bucketsOf
            .computeIfAbsent(key.resource(), resource -> new TreeSet<>())
            .add(bucket));
  }

  private static Map<ResourceKey, ReportBucket.Group> groups(Optional<ReportBucket> bucket) {
    return bucket.map(ReportBucket::groups).orElse(ImmutableSortedMap.of());
  }

  /** A resource exists, or no longer. */
  void resource(ResourceId resource, Optional<Spec> now) {
    @Nullable Spec before = set(specs, resource, now);
    if (!Optional.ofNullable(before).equals(now)) {
      touched.add(resource);
    }
  }

  /** A state model is stored, or no longer; built-in ones are known. */
  void stateModel(String name, Optional<StateModel> now) {
    if (StateModels.BUILT_IN.containsKey(name)) {
      return;
    }
    @Nullable StateModel before = set(models, name, now);
    // Models do not change and come before their resources, so this is as rare as it is dear.
    everything |= !Optional.ofNullable(before).equals(now);
  }

  private static <K, V> @Nullable V set(Map<K, V> map, K key, Optional<V> value) {
    return value.isPresent() ? map.put(key, value.get()) : map.remove(key);
  }

  private void touch(Set<ResourceKey> keys) {
    keys.forEach(key -> touched.add(key.resource()));
  }

  /** The table of these facts. Resources that nothing touched share their routes with the last. */
  Update build(RoutingTable previous) {
    Set<ResourceId> names = touched;
    if (everything) {
      names = new TreeSet<>(previous.resources());
      names.addAll(bucketsOf.keySet());
      names.addAll(specs.keySet());
    }
    TreeMap<ResourceId, ResourceRouting> routings = new TreeMap<>(previous.routings());
    ImmutableSortedSet.Builder<ResourceId> changed = ImmutableSortedSet.naturalOrder();
    for (ResourceId name : names) {
      Optional<ResourceRouting> before = previous.find(name);
      Optional<ResourceRouting> now = routing(name, before);
      if (!now.equals(before)) {
        changed.add(name);
        ResourceRouting unused = set(routings, name, now);
      }
    }
    touched.clear();
    everything = false;
    ImmutableSortedSet<ResourceId> differing = changed.build();
    return differing.isEmpty()
        ? new Update(previous.withStale(false), differing)
        : new Update(new RoutingTable(ImmutableSortedMap.copyOfSorted(routings), false), differing);
  }

  private Optional<ResourceRouting> routing(ResourceId name, Optional<ResourceRouting> previous) {
    long uid = Optional.ofNullable(specs.get(name)).map(Spec::uid).orElse(Long.MIN_VALUE);
    List<ResourceRouting.Replica> replicas = new ArrayList<>();
    for (Bucket bucket : bucketsOf.getOrDefault(name, new TreeSet<>())) {
      @Nullable LiveInstance holder = live.get(bucket.instance());
      @Nullable ReportBucket report = reports.get(bucket);
      if (holder == null || report == null || report.incarnation() != holder.incarnation()) {
        continue;
      }
      for (var group : report.groups().entrySet()) {
        ResourceKey key = group.getKey();
        if (!key.resource().equals(name) || key.uid() < uid) {
          continue;
        }
        if (key.uid() > uid) {
          uid = key.uid();
          replicas.clear();
        }
        add(replicas, holder, group.getValue());
      }
    }
    @Nullable Spec spec = specs.get(name);
    if (spec == null && replicas.isEmpty()) {
      return Optional.empty();
    }
    int partitions = spec != null && spec.uid() == uid ? spec.partitions() : 0;
    return Optional.of(
        ResourceRouting.build(new ResourceKey(name, uid), partitions, replicas, previous));
  }

  private void add(
      List<ResourceRouting.Replica> replicas, LiveInstance holder, ReportBucket.Group group) {
    Optional<String> initial =
        Optional.ofNullable(models.get(group.stateModel())).map(StateModel::initialState);
    group.replicas().forEach((partition, replica) -> {
      boolean serving = !replica.state().equals(StateModel.ERROR)
          && !initial.filter(replica.state()::equals).isPresent();
      replicas.add(new ResourceRouting.Replica(
          partition, new Route(holder, replica.state(), replica.token()), serving));
    });
  }
}
