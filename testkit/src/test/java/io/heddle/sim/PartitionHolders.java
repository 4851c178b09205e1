// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.schema.BucketCodecs;
import io.heddle.store.memory.CommittedTxn.Change;
import io.heddle.store.memory.CommittedTxn.Kind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who has ever reported to have which partition in a state, by incarnation. Confined to the
 * simulation's thread.
 */
final class PartitionHolders {
  private final String resource;
  private final String state;
  private final Map<Integer, Set<String>> holders = new HashMap<>();

  PartitionHolders(String resource, String state) {
    this.resource = resource;
    this.state = state;
  }

  /** A report bucket is written. */
  void read(List<String> parts, Change change) {
    if (parts.size() != 3 || change.kind() == Kind.DELETED) {
      return;
    }
    var report = BucketCodecs.REPORT.decode(change.data());
    report
        .groups()
        .forEach((key, group) -> group.replicas().forEach((partition, replica) -> {
          if (key.resource().name().equals(resource) && replica.state().equals(state)) {
            holders
                .computeIfAbsent(partition, p -> new HashSet<>())
                .add(parts.get(1) + "#" + report.incarnation());
          }
        }));
  }

  /** Whether an incarnation has ever had a partition in that state. */
  boolean hasHad(String instance, long incarnation, int partition) {
    return holders.getOrDefault(partition, Set.of()).contains(instance + "#" + incarnation);
  }
}
