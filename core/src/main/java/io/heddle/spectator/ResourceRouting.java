// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ResourceKey;
import io.heddle.model.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one resource, laid out for look-ups: lists by partition number, made once.
 * Immutable; what it gives for a tag is made when it is first asked for, and kept.
 *
 * <p>Of several replicas that hold the top state of a partition the one with the highest token
 * counts, and none whose token is below one that was seen before: for that each table carries on
 * the highest tokens of the one before.
 */
public final class ResourceRouting {
  private static final Comparator<Route> BY_INSTANCE =
      Comparator.comparing(Route::instance).thenComparing(Route::state);

  private final ResourceKey key;
  private final int partitions;
  private final ImmutableList<ImmutableList<Route>> serving;
  private final ImmutableList<Optional<Route>> tops;
  private final ImmutableMap<String, ImmutableList<ImmutableList<Route>>> byState;
  private final ImmutableMap<String, ImmutableList<LiveInstance>> instances;
  private final ImmutableSet<String> tags;

  /** Per partition the highest token that was ever seen. */
  private final long[] seen;

  /** What was asked for by tag; only tags of instances that are here, so it is bounded. */
  private final ConcurrentHashMap<String, ResourceRouting> byTag = new ConcurrentHashMap<>();

  /** The same resource without a route; this object itself if it has none. */
  private final ResourceRouting nobody;

  /**
   * A replica as its live instance reports it.
   *
   * @param partition the partition's number
   * @param route who holds it, in which state
   * @param serving whether it serves: neither in the initial state nor in ERROR
   */
  record Replica(int partition, Route route, boolean serving) {}

  private ResourceRouting(ResourceKey key, int partitions) {
    this.key = key;
    this.partitions = partitions;
    this.serving = ImmutableList.of();
    this.tops = ImmutableList.of();
    this.byState = ImmutableMap.of();
    this.instances = ImmutableMap.of();
    this.tags = ImmutableSet.of();
    this.seen = new long[0];
    this.nobody = this;
  }

  private ResourceRouting(ResourceKey key, long[] seen, Building building) {
    this.key = key;
    this.partitions = building.partitions;
    this.serving = ImmutableList.copyOf(building.serving);
    this.tops = ImmutableList.copyOf(building.tops);
    ImmutableMap.Builder<String, ImmutableList<ImmutableList<Route>>> states =
        ImmutableMap.builder();
    building.byState.forEach((state, lists) -> states.put(state, ImmutableList.copyOf(lists)));
    this.byState = states.buildOrThrow();
    ImmutableMap.Builder<String, ImmutableList<LiveInstance>> holders = ImmutableMap.builder();
    ImmutableSet.Builder<String> groups = ImmutableSet.builder();
    building.instances.forEach((state, members) -> {
      holders.put(
          state,
          members.values().stream().map(Member::live).collect(ImmutableList.toImmutableList()));
      members.values().forEach(member -> groups.addAll(member.tags()));
    });
    this.instances = holders.buildOrThrow();
    this.tags = groups.build();
    this.seen = seen;
    this.nobody = new ResourceRouting(key, partitions);
  }

  /**
   * The routes for some reports.
   *
   * @param key the resource
   * @param partitions how many partitions it has, as far as known; more if replicas say so
   * @param replicas what live instances report of it, in any order
   * @param previous the table before, if there was one of the name
   */
  static ResourceRouting build(
      ResourceKey key, int partitions, List<Replica> replicas, Optional<ResourceRouting> previous) {
    long[] before =
        previous.filter(last -> last.key.equals(key)).map(last -> last.seen).orElse(new long[0]);
    int size = Math.max(partitions, before.length);
    for (Replica replica : replicas) {
      size = Math.max(size, replica.partition() + 1);
    }
    long[] seen = Arrays.copyOf(before, size);
    for (Replica replica : replicas) {
      int p = replica.partition();
      seen[p] = Math.max(seen[p], replica.route().token());
    }
    List<Replica> sorted = new ArrayList<>(replicas);
    sorted.sort(
        Comparator.comparingInt(Replica::partition).thenComparing(Replica::route, BY_INSTANCE));
    Building building = new Building(size);
    for (Replica replica : sorted) {
      long token = replica.route().token();
      if (token == Token.NONE || token >= seen[replica.partition()]) {
        building.add(replica.partition(), replica.route(), replica.serving());
      }
    }
    return new ResourceRouting(key, seen, building.done());
  }

