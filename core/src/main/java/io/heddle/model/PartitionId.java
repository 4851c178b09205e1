// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.Comparator;

/**
 * One partition of a resource.
 *
 * @param resource the resource
 * @param number the partition's number, from 0
 */
public record PartitionId(ResourceId resource, int number) implements Comparable<PartitionId> {
  private static final Comparator<PartitionId> ORDER =
      Comparator.comparing(PartitionId::resource).thenComparingInt(PartitionId::number);

  /** Checks the number. */
  public PartitionId {
    if (number < 0) {
      throw new IllegalArgumentException(
          "partition number of " + resource + " is negative: " + number);
    }
  }

  @Override
  public int compareTo(PartitionId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return resource + "/" + number;
  }
}
