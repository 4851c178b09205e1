// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.model.ResetRequest;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import java.time.Duration;

/**
 * All that a plan depends on. Immutable.
 *
 * @param cluster the cluster's name
 * @param epoch the epoch of the controller that plans
 * @param counter the next counter for tokens and sequence numbers of this reign
 * @param nowMillis wall-clock time in milliseconds since 1970; may jump; for schedules only
 * @param nowNanos monotonic time of this reign in nanoseconds, for delays and deadlines
 * @param spec the cluster's own spec
 * @param instances every instance that is configured, live, or has something left
 * @param resources every readable resource
 * @param stateModels every readable state model, the built-in ones included
 * @param unreadableResources resources whose spec cannot be read: their replicas stay as they are
 * @param goals what this reign wanted last, empty at its start
 * @param lostSince since when this reign misses each enabled instance that has no process, in its
 *     monotonic nanoseconds, as its last plan said
 * @param unreadable what could not be read, or is too large to be written: it is left alone, and
 *     all else goes on
 * @param sections what extensions add
 * @param waits since when this reign awaits what, empty at its start
 * @param resets which replicas in ERROR are to begin anew
 */
public record Snapshot(
    String cluster,
    long epoch,
    long counter,
    long nowMillis,
    long nowNanos,
    ClusterSpec spec,
    ImmutableSortedMap<InstanceId, InstanceView> instances,
    ImmutableSortedMap<ResourceId, ResourceView> resources,
    ImmutableSortedMap<String, StateModel> stateModels,
    ImmutableSortedSet<ResourceId> unreadableResources,
    ImmutableSortedMap<ResourceKey, ResourceAssignment> goals,
    ImmutableSortedMap<InstanceId, Long> lostSince,
    ImmutableList<Reason> unreadable,
    Sections sections,
    Waits waits,
    ImmutableSortedSet<ResetRequest> resets) {
  /** One of a reign that misses nobody yet, awaits nothing, and is asked for no reset. */
  public Snapshot(
      String cluster,
      long epoch,
      long counter,
      long nowMillis,
      long nowNanos,
      ClusterSpec spec,
      ImmutableSortedMap<InstanceId, InstanceView> instances,
      ImmutableSortedMap<ResourceId, ResourceView> resources,
      ImmutableSortedMap<String, StateModel> stateModels,
      ImmutableSortedSet<ResourceId> unreadableResources,
      ImmutableSortedMap<ResourceKey, ResourceAssignment> goals,
      ImmutableList<Reason> unreadable,
      Sections sections) {
    this(
        cluster,
        epoch,
        counter,
        nowMillis,
        nowNanos,
        spec,
        instances,
        resources,
        stateModels,
        unreadableResources,
        goals,
        ImmutableSortedMap.of(),
        unreadable,
        sections,
        Waits.NONE,
        ImmutableSortedSet.of());
  }

  /** With another spec of the cluster. */
  public Snapshot withSpec(ClusterSpec other) {
    return new Snapshot(
        cluster,
        epoch,
        counter,
        nowMillis,
        nowNanos,
        other,
        instances,
        resources,
        stateModels,
        unreadableResources,
        goals,
        lostSince,
        unreadable,
        sections,
        waits,
        resets);
  }

  /** With other instances. */
  public Snapshot withInstances(ImmutableSortedMap<InstanceId, InstanceView> others) {
    return new Snapshot(
        cluster,
        epoch,
        counter,
        nowMillis,
        nowNanos,
        spec,
        others,
        resources,
        stateModels,
        unreadableResources,
        goals,
        lostSince,
        unreadable,
        sections,
        waits,
        resets);
  }

  /** With other resources. */
  public Snapshot withResources(ImmutableSortedMap<ResourceId, ResourceView> others) {
    return new Snapshot(
        cluster,
        epoch,
        counter,
        nowMillis,
        nowNanos,
        spec,
        instances,
        others,
        stateModels,
        unreadableResources,
        goals,
        lostSince,
        unreadable,
        sections,
        waits,
        resets);
  }

  /** With other requests for resets. */
  public Snapshot withResets(ImmutableSortedSet<ResetRequest> others) {
    return new Snapshot(
        cluster,
        epoch,
        counter,
        nowMillis,
        nowNanos,
        spec,
        instances,
        resources,
        stateModels,
        unreadableResources,
        goals,
        lostSince,
        unreadable,
        sections,
        waits,
        others);
  }

  /** As the same reign would see it after a plan of it. */
  public Snapshot after(Plan plan) {
    return new Snapshot(
        cluster,
        epoch,
        plan.counter(),
        nowMillis,
        nowNanos,
        spec,
        instances,
        resources,
        stateModels,
        unreadableResources,
        plan.goals(),
        plan.lostSince(),
        unreadable,
        sections,
        plan.waits(),
        resets);
  }

  /** As the same reign would see it later. */
  public Snapshot later(Duration duration) {
    return new Snapshot(
        cluster,
        epoch,
        counter,
        nowMillis + duration.toMillis(),
        nowNanos + duration.toNanos(),
        spec,
        instances,
        resources,
        stateModels,
        unreadableResources,
        goals,
        lostSince,
        unreadable,
        sections,
        waits,
        resets);
  }
}
