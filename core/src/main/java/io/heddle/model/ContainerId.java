// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * Names a container: what a container provider starts and stops for one participant.
 *
 * @param name the name, as {@link Names} allows it
 */
public record ContainerId(String name) implements Comparable<ContainerId> {
  /** Checks the name. */
  public ContainerId {
    Names.check("container", name);
  }

  /**
   * The id for a name.
   *
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static ContainerId of(String name) {
    return new ContainerId(name);
  }

  @Override
  public int compareTo(ContainerId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
