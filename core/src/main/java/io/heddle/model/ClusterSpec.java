// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * What an administrator says of the cluster as a whole.
 *
 * @param paused while true, the controller plans nothing; what runs goes on
 * @param transitions what holds for the transitions of all resources, unless theirs say otherwise
 * @param placement how FULL_AUTO places
 */
public record ClusterSpec(boolean paused, TransitionRules transitions, PlacementPolicy placement) {
  /** Nothing special. */
  public static final ClusterSpec DEFAULT =
      new ClusterSpec(false, TransitionRules.DEFAULT, PlacementPolicy.DEFAULT);

  /** The same, paused. */
  public ClusterSpec asPaused() {
    return new ClusterSpec(true, transitions, placement);
  }

  /** The same, not paused. */
  public ClusterSpec asResumed() {
    return new ClusterSpec(false, transitions, placement);
  }

  /** The same with other rules for transitions. */
  public ClusterSpec with(TransitionRules rules) {
    return new ClusterSpec(paused, rules, placement);
  }

  /** With another way of placing. */
  public ClusterSpec withPlacement(PlacementPolicy policy) {
    return new ClusterSpec(paused, transitions, policy);
  }
}
