// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.PlacementRules;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.Token;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A cluster with one resource, for tests: instances come and go, a rebalancer says what is wanted,
 * and participants report it, at once or one transition at a time.
 *
 * <p>Confined to one thread.
 */
final class World {
  private final FullAutoRebalancer rebalancer = new FullAutoRebalancer();
  private final StateModel model;
  private final TreeMap<InstanceId, Participant> participants = new TreeMap<>();
  private final TreeMap<InstanceId, RebalancerConfig.Occupancy> others = new TreeMap<>();
  private final TreeSet<InstanceId> excluded = new TreeSet<>();
  private final TreeSet<InstanceId> awaited = new TreeSet<>();
  private final TreeMap<Integer, TreeMap<InstanceId, ReplicaState>> reports = new TreeMap<>();
  private PlacementPolicy policy = PlacementPolicy.DEFAULT;
  private ResourceSpec resource;
  private ResourceAssignment wanted;

  private World(ResourceSpec resource, StateModel model) {
    this.resource = resource;
    this.model = model;
    wanted = ResourceAssignment.empty(resource.id());
  }

  /** Without instances. */
  static World of(StateModel model, int partitions, int replicas) {
    ResourceSpec resource = ResourceSpec.builder("documents")
        .partitions(partitions)
        .replicas(replicas)
        .stateModel(model)
        .build();
    return new World(resource, model);
  }

  /** Adds live instances without zones. */
  World instances(String... names) {
    for (String name : names) {
      put(InstanceSpec.of(name));
    }
    return this;
  }

  /** Adds a live instance in a zone. */
  World instance(String name, String zone) {
    return put(InstanceSpec.builder(name).zone(zone).build());
  }

  /** Adds a live instance, or changes what an administrator says of it. */
  World put(InstanceSpec spec) {
    participants.put(
        spec.id(), new Participant(spec, Optional.of(live(spec.id())), Optional.empty()));
    return this;
  }

  private static LiveInstance live(InstanceId id) {
    return new LiveInstance(
        id, 1, 1, "localhost", 1, Optional.empty(), "test", ImmutableSortedMap.of());
  }

  /** Ends an instance's process; what it reported is gone with it. */
  World kill(String name) {
    InstanceId id = InstanceId.of(name);
    participants.put(id, new Participant(spec(id), Optional.empty(), Optional.empty()));
    reports.values().forEach(row -> row.remove(id));
    return this;
  }

  /** Starts an instance's process again; it has nothing. */
  World revive(String name) {
    return put(spec(InstanceId.of(name)));
  }

  InstanceSpec spec(InstanceId id) {
    return Objects.requireNonNull(participants.get(id)).spec();
  }

  /** Changes what is wanted of the resource. */
  World change(ResourceSpec spec) {
    resource = spec;
    return this;
  }

  /** Says what an instance holds of other resources. */
  World load(String name, int replicas, int tops) {
    others.put(
        InstanceId.of(name),
        new RebalancerConfig.Occupancy(replicas, tops, ImmutableSortedMap.of()));
    return this;
  }

  /** Says what other resources use of an instance. */
  World used(String name, String dimension, long amount) {
    others.put(
        InstanceId.of(name),
        new RebalancerConfig.Occupancy(0, 0, ImmutableSortedMap.of(dimension, amount)));
    return this;
  }

  /** Says that the resource's anti-affinity group holds an instance. */
  World exclude(String name) {
    excluded.add(InstanceId.of(name));
    return this;
  }

  /** Waits for an instance when it is lost. */
  World await(String name) {
    awaited.add(InstanceId.of(name));
    return this;
  }

  /** Waits for an instance no longer. */
  World awaitNoMore(String name) {
    awaited.remove(InstanceId.of(name));
    return this;
  }

  /** Changes how the cluster places. */
  World policy(UnaryOperator<PlacementPolicy> change) {
    policy = change.apply(policy);
    return this;
  }

  /** Changes what placement has to respect. */
  World rules(UnaryOperator<PlacementRules.Builder> change) {
    return change(resource.toBuilder()
        .placement(change.apply(resource.placement().toBuilder()).build())
        .build());
  }

