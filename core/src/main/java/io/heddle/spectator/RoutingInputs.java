// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import com.google.common.collect.Sets;
import io.heddle.model.AttributeBucket;
import io.heddle.model.Attributes;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.ZonePath;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
  private final TreeMap<Bucket, AttributeBucket> attributes = new TreeMap<>();
  private final TreeMap<ResourceId, TreeSet<Bucket>> bucketsOf = new TreeMap<>();
  private final TreeMap<ResourceId, Spec> specs = new TreeMap<>();
  private final TreeMap<InstanceId, Place> places = new TreeMap<>();
  private final TreeMap<InstanceId, Member> members = new TreeMap<>();
  private final TreeMap<String, StateModel> models = new TreeMap<>(StateModels.BUILT_IN);
  private final TreeSet<ResourceId> touched = new TreeSet<>();
  private boolean everything = true;
  private boolean membersChanged = true;

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
   * What matters of an instance's spec.
   *
   * @param tags the groups that it belongs to
   * @param zone where it stands
   */
  record Place(ImmutableSortedSet<String> tags, ZonePath zone) {
    static final Place UNKNOWN = new Place(ImmutableSortedSet.of(), ZonePath.NONE);
  }

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
      member(instance);
    }
  }

  /** An instance is configured, or is no longer. */
  void instance(InstanceId instance, Optional<Place> now) {
    @Nullable Place before = set(places, instance, now);
    if (!Optional.ofNullable(before).equals(now) && live.containsKey(instance)) {
      member(instance);
    }
  }

  private void member(InstanceId instance) {
    @Nullable LiveInstance alive = live.get(instance);
    Place place = places.getOrDefault(instance, Place.UNKNOWN);
    @Nullable Member unused = set(
        members,
        instance,
        Optional.ofNullable(alive).map(l -> new Member(l, place.tags(), place.zone())));
    membersChanged = true;
    // Nothing that is below "reports" sorts between an instance and its buckets.
    reports.tailMap(new Bucket(instance, "")).entrySet().stream()
        .takeWhile(entry -> entry.getKey().instance().equals(instance))
        .forEach(entry -> touch(entry.getValue().groups().keySet()));
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

  /** An attribute bucket is there, or is no longer. */
  void attributes(InstanceId instance, String name, Optional<AttributeBucket> now) {
    @Nullable AttributeBucket before = set(attributes, new Bucket(instance, name), now);
    var old =
        Optional.ofNullable(before).map(AttributeBucket::groups).orElse(ImmutableSortedMap.of());
    var current = now.map(AttributeBucket::groups).orElse(ImmutableSortedMap.of());
    boolean sameIncarnation =
        before == null || now.isEmpty() || before.incarnation() == now.get().incarnation();
    for (ResourceKey key : Sets.union(old.keySet(), current.keySet())) {
      if (!sameIncarnation || !Objects.equals(old.get(key), current.get(key))) {
        touched.add(key.resource());
      }
    }
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

  /**
   * The table of these facts, not yet in force. Resources that nothing touched share their routes
   * with the last.
   */
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
      Optional<ResourceRouting> before = previous.resource(name);
      Optional<ResourceRouting> now = routing(name, before);
      if (!now.equals(before)) {
        changed.add(name);
        ResourceRouting unused = set(routings, name, now);
      }
    }
    touched.clear();
    everything = false;
    ImmutableSortedMap<InstanceId, Member> alive =
        membersChanged ? ImmutableSortedMap.copyOfSorted(members) : previous.members();
    membersChanged = false;
    ImmutableSortedSet<ResourceId> differing = changed.build();
    return differing.isEmpty() && alive.equals(previous.members())
        ? new Update(previous.withStale(false), differing)
        : new Update(RoutingTable.of(ImmutableSortedMap.copyOfSorted(routings), alive), differing);
  }

  private Optional<ResourceRouting> routing(ResourceId name, Optional<ResourceRouting> previous) {
    long uid = Optional.ofNullable(specs.get(name)).map(Spec::uid).orElse(Long.MIN_VALUE);
    List<ResourceRouting.Replica> replicas = new ArrayList<>();
    for (Bucket bucket : bucketsOf.getOrDefault(name, new TreeSet<>())) {
      @Nullable Member holder = members.get(bucket.instance());
      @Nullable ReportBucket report = reports.get(bucket);
      if (holder == null
          || report == null
          || report.incarnation() != holder.live().incarnation()) {
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
        add(replicas, holder, group.getValue(), published(bucket, holder, key));
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

  /** What counts of the attributes beside a report: they obey the same rule. */
  private Map<Integer, Attributes> published(Bucket bucket, Member holder, ResourceKey key) {
    @Nullable AttributeBucket beside = attributes.get(bucket);
    return beside == null || beside.incarnation() != holder.live().incarnation()
        ? ImmutableSortedMap.of()
        : beside.groups().getOrDefault(key, ImmutableSortedMap.of());
  }

  private void add(
      List<ResourceRouting.Replica> replicas,
      Member holder,
      ReportBucket.Group group,
      Map<Integer, Attributes> published) {
    Optional<String> initial =
        Optional.ofNullable(models.get(group.stateModel())).map(StateModel::initialState);
    group.replicas().forEach((partition, replica) -> {
      boolean serving = !replica.state().equals(StateModel.ERROR)
          && !initial.filter(replica.state()::equals).isPresent();
      Attributes own = published.getOrDefault(partition, Attributes.NONE);
      replicas.add(new ResourceRouting.Replica(
          partition, new Route(holder, replica.state(), replica.token(), own), serving));
    });
  }
}
