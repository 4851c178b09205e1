// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import io.heddle.model.LiveInstance;
import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTable;
import io.heddle.spectator.RoutingTableProvider;
import java.util.Optional;

/** Reads what replicas want to know from the spectator's table. Thread-safe. */
final class RoutingViews implements PartitionView.Source {
  /** The resource of the documents. */
  static final String RESOURCE = "documents";

  /**
   * Under which name a node publishes its port, as an offer of capacity: that is what a participant
   * can say of itself beside its host and process. No resource asks for any of it.
   */
  static final String PORT = "document-port";

  private final RoutingTableProvider routing;
  private final String service;

  /** The service's own resource shows its nodes even while they hold no document. */
  RoutingViews(RoutingTableProvider routing, String service) {
    this.routing = routing;
    this.service = service;
  }

  @Override
  public PartitionView view(int partition) {
    RoutingTable table = routing.table();
    ImmutableSet.Builder<Member> present = ImmutableSet.builder();
    table.getInstances(service, 0).forEach(route -> present.add(member(route.live())));
    for (int p = 0; p < table.partitions(RESOURCE); p++) {
      table.getInstances(RESOURCE, p).forEach(route -> present.add(member(route.live())));
    }
    return new PartitionView(
        table.isStale(),
        table
            .getTopInstance(RESOURCE, partition)
            .map(route ->
                new PartitionView.Master(member(route.live()), route.token(), port(route.live()))),
        table.getInstances(RESOURCE, partition, "SLAVE").stream()
            .map(Route::live)
            .map(RoutingViews::member)
            .collect(ImmutableList.toImmutableList()),
        present.build());
  }

  /** The present incarnation of an instance, if the routing shows it. */
  Optional<Member> member(String instance) {
    return view(0).present().stream()
        .filter(member -> member.instance().equals(instance))
        .max((a, b) -> Long.compare(a.incarnation(), b.incarnation()));
  }

  private static Member member(LiveInstance live) {
    return new Member(live.id().name(), live.incarnation());
  }

  private static int port(LiveInstance live) {
    return live.capacity().getOrDefault(PORT, 0L).intValue();
  }
}
