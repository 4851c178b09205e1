// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ResourceKey;
import io.heddle.model.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one resource, laid out for look-ups: lists by partition number, made once.
 * Immutable.
 *
 * <p>Of several replicas that hold the top state of a partition the one with the highest token
 * counts, and none whose token is below one that was seen before: for that each table carries on
 * the highest tokens of the one before.
 */
final class ResourceRouting {
  private final ResourceKey key;
  private final ImmutableList<ImmutableList<Route>> serving;
  private final ImmutableList<Optional<Route>> tops;
  private final ImmutableMap<String, ImmutableList<ImmutableList<Route>>> byState;
  private final ImmutableMap<String, ImmutableList<LiveInstance>> instances;

  /** Per partition the highest token that was ever seen. */
  private final long[] seen;

  /**
   * A replica as its live instance reports it.
   *
   * @param partition the partition's number
   * @param route who holds it, in which state
   * @param serving whether it serves: neither in the initial state nor in ERROR
   */
  record Replica(int partition, Route route, boolean serving) {}

  private ResourceRouting(Building building) {
    this.key = building.key;
    this.serving = ImmutableList.copyOf(building.serving);
    this.tops = ImmutableList.copyOf(building.tops);
    ImmutableMap.Builder<String, ImmutableList<ImmutableList<Route>>> states =
        ImmutableMap.builder();
    building.byState.forEach((state, lists) -> states.put(state, ImmutableList.copyOf(lists)));
    this.byState = states.buildOrThrow();
    ImmutableMap.Builder<String, ImmutableList<LiveInstance>> holders = ImmutableMap.builder();
    building.instances.forEach(
        (state, lives) -> holders.put(state, ImmutableList.copyOf(lives.values())));
    this.instances = holders.buildOrThrow();
    this.seen = building.seen;
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
    long[] seen = previous
        .filter(before -> before.key.equals(key))
        .map(before -> before.seen)
        .orElse(new long[0]);
    int size = Math.max(partitions, seen.length);
    for (Replica replica : replicas) {
      size = Math.max(size, replica.partition() + 1);
    }
    return new ResourceRouting(new Building(key, Arrays.copyOf(seen, size), replicas));
  }

  /** A table while it is built. */
  private static final class Building {
    final ResourceKey key;
    final long[] seen;
    final List<ImmutableList<Route>> serving;
    final List<Optional<Route>> tops;
    final Map<String, List<ImmutableList<Route>>> byState = new TreeMap<>();
    final Map<String, TreeMap<InstanceId, LiveInstance>> instances = new TreeMap<>();

    Building(ResourceKey key, long[] seen, List<Replica> replicas) {
      this.key = key;
      this.seen = seen;
      this.serving = empty();
      this.tops = new ArrayList<>(Collections.nCopies(seen.length, Optional.empty()));
      for (Replica replica : replicas) {
        int p = replica.partition();
        seen[p] = Math.max(seen[p], replica.route().token());
      }
      List<Replica> sorted = new ArrayList<>(replicas);
      sorted.sort(java.util.Comparator.comparingInt(Replica::partition)
          .thenComparing(replica -> replica.route().instance()));
      for (int from = 0; from < sorted.size(); ) {
        int to = from + 1;
        while (to < sorted.size()
            && sorted.get(to).partition() == sorted.get(from).partition()) {
          to++;
        }
        partition(sorted.get(from).partition(), sorted.subList(from, to));
        from = to;
      }
    }

    private List<ImmutableList<Route>> empty() {
      return new ArrayList<>(Collections.nCopies(seen.length, ImmutableList.of()));
    }

    private void partition(int partition, List<Replica> replicas) {
      ImmutableList.Builder<Route> all = ImmutableList.builder();
      Map<String, ImmutableList.Builder<Route>> states = new TreeMap<>();
      for (Replica replica : replicas) {
        Route route = replica.route();
        boolean top = route.token() != Token.NONE;
        if (top && route.token() < seen[partition]) {
          continue;
        }
        if (top) {
          tops.set(partition, Optional.of(route));
        }
        if (replica.serving()) {
          all.add(route);
        }
        states.computeIfAbsent(route.state(), state -> ImmutableList.builder()).add(route);
        instances
            .computeIfAbsent(route.state(), state -> new TreeMap<>())
            .put(route.instance(), route.live());
      }
      serving.set(partition, all.build());
      states.forEach((state, routes) ->
          byState.computeIfAbsent(state, s -> empty()).set(partition, routes.build()));
    }
  }

  ResourceKey key() {
    return key;
  }

  int partitions() {
    return serving.size();
  }

  ImmutableList<Route> serving(int partition) {
    return at(serving, partition, ImmutableList.of());
  }

  ImmutableList<Route> inState(int partition, String state) {
    @Nullable ImmutableList<ImmutableList<Route>> lists = byState.get(state);
    return lists == null ? ImmutableList.of() : at(lists, partition, ImmutableList.of());
  }

  Optional<Route> top(int partition) {
    return at(tops, partition, Optional.empty());
  }

  ImmutableList<LiveInstance> instances(String state) {
    return instances.getOrDefault(state, ImmutableList.of());
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
    return partition < list.size() ? list.get(partition) : otherwise;
  }

  /** Whether look-ups, and those of all later tables, answer the same. */
  @Override
  public boolean equals(@Nullable Object o) {
    return o instanceof ResourceRouting other
        && key.equals(other.key)
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