  /** Forgets what was wanted, as a new controller does. */
  World forgetWanted() {
    wanted = ResourceAssignment.empty(resource.id());
    return this;
  }

  /** Asks what should be where, and takes it as what is wanted from now on. */
  ResourceAssignment plan() {
    return place().assignment();
  }

  /** Asks what should be where, with its certificate, and takes it as what is wanted. */
  PlacementResult place() {
    PlacementResult result = rebalancer.place(config(), wanted, cluster(), current());
    wanted = result.assignment();
    return result;
  }

  RebalancerConfig config() {
    return new RebalancerConfig(
        resource,
        model,
        policy,
        ImmutableSortedMap.copyOfSorted(others),
        ImmutableSortedSet.copyOf(excluded),
        ImmutableSortedSet.copyOf(awaited));
  }

  PlacementPolicy policy() {
    return policy;
  }

  ResourceSpec resource() {
    return resource;
  }

  StateModel model() {
    return model;
  }

  ResourceAssignment wanted() {
    return wanted;
  }

  Cluster cluster() {
    return new Cluster(
        "test", 0, ImmutableSortedMap.copyOfSorted(participants), ImmutableSortedMap.of());
  }

  ResourceCurrentState current() {
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, ReplicaState>> rows =
        ImmutableSortedMap.naturalOrder();
    reports.forEach((p, row) -> rows.put(p, ImmutableSortedMap.copyOfSorted(row)));
    return new ResourceCurrentState(resource.id(), rows.buildOrThrow());
  }

  /** Sets one report. */
  World report(int partition, String instance, ReplicaState state) {
    reports.computeIfAbsent(partition, p -> new TreeMap<>()).put(InstanceId.of(instance), state);
    return this;
  }

  /** Every live instance reports what is wanted of it, and nothing else. */
  World catchUp() {
    reports.clear();
    wanted
        .states()
        .forEach((p, row) -> row.forEach((id, state) -> {
          if (isLive(id)) {
            report(p, id.name(), ReplicaState.of(state, Token.NONE));
          }
        }));
    return this;
  }

  boolean isLive(InstanceId id) {
    return participants.containsKey(id)
        && Objects.requireNonNull(participants.get(id)).isLive();
  }

  /**
   * Some instances take each of their replicas one transition closer to what is wanted. Nobody
   * enters the top state while another one reports it.
   *
   * @param reporting which instances do something
   * @return whether anything is left to do, for any instance
   */
  boolean step(Predicate<InstanceId> reporting) {
    boolean left = false;
    for (int p = 0; p < resource.partitions(); p++) {
      TreeMap<InstanceId, ReplicaState> row = reports.computeIfAbsent(p, x -> new TreeMap<>());
      for (InstanceId id : wanted.partition(p).keySet()) {
        left |= isLive(id) && stepOne(p, row, id, reporting);
      }
      for (InstanceId id : new TreeMap<>(row).keySet()) {
        left |= !wanted.partition(p).containsKey(id) && stepOne(p, row, id, reporting);
      }
    }
    return left;
  }

  private boolean stepOne(
      int p, Map<InstanceId, ReplicaState> row, InstanceId id, Predicate<InstanceId> reporting) {
    String state =
        row.containsKey(id) ? Objects.requireNonNull(row.get(id)).state() : model.initialState();
    String target = Optional.ofNullable(wanted.partition(p).get(id)).orElse(StateModel.DROPPED);
    Optional<String> next = model.next(state, target);
    if (next.isEmpty()) {
      row.putIfAbsent(id, ReplicaState.of(state, Token.NONE));
      return false;
    }
    boolean held = model.isTop(next.get())
        && row.values().stream().anyMatch(replica -> model.isTop(replica.state()));
    if (reporting.test(id) && !held) {
      if (next.get().equals(StateModel.DROPPED)) {
        row.remove(id);
      } else {
        row.put(id, ReplicaState.of(next.get(), Token.NONE));
      }
    }
    return true;
  }
}
