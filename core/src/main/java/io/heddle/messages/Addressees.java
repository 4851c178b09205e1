// SPDX-License-Identifier: Apache-2.0
package io.heddle.messages;

import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Criteria;
import io.heddle.model.InstanceId;
import io.heddle.spectator.Member;
import io.heddle.spectator.ResourceRouting;
import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTable;
import java.util.List;
import java.util.Optional;

/** Who is meant by criteria, in a table. Pure. */
final class Addressees {
  private Addressees() {}

  static ImmutableSortedSet<InstanceId> of(Criteria criteria, RoutingTable table) {
    Optional<ImmutableSortedSet<InstanceId>> holders = criteria
        .resource()
        .map(resource -> table
            .resource(resource)
            .map(routing -> holders(criteria, routing))
            .orElse(ImmutableSortedSet.of()));
    ImmutableSortedSet.Builder<InstanceId> meant = ImmutableSortedSet.naturalOrder();
    for (Member member : table.members().values()) {
      InstanceId id = member.instance();
      if (criteria.instance().map(id::equals).orElse(true)
          && criteria.tag().map(member.tags()::contains).orElse(true)
          && holders.map(ids -> ids.contains(id)).orElse(true)) {
        meant.add(id);
      }
    }
    return meant.build();
  }

  private static ImmutableSortedSet<InstanceId> holders(
      Criteria criteria, ResourceRouting routing) {
    ImmutableSortedSet.Builder<InstanceId> holders = ImmutableSortedSet.naturalOrder();
    int from = criteria.partition().orElse(0);
    int to = criteria.partition().isPresent() ? from + 1 : routing.partitions();
    for (int p = from; p < to; p++) {
      int partition = p;
      List<Route> routes = criteria
          .state()
          .map(state -> routing.getInstances(partition, state))
          .orElseGet(() -> routing.getInstances(partition));
      routes.forEach(route -> holders.add(route.instance()));
    }
    return holders.build();
  }
}
