// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * Names an instance: a configured slot for a node of the cluster.
 *
 * @param name the name, as {@link Names} allows it
 */
public record InstanceId(String name) implements Comparable<InstanceId> {
  /** Checks the name. */
  public InstanceId {
    Names.check("instance", name);
  }

  /**
   * The id for a name.
   *
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static InstanceId of(String name) {
    return new InstanceId(name);
  }

  @Override
  public int compareTo(InstanceId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
