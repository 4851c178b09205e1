// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.PartitionId;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who serves what, at one moment. Immutable. A look-up takes no lock and allocates nothing (by tag:
 * from the second one of a tag on); what is not known gives an empty answer.
 */
public final class RoutingTable {
  /** Nothing is known yet. */
  static final RoutingTable NOTHING_YET =
      new RoutingTable(ImmutableSortedMap.of(), ImmutableSortedMap.of(), new Mark(true, 0, 0, 0));

  private final ImmutableSortedMap<ResourceId, ResourceRouting> sorted;
  private final ImmutableMap<String, ResourceRouting> byName;
  private final ImmutableSortedMap<InstanceId, Member> members;
  private final Mark mark;

  /** What else is said of a table; times are the provider's, in monotonic nanoseconds. */
  private record Mark(boolean stale, long version, long madeAt, long staleSince) {}

  private RoutingTable(
      ImmutableSortedMap<ResourceId, ResourceRouting> resources,
      ImmutableSortedMap<InstanceId, Member> members,
      Mark mark) {
    this.sorted = resources;
    ImmutableMap.Builder<String, ResourceRouting> names = ImmutableMap.builder();
    resources.forEach((resource, routing) -> names.put(resource.name(), routing));
    this.byName = names.buildOrThrow();
    this.members = members;
    this.mark = mark;
  }

  private RoutingTable(RoutingTable other, Mark mark) {
    this.sorted = other.sorted;
    this.byName = other.byName;
    this.members = other.members;
    this.mark = mark;
  }

  /** A current table, not yet in force. */
  static RoutingTable of(
      ImmutableSortedMap<ResourceId, ResourceRouting> resources,
      ImmutableSortedMap<InstanceId, Member> members) {
    return new RoutingTable(resources, members, new Mark(false, 0, 0, 0));
  }

  /** The same routes, marked. */
  RoutingTable withStale(boolean now) {
    return now == mark.stale
        ? this
        : new RoutingTable(this, new Mark(now, mark.version, mark.madeAt, mark.staleSince));
  }

  /** This table, in force as the successor of another. */
  RoutingTable succeeding(RoutingTable last, long nanos) {
    // Made by marking another one: its routes are as old as that one's.
    boolean sameRoutes = mark.version > 0;
    long staleSince = last.mark.stale && last.mark.version > 0 ? last.mark.staleSince : nanos;
    return new RoutingTable(
        this,
        new Mark(
            mark.stale,
            last.mark.version + 1,
            sameRoutes ? last.mark.madeAt : nanos,
            mark.stale ? staleSince : 0));
  }

  /** How it stands at a moment. */
  RoutingSnapshot at(long nanos) {
    return new RoutingSnapshot(
        this,
        Duration.ofNanos(mark.version == 0 ? 0 : nanos - mark.madeAt),
        Duration.ofNanos(mark.stale && mark.version > 0 ? nanos - mark.staleSince : 0));
  }

  /** Whether the provider is cut off, so that things may have changed meanwhile. */
  public boolean isStale() {
    return mark.stale;
  }

  /** Which table of its provider this is, from 1; 0 before the first. */
  public long version() {
    return mark.version;
  }

  /** The resources that exist, or that something is reported of. */
  public ImmutableSortedSet<ResourceId> resources() {
    return sorted.keySet();
  }

  /** All live instances, whether they hold anything or not. */
  public ImmutableSortedMap<InstanceId, Member> members() {
    return members;
  }

  /** The routes of one resource, if it exists. */
  public Optional<ResourceRouting> resource(String resource) {
    return Optional.ofNullable(byName.get(resource));
  }

  /** The routes of one resource, if it exists. */
  public Optional<ResourceRouting> resource(ResourceId resource) {
    return resource(resource.name());
  }

  /** The identity of the resource of a name, if there is one. */
  public Optional<ResourceKey> key(ResourceId resource) {
    return resource(resource).map(ResourceRouting::key);
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
    return routing == null ? ImmutableList.of() : routing.getInstances(partition, state);
  }

  /** The replicas of a partition in a state, by instance. */
  public ImmutableList<Route> getInstances(ResourceId resource, int partition, String state) {
    return getInstances(resource.name(), partition, state);
  }

  /** The replicas of a partition in a state, by instance: {@code "MASTER"} for writes. */
  public ImmutableList<Route> getInstances(PartitionId partition, String state) {
    return getInstances(partition.resource().name(), partition.number(), state);
  }

  /** The replicas of a partition in a state on instances of a tag, by instance. */
  public ImmutableList<Route> getInstances(
      String resource, int partition, String state, String tag) {
    @Nullable ResourceRouting routing = byName.get(resource);
    return routing == null
        ? ImmutableList.of()
        : routing.tagged(tag).getInstances(partition, state);
  }

  /** All serving replicas of a partition: those neither in the initial state nor in ERROR. */
  public ImmutableList<Route> getInstances(String resource, int partition) {
    @Nullable ResourceRouting routing = byName.get(resource);
    return routing == null ? ImmutableList.of() : routing.getInstances(partition);
  }

  /** All serving replicas of a partition. */
  public ImmutableList<Route> getInstances(ResourceId resource, int partition) {
    return getInstances(resource.name(), partition);
  }

  /** All serving replicas of a partition: for reads. */
  public ImmutableList<Route> getInstances(PartitionId partition) {
    return getInstances(partition.resource().name(), partition.number());
  }

  /** The holder of a partition's top state, such as its MASTER, if there is one. */
  public Optional<Route> getTopInstance(String resource, int partition) {
    @Nullable ResourceRouting routing = byName.get(resource);
    return routing == null ? Optional.empty() : routing.getTopInstance(partition);
  }

  /** The holder of a partition's top state, if there is one. */
  public Optional<Route> getTopInstance(ResourceId resource, int partition) {
    return getTopInstance(resource.name(), partition);
  }

  /** The holder of a partition's top state, if there is one. */
  public Optional<Route> getTopInstance(PartitionId partition) {
    return getTopInstance(partition.resource().name(), partition.number());
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

  ImmutableSortedMap<ResourceId, ResourceRouting> routings() {
    return sorted;
  }

  @Override
  public String toString() {
    return (mark.stale ? "stale " : "") + sorted.values();
  }
}
