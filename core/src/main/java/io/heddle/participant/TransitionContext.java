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
   * @throws LeaseLostException if the right to it has ended; a callback that lets it through must
   *     have left the replica in the state that it was in
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
   * callback should end soon. If it returns, the replica is in the state that it was to enter, and
   * is led out of it again; if it throws {@link LeaseLostException}, it is in the state that it was
   * in; if it throws anything else, it is in ERROR.
   */
  boolean isCancelled();
}
