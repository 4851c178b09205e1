// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import com.google.common.collect.ImmutableList;
import io.heddle.model.PartitionId;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModels;
import io.heddle.model.ZonePath;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.PartitionAttributes;
import io.heddle.participant.StateModelFactory;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.Route;
import io.heddle.spectator.RouteSelector;
import io.heddle.spectator.RoutingSnapshot;
import io.heddle.spectator.RoutingTable;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;

/** How a client finds who serves what; {@code docs/routing.md} shows the parts. */
final class RoutingExample implements AutoCloseable {
  private static final ResourceId ORDERS = ResourceId.of("orders");

  private final RoutingTableProvider routing;
  private final RouteSelector nearest;

  /** The partitions of orders that have a MASTER just now. */
  final ConcurrentSkipListSet<Integer> writable = new ConcurrentSkipListSet<>();

  RoutingExample(Store store, String cluster) throws Exception {
    // tag::start[]
    routing = RoutingTableProvider.builder(store, ThreadLoop::new, cluster).build();
    routing.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
    // end::start[]
    // tag::selector[]
    nearest = RouteSelector.nearest(ZonePath.parse("eu/rack-7"), new Random());
    // end::selector[]
    // tag::listener[]
    routing.addListener(ORDERS, (orders, table) -> {
      writable.clear();
      orders.ifPresent(routes -> {
        for (int p = 0; p < routes.partitions(); p++) {
          if (routes.getTopInstance(p).isPresent()) {
            writable.add(p);
          }
        }
      });
    });
    // end::listener[]
  }

  /** Where to write. */
  Optional<Route> forWrites(int number) {
    // tag::writes[]
    PartitionId partition = new PartitionId(ORDERS, number);
    Optional<Route> master = routing.getInstances(partition, "MASTER").stream().findFirst();
    // end::writes[]
    return master;
  }

  /** Where to read: as near as possible. */
  Optional<Route> forReads(int number) {
    // tag::reads[]
    PartitionId partition = new PartitionId(ORDERS, number);
    Optional<Route> replica = nearest.pick(routing.getInstances(partition));
    // end::reads[]
    return replica;
  }

  /** A participant that says how far behind its replicas are. */
  static HeddleParticipant follower(Store store, String cluster, String name) {
    // tag::publish[]
    PartitionAttributes attributes = new PartitionAttributes();
    HeddleParticipant participant = HeddleParticipant.builder(store, cluster, name)
        .extension(attributes)
        .stateModel(StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(partition -> step -> {
          attributes.set(step.partition(), "version", "2.1");
          attributes.set(step.partition(), "lag", step.to().equals("MASTER") ? 0 : 40);
        }))
        .build();
    // end::publish[]
    return participant;
  }

  /** Where to read what is nearly up to date. */
  ImmutableList<Route> nearlyUpToDate(int number) {
    // tag::attributes[]
    ImmutableList<Route> fresh = routing.getInstances("orders", number).stream()
        .filter(route -> route.attributes().number("lag").orElse(Long.MAX_VALUE) <= 10)
        .collect(ImmutableList.toImmutableList());
    // end::attributes[]
    return fresh;
  }

  /** What one table says, in several look-ups. */
  String describe(int number) {
    // tag::snapshot[]
    RoutingSnapshot snapshot = routing.snapshot();
    RoutingTable table = snapshot.table();
    int all = table.getInstances("orders", number).size();
    int onSsd = table.getInstances("orders", number, "SLAVE", "ssd").size();
    boolean current = snapshot.staleFor().compareTo(Duration.ofSeconds(5)) < 0;
    // end::snapshot[]
    return all + " replicas, slaves on ssd: " + onSsd + (current ? "" : ", out of date");
  }

  @Override
  public void close() {
    routing.close();
  }
}
