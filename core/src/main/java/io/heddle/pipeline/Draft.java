// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.Cluster;
import io.heddle.model.Reason;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceKey;
import io.heddle.model.Token;
import java.util.List;
import java.util.OptionalLong;

/**
 * A plan in the making, handed from stage to stage. Immutable.
 *
 * @param snapshot what is planned from
 * @param cluster the cluster as rebalancers and target providers see it; set by the membership
 *     stage
 * @param goals where everything should be; set by the placement stage
 * @param decisions what was decided so far
 * @param reasons why other things were not done
 * @param counter the next counter
 * @param wakeAtNanos the earliest time at which a stage wants to be run again
 * @param facts what stages tell later stages, such as demand and capacity to come
 */
public record Draft(
    Snapshot snapshot,
    Cluster cluster,
    ImmutableSortedMap<ResourceKey, ResourceAssignment> goals,
    ImmutableList<Decision> decisions,
    ImmutableList<Reason> reasons,
    long counter,
    OptionalLong wakeAtNanos,
    Sections facts) {
  /** A draft in which nothing is decided. */
  public static Draft start(Snapshot snapshot) {
    return new Draft(
        snapshot,
        new Cluster(
            snapshot.cluster(),
            snapshot.nowMillis(),
            ImmutableSortedMap.of(),
            ImmutableSortedMap.of()),
        ImmutableSortedMap.of(),
        ImmutableList.of(),
        snapshot.unreadable(),
        snapshot.counter(),
        OptionalLong.empty(),
        Sections.EMPTY);
  }

  /** With another cluster. */
  public Draft with(Cluster newCluster) {
    return new Draft(snapshot, newCluster, goals, decisions, reasons, counter, wakeAtNanos, facts);
  }

  /** With other goals. */
  public Draft withGoals(ImmutableSortedMap<ResourceKey, ResourceAssignment> newGoals) {
    return new Draft(snapshot, cluster, newGoals, decisions, reasons, counter, wakeAtNanos, facts);
  }

  /** With more decisions, after those before. */
  public Draft plus(List<Decision> more) {
    return more.isEmpty()
        ? this
        : new Draft(
            snapshot,
            cluster,
            goals,
            ImmutableList.<Decision>builder().addAll(decisions).addAll(more).build(),
            reasons,
            counter,
            wakeAtNanos,
            facts);
  }

  /** With more reasons, after those before. */
  public Draft plusReasons(List<Reason> more) {
    return more.isEmpty()
        ? this
        : new Draft(
            snapshot,
            cluster,
            goals,
            decisions,
            ImmutableList.<Reason>builder().addAll(reasons).addAll(more).build(),
            counter,
            wakeAtNanos,
            facts);
  }

  /** Planned again no later than at a time of the snapshot's monotonic clock. */
  public Draft wakeAt(long nanos) {
    OptionalLong earliest = wakeAtNanos.isPresent() && wakeAtNanos.getAsLong() - nanos <= 0
        ? wakeAtNanos
        : OptionalLong.of(nanos);
    return new Draft(snapshot, cluster, goals, decisions, reasons, counter, earliest, facts);
  }

  /** With a fact for later stages. */
  public <T> Draft with(SectionKey<T> key, T fact) {
    return new Draft(
        snapshot, cluster, goals, decisions, reasons, counter, wakeAtNanos, facts.with(key, fact));
  }

  /**
   * With counters taken: {@link #counter} to {@code counter + count - 1} are the caller's.
   *
   * @param count at least 0
   */
  public Draft taking(long count) {
    return new Draft(
        snapshot, cluster, goals, decisions, reasons, counter + count, wakeAtNanos, facts);
  }

  /** The number that a counter of this reign makes, as a token or a sequence number. */
  public long number(long counterOfReign) {
    return Token.of(snapshot.epoch(), counterOfReign);
  }

  /** What was decided. */
  public Plan plan() {
    return new Plan(
        decisions,
        reasons,
        goals,
        facts
            .find(PlacementStage.CERTIFICATES)
            .map(PlacementStage.Certificates::byResource)
            .orElse(ImmutableSortedMap.of()),
        facts
            .find(MembershipStage.LOST)
            .map(MembershipStage.Lost::since)
            .orElse(snapshot.lostSince()),
        counter,
        wakeAtNanos,
        facts.find(Waits.KEY).orElseGet(snapshot::waits));
  }
}
