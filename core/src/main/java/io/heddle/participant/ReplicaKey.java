// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.model.PartitionId;
import io.heddle.model.ResourceKey;
import java.util.Comparator;

/** One replica on this instance: a partition of a resource that is told apart by its uid. */
record ReplicaKey(ResourceKey resource, int partition) implements Comparable<ReplicaKey> {
  private static final Comparator<ReplicaKey> ORDER =
      Comparator.comparing(ReplicaKey::resource).thenComparingInt(ReplicaKey::partition);

  /** The partition, for people. */
  PartitionId id() {
    return new PartitionId(resource.resource(), partition);
  }

  @Override
  public int compareTo(ReplicaKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return resource + "/" + partition;
  }
}
