// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.bench.peer.Placer;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import io.heddle.rebalance.Rebalancer;
import io.heddle.rebalance.RebalancerConfig;
import io.heddle.rebalance.Rebalancers;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** FULL_AUTO through the rebalancers' public API. Confined to the thread that does the work. */
final class HeddlePlacer implements Placer<ResourceAssignment> {
  private static final String INSTANCE = "node-";

  private final int instances;
  private final int zones;
  private final ResourceSpec resource;
  private final Rebalancer rebalancer;

  HeddlePlacer(int instances, int zones, int partitions, int replicas) {
    this.instances = instances;
    this.zones = zones;
    this.resource = ResourceSpec.builder("db")
        .partitions(partitions)
        .replicas(replicas)
        .stateModel(StateModels.MASTER_SLAVE)
        .build();
    this.rebalancer = Rebalancers.builtIn().find(resource.mode()).orElseThrow();
  }

  private static InstanceId instance(int number) {
    return InstanceId.of(INSTANCE + String.format(Locale.ROOT, "%05d", number));
  }

  private Cluster cluster(int lost) {
    ImmutableSortedMap.Builder<InstanceId, Participant> participants =
        ImmutableSortedMap.naturalOrder();
    for (int i = 0; i < instances; i++) {
      InstanceId id = instance(i);
      InstanceSpec spec =
          InstanceSpec.builder(id.name()).zone("zone-" + i % zones).build();
      Optional<LiveInstance> live = i == lost
          ? Optional.empty()
          : Optional.of(new LiveInstance(
              id, 1, i + 1, "host", 1, Optional.empty(), "", ImmutableSortedMap.of()));
      participants.put(id, new Participant(spec, live, Optional.empty()));
    }
    return new Cluster(
        "bench", 0, participants.buildOrThrow(), ImmutableSortedMap.of(resource.id(), resource));
  }

  @Override
  public Supplier<ResourceAssignment> prepare(@Nullable ResourceAssignment before, int lost) {
    RebalancerConfig config = RebalancerConfig.of(resource, StateModels.MASTER_SLAVE);
    Cluster cluster = cluster(lost);
    ResourceAssignment previous = before == null ? ResourceAssignment.empty(resource.id()) : before;
    ResourceCurrentState current = running(previous, lost);
    return () -> rebalancer.computeResourceMapping(config, previous, cluster, current);
  }

  /** All of it as wanted, but for what was lost. */
  private ResourceCurrentState running(ResourceAssignment assignment, int lost) {
    InstanceId gone = instance(Math.max(0, lost));
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, ReplicaState>> partitions =
        ImmutableSortedMap.naturalOrder();
    assignment.states().forEach((partition, states) -> {
      ImmutableSortedMap.Builder<InstanceId, ReplicaState> replicas =
          ImmutableSortedMap.naturalOrder();
      states.forEach((instance, state) -> {
        if (lost == NONE || !instance.equals(gone)) {
          replicas.put(instance, ReplicaState.of(state, state.equals("MASTER") ? 1 : Token.NONE));
        }
      });
      partitions.put(partition, replicas.buildOrThrow());
    });
    return new ResourceCurrentState(resource.id(), partitions.buildOrThrow());
  }

  @Override
  public int[][] read(ResourceAssignment placement) {
    int[][] rows = new int[resource.partitions()][];
    for (int p = 0; p < rows.length; p++) {
      rows[p] = placement.partition(p).entrySet().stream()
          .sorted((a, b) ->
              Boolean.compare(b.getValue().equals("MASTER"), a.getValue().equals("MASTER")))
          .mapToInt(entry -> Integer.parseInt(entry.getKey().name().substring(INSTANCE.length())))
          .toArray();
    }
    return rows;
  }
}
