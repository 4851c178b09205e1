// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

/**
 * Names a resource: a set of partitions under one state model.
 *
 * @param name the name, as {@link Names} allows it
 */
public record ResourceId(String name) implements Comparable<ResourceId> {
  /** Checks the name. */
  public ResourceId {
    Names.check("resource", name);
  }

  /**
   * The id for a name.
   *
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static ResourceId of(String name) {
    return new ResourceId(name);
  }

  @Override
  public int compareTo(ResourceId other) {
    return name.compareTo(other.name);
  }

  @Override
  public String toString() {
    return name;
  }
}
