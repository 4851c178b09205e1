// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * What an administrator says of the cluster as a whole.
 *
 * @param paused while true, the controller plans nothing; what runs goes on
 */
public record ClusterSpec(boolean paused) {
  /** Nothing special. */
  public static final ClusterSpec DEFAULT = new ClusterSpec(false);
}