  /** Routes while they are collected, partition by partition. */
  private static final class Building {
    final int partitions;
    final List<ImmutableList<Route>> serving;
    final List<Optional<Route>> tops;
    final Map<String, List<ImmutableList<Route>>> byState = new TreeMap<>();
    final Map<String, TreeMap<InstanceId, Member>> instances = new TreeMap<>();
    private final List<Route> all = new ArrayList<>();
    private final Map<String, List<Route>> states = new TreeMap<>();
    private int current;

    Building(int partitions) {
      this.partitions = partitions;
      this.serving = empty();
      this.tops = new ArrayList<>(Collections.nCopies(partitions, Optional.empty()));
    }

    private List<ImmutableList<Route>> empty() {
      return new ArrayList<>(Collections.nCopies(partitions, ImmutableList.of()));
    }

    /** Adds a route; partitions come in order. */
    void add(int partition, Route route, boolean serves) {
      if (partition != current) {
        flush();
        current = partition;
      }
      if (route.token() != Token.NONE) {
        tops.set(partition, Optional.of(route));
      }
      if (serves) {
        all.add(route);
      }
      states.computeIfAbsent(route.state(), state -> new ArrayList<>()).add(route);
      instances
          .computeIfAbsent(route.state(), state -> new TreeMap<>())
          .put(route.instance(), route.member());
    }

    private void flush() {
      serving.set(current, ImmutableList.copyOf(all));
      all.clear();
      states.forEach((state, routes) ->
          byState.computeIfAbsent(state, s -> empty()).set(current, ImmutableList.copyOf(routes)));
      states.clear();
    }

    Building done() {
      if (!states.isEmpty()) {
        flush();
      }
      return this;
    }
  }

  /** The resource. */
  public ResourceKey key() {
    return key;
  }

  /** How many partitions it has. */
  public int partitions() {
    return partitions;
  }

  /** All serving replicas of a partition: those neither in the initial state nor in ERROR. */
  public ImmutableList<Route> getInstances(int partition) {
    return at(serving, partition, ImmutableList.of());
  }

  /** The replicas of a partition in a state, by instance. */
  public ImmutableList<Route> getInstances(int partition, String state) {
    @Nullable ImmutableList<ImmutableList<Route>> lists = byState.get(state);
    return at(lists == null ? ImmutableList.of() : lists, partition, ImmutableList.of());
  }

  /** The holder of a partition's top state, if there is one. */
  public Optional<Route> getTopInstance(int partition) {
    return at(tops, partition, Optional.empty());
  }

  /** All instances that hold any partition in a state, by id. */
  public ImmutableList<LiveInstance> instances(String state) {
    return instances.getOrDefault(state, ImmutableList.of());
  }

  /** The routes to instances of a tag. */
  public ResourceRouting tagged(String tag) {
    @Nullable ResourceRouting known = byTag.get(tag);
    if (known != null) {
      return known;
    }
    return tags.contains(tag) ? makeTagged(tag) : nobody;
  }

  private ResourceRouting makeTagged(String tag) {
    Building building = new Building(partitions);
    List<Route> routes = new ArrayList<>();
    for (int p = 0; p < partitions; p++) {
      for (ImmutableList<ImmutableList<Route>> lists : byState.values()) {
        lists.get(p).stream().filter(route -> route.hasTag(tag)).forEach(routes::add);
      }
      routes.sort(BY_INSTANCE);
      for (Route route : routes) {
        building.add(p, route, serving.get(p).contains(route));
      }
      routes.clear();
    }
    ResourceRouting made = new ResourceRouting(key, seen, building.done());
    @Nullable ResourceRouting faster = byTag.putIfAbsent(tag, made);
    return faster == null ? made : faster;
  }

  /** The highest token seen of each partition, for tests and people. */
  ImmutableSortedMap<Integer, Long> seen() {
    ImmutableSortedMap.Builder<Integer, Long> map = ImmutableSortedMap.naturalOrder();
    for (int i = 0; i < seen.length; i++) {
      if (seen[i] != Token.NONE) {
        map.put(i, seen[i]);
      }
    }
    return map.buildOrThrow();
  }

  private static <T> T at(ImmutableList<T> list, int partition, T otherwise) {
    if (partition < 0) {
      throw new IllegalArgumentException("partition is negative: " + partition);
    }
    return partition < list.size() ? list.get(partition) : otherwise;
  }

  /** Whether look-ups, and those of all later tables, answer the same. */
  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof ResourceRouting other
        && key.equals(other.key)
        && partitions == other.partitions
        && byState.equals(other.byState)
        && serving.equals(other.serving)
        && Arrays.equals(seen, other.seen);
  }

  @Override
  public int hashCode() {
    return Objects.hash(key, byState);
  }

  @Override
  public String toString() {
    return key + " " + byState;
  }
}
