// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceKey;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;

/**
 * Something else that an instance does besides its replicas, such as tasks: it has subtrees to
 * follow and znodes to report in. Every method is called on the participant's loop and returns
 * soon.
 *
 * <p>For each incarnation, in this order: {@link #registered}; then, any number of times,
 * {@link #changed}, {@link #replicaHeld}, {@link #replicaForgotten}, {@link #leaseLost},
 * {@link #leaseRegained}, {@link #leaving}; then {@link #ended}.
 */
public interface ParticipantExtension {
  /** What to follow, besides the instance's assignments, reports and ephemeral. */
  ImmutableList<TreeRoot> roots(ClusterPaths paths, InstanceId instance);

  /**
   * What the participant offers because of this extension, by dimension, besides its own capacity:
   * it is told to the controller with the registration. Asked once, when the participant is built.
   */
  default ImmutableSortedMap<String, Long> offers() {
    return ImmutableSortedMap.of();
  }

  /**
   * What the participant can do because of this extension, by kind, such as the commands whose
   * tasks it runs: told to the controller with the registration. Asked once, when the participant
   * is built. What goes in must leave the record of a living instance well below a znode's bound.
   */
  default ImmutableSortedMap<String, ImmutableSortedSet<String>> abilities() {
    return ImmutableSortedMap.of();
  }

  /**
   * An incarnation is registered. Its documents, also those of older incarnations, were read before
   * it registered and can be had from {@code context}; nothing that an older one wrote comes later.
   */
  void registered(ExtensionContext context);

  /**
   * Documents below the roots differ from what was told before. May name some that differ only
   * because this extension wrote them.
   */
  void changed(ImmutableSortedSet<String> paths);

  /**
   * A transition of a replica starts, which may be its first. Told before its callback is called.
   */
  default void replicaHeld(ResourceKey resource, int partition) {}

  /** A replica is dropped, or starts anew with a handler of its own after it was reset. */
  default void replicaForgotten(ResourceKey resource, int partition) {}

  /** The lease is lost: start nothing, refuse tokens. */
  void leaseLost();

  /** The lease is held again, and all documents have been read since; what changed was told. */
  void leaseRegained();

  /** The participant stops gracefully: finish or hand over, and take nothing new. */
  default void leaving() {}

  /** Whether nothing is left that {@link #leaving} waits for. */
  default boolean isDrained() {
    return true;
  }

  /**
   * The incarnation is over; nothing can be written under it. Stop what runs.
   *
   * @param done to be run on the loop, once, when everything that ran has returned: no next
   *     incarnation registers before
   */
  void ended(Runnable done);
}
