// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.Optional;

/**
 * What a live participant reports of one replica.
 *
 * @param state its state
 * @param token the fencing token under which it holds the top state, or {@link Token#NONE}
 * @param inFlight the transition that is running, if one is
 * @param error why it is in ERROR, or by how much the transition in flight is over its time, at
 *     most 200 characters; empty if neither is so
 * @param failures how often in a row its transitions failed since it last was where it was wanted
 */
public record ReplicaState(
    String state, long token, Optional<InFlight> inFlight, String error, int failures) {
  /** A replica without failures. */
  public ReplicaState(String state, long token, Optional<InFlight> inFlight, String error) {
    this(state, token, inFlight, error, 0);
  }

  /**
   * A transition whose callback has started and has not returned.
   *
   * @param to the state that it leads to
   * @param token the token that it would hold there, or {@link Token#NONE}
   */
  public record InFlight(String to, long token) {}

  /** A replica at rest. */
  public static ReplicaState of(String state, long token) {
    return new ReplicaState(state, token, Optional.empty(), "");
  }
}
