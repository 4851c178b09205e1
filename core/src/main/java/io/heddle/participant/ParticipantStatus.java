// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import io.heddle.model.ReplicaState;

/**
 * How a participant is doing, for people. Immutable.
 *
 * @param instance the instance
 * @param phase where it stands
 * @param detail what it waits for, or why it failed; may be empty
 * @param incarnation the latest incarnation number, or 0 before the first registration
 * @param replicas its replicas, in order
 */
public record ParticipantStatus(
    InstanceId instance,
    Phase phase,
    String detail,
    long incarnation,
    ImmutableList<Replica> replicas) {
  /** Where a participant stands. */
  public enum Phase {
    /** Not started. */
    NEW,
    /** Has no session yet, or reads before it registers. */
    CONNECTING,
    /** Another incarnation lives under this name; waits for its end. */
    WAITING_FOR_NAME,
    /** Registered, and holds the lease. */
    SERVING,
    /** Registered, but without the lease: has left top states, starts nothing. */
    FENCED,
    /** Hands its replicas over. */
    LEAVING,
    /** The incarnation is over; waits for callbacks to return. */
    RESETTING,
    /** Can't register; tries again now and then if it was registered before. */
    FAILED,
    /** Stopped. */
    CLOSED
  }

  /**
   * One replica.
   *
   * @param partition its partition
   * @param state its state, with what runs
   */
  public record Replica(PartitionId partition, ReplicaState state) {}
}
