// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * What an administrator says of the cluster as a whole.
 *
 * @param paused while true, the controller plans nothing; what runs goes on
 * @param placement how FULL_AUTO places
 */
public record ClusterSpec(boolean paused, PlacementPolicy placement) {
  /** Nothing special. */
  public static final ClusterSpec DEFAULT = new ClusterSpec(false, PlacementPolicy.DEFAULT);

  /** Paused, else the same. */
  public ClusterSpec pause() {
    return new ClusterSpec(true, placement);
  }

  /** Not paused, else the same. */
  public ClusterSpec resume() {
    return new ClusterSpec(false, placement);
  }

  /** With another way of placing. */
  public ClusterSpec withPlacement(PlacementPolicy policy) {
    return new ClusterSpec(paused, policy);
  }
}
