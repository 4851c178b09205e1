// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;

/** What a callback is told of its transition. Thread-safe. */
public interface TransitionContext {
  /** The partition. */
  PartitionId partition();

  /** The state that is left. */
  String from();

  /** The state that is entered. */
  String to();

  /** This instance. */
  InstanceId instance();

  /**
   * The token to hand to whatever the replica writes to.
   *
   * @throws IllegalStateException if the transition does not lead to the top state
   * @throws LeaseLostException if the right to it has ended
   */
  long fencingToken();

  /**
   * The right to act as the top state, to be kept after the callback has returned.
   *
   * @throws IllegalStateException if the transition does not lead to the top state
   */
  Lease lease();

  /**
   * Whether the result is no longer wanted: the session is over, or a promotion was taken back. The
   * callback should return soon, in whatever way; what follows is decided afterwards.
   */
  boolean isCancelled();
}
