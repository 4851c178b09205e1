// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.LiveInstance;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who serves what, at one moment. Immutable. A look-up takes no lock and allocates nothing; what is
 * not known gives an empty answer.
 */
public final class RoutingTable {
  /** Nothing is known yet. */
  static final RoutingTable NOTHING_YET = new RoutingTable(ImmutableSortedMap.of(), true);

  private final ImmutableSortedMap<ResourceId, ResourceRouting> sorted;
  private final ImmutableMap<String, ResourceRouting> byName;
  private final boolean stale;

  RoutingTable(ImmutableSortedMap<ResourceId, ResourceRouting> resources, boolean stale) {
    this.sorted = resources;
    ImmutableMap.Builder<String, ResourceRouting> names = ImmutableMap.builder();
    resources.forEach((resource, routing) -> names.put(resource.name(), routing));
    this.byName = names.buildOrThrow();
    this.stale = stale;
  }

  private RoutingTable(RoutingTable other, boolean stale) {
    this.sorted = other.sorted;
    this.byName = other.byName;
    this.stale = stale;
  }

  /** The same routes, marked. */
  RoutingTable withStale(boolean now) {
    return now == stale ? this : new RoutingTable(this, now);
  }

  /** Whether the provider is cut off, so that things may have changed meanwhile. */
  public boolean isStale() {
    return stale;
  }

  /** The resources that exist, or that something is reported of. */
  public ImmutableSortedSet<ResourceId> resources() {
    return sorted.keySet();
  }

  /** The identity of the resource of a name, if there is one. */
  public Optional<ResourceKey> key(ResourceId resource) {
    return find(resource).map(ResourceRouting::key);
  }

  /** How many partitions the resource of a name has; 0 if there is none. */
  public int partitions(String resource) {
    @Nullable ResourceRouting routing = byName.get(resource);
    return routing == null ? 0 : routing.partitions();
  }

  /**
   * The replicas of a partition in a state, by instance.
   *
   * @param resource the resource's name
   * @param partition from 0
   * @param state such as {@code MASTER}
   */
  public ImmutableList<Route> getInstances(String resource, int partition, String state) {
    @Nullable ResourceRouting routing = byName.get(resource);
    return routing == null ? ImmutableList.of() : routing.inState(check(partition), state);
  }

  /** The replicas of a partition in a state, by instance. */
  public ImmutableList<Route> getInstances(ResourceId resource, int partition, String state) {
    return getInstances(resource.name(), partition, state);
  }

  /** All serving replicas of a partition: those neither in the initial state nor in ERROR. */
  public ImmutableList<Route> getInstances(String resource, int partition) {
    @Nullable ResourceRouting routing = byName.get(resource);
    return routing == null ? ImmutableList.of() : routing.serving(check(partition));
  }

  /** All serving replicas of a partition. */
  public ImmutableList<Route> getInstances(ResourceId resource, int partition) {
    return getInstances(resource.name(), partition);
  }

  /** The holder of a partition's top state, such as its MASTER, if there is one. */
  public Optional<Route> getTopInstance(String resource, int partition) {
    @Nullable ResourceRouting routing = byName.get(resource);
    return routing == null ? Optional.empty() : routing.top(check(partition));
  }

  /** The holder of a partition's top state, if there is one. */
  public Optional<Route> getTopInstance(ResourceId resource, int partition) {
    return getTopInstance(resource.name(), partition);
  }

  /** All instances that hold any partition of a resource in a state, by id. */
  public ImmutableList<LiveInstance> instances(String resource, String state) {
    @Nullable ResourceRouting routing = byName.get(resource);
    return routing == null ? ImmutableList.of() : routing.instances(state);
  }

  /** All instances that hold any partition of a resource in a state, by id. */
  public ImmutableList<LiveInstance> instances(ResourceId resource, String state) {
    return instances(resource.name(), state);
  }

  Optional<ResourceRouting> find(ResourceId resource) {
    return Optional.ofNullable(byName.get(resource.name()));
  }

  ImmutableSortedMap<ResourceId, ResourceRouting> routings() {
    return sorted;
  }

  private static int check(int partition) {
    if (partition < 0) {
      throw new IllegalArgumentException("partition is negative: " + partition);
    }
    return partition;
  }

  @Override
  public String toString() {
    return (stale ? "stale " : "") + sorted.values();
  }
}
