// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * Why a state model cannot be used.
 *
 * @param kind which rule it breaks
 * @param state the state concerned
 * @param counterexample how it comes about, for people
 */
public record StateModelProblem(Kind kind, String state, String counterexample) {
  /** The rules that a state model keeps. */
  public enum Kind {
    /** A state is named that is not one of the model's. */
    UNKNOWN_STATE,
    /** No replica ever gets into the state. */
    UNREACHABLE,
    /** No transition leaves the state. */
    DEAD_END,
    /** A replica that got into the state can never be dropped. */
    NEVER_DROPPED,
    /** No order of transitions gets the replicas where they should be within the bounds. */
    BOUND
  }

  @Override
  public String toString() {
    return kind + " " + state + ": " + counterexample;
  }
}
