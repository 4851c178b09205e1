// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import com.google.common.collect.ImmutableSortedMap;
import com.google.common.primitives.ImmutableLongArray;
import io.heddle.model.Cluster;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.PlacementRules;
import io.heddle.model.ReplicaState;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/**
 * Measures FULL_AUTO by hand: {@code PlacementFigures INSTANCES ZONES PARTITIONS ROUNDS}, three
 * replicas each, two capacity dimensions, weights by chance. Prints CPU time of the calling thread
 * per round, the best last, and the certificate.
 */
public final class PlacementFigures {
  private static final int REPLICAS = 3;

  private final int instances;
  private final int zones;
  private final int rounds;
  private final ResourceSpec resource;
  private final RebalancerConfig config;
  private final FullAutoRebalancer rebalancer = new FullAutoRebalancer();

  private PlacementFigures(int instances, int zones, int partitions, int rounds) {
    this.instances = instances;
    this.zones = zones;
    this.rounds = rounds;
    Random random = new Random(1);
    resource = ResourceSpec.builder("documents")
        .partitions(partitions)
        .replicas(REPLICAS)
        .stateModel(StateModels.MASTER_SLAVE)
        .placement(PlacementRules.builder()
            .weight("cpu", weights(random, partitions, 10))
            .weight("disk", weights(random, partitions, 100))
            .build())
        .build();
    config = RebalancerConfig.of(resource, StateModels.MASTER_SLAVE);
  }

  private static PlacementRules.Weight weights(Random random, int partitions, int most) {
    return new PlacementRules.Weight(
        1, ImmutableLongArray.copyOf(random.longs(partitions, 1, most + 1L)));
  }

  /** Runs the measurements. */
  public static void main(String[] args) {
    if (args.length != 4) {
      throw new IllegalArgumentException("INSTANCES ZONES PARTITIONS ROUNDS");
    }
    new PlacementFigures(
            Integer.parseInt(args[0]),
            Integer.parseInt(args[1]),
            Integer.parseInt(args[2]),
            Integer.parseInt(args[3]))
        .run();
  }

  private void run() {
    Cluster whole = cluster(-1, 0);
    ResourceAssignment nothing = ResourceAssignment.empty(resource.id());
    ResourceAssignment placed = measure("cold", r -> new Question(nothing, whole));
    measure("unchanged", r -> new Question(placed, whole));
    measure("one lost", r -> new Question(placed, cluster(r * 7 % instances, 0)));
    measure("one added", r -> new Question(placed, cluster(-1, 1)));
  }

  private record Question(ResourceAssignment previous, Cluster cluster) {}

  private interface Questions {
    Question of(int round);
  }

  private ResourceAssignment measure(String what, Questions questions) {
    List<Long> millis = new ArrayList<>();
    PlacementResult result = null;
    for (int r = 0; r < rounds; r++) {
      Question question = questions.of(r);
      ResourceCurrentState current = reports(question.previous(), question.cluster());
      long before = cpuNanos();
      result = rebalancer.place(config, question.previous(), question.cluster(), current);
      millis.add((cpuNanos() - before) / 1_000_000);
    }
    Certificate certificate =
        Optional.ofNullable(result).map(PlacementResult::certificate).orElse(Certificate.EMPTY);
    System.out.printf(
        Locale.ROOT,
        "%-10s %s ms CPU, best %d%n  counts %s, tops %s%n  utilisation %s%n  moves %s, role changes"
            + " %s, placed %d of %d%n",
        what,
        millis,
        Collections.min(millis),
        certificate.counts(),
        certificate.tops(),
        certificate.utilisation(),
        certificate.moves(),
        certificate.roleChanges(),
        certificate.placed(),
        certificate.wanted());
    return result == null ? ResourceAssignment.empty(resource.id()) : result.assignment();
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  private static ResourceCurrentState reports(ResourceAssignment assignment, Cluster cluster) {
    ImmutableSortedMap.Builder<Integer, ImmutableSortedMap<InstanceId, ReplicaState>> rows =
        ImmutableSortedMap.naturalOrder();
    assignment.states().forEach((p, row) -> {
      ImmutableSortedMap.Builder<InstanceId, ReplicaState> reported =
          ImmutableSortedMap.naturalOrder();
      row.forEach((id, state) -> {
        if (cluster.participants().containsKey(id)) {
          reported.put(id, ReplicaState.of(state, Token.NONE));
        }
      });
      rows.put(p, reported.buildOrThrow());
    });
    return new ResourceCurrentState(assignment.resource(), rows.buildOrThrow());
  }

  private Cluster cluster(int lost, int added) {
    ImmutableSortedMap.Builder<InstanceId, Participant> participants =
        ImmutableSortedMap.naturalOrder();
    long partitions = resource.partitions();
    for (int i = 0; i < instances + added; i++) {
      if (i == lost) {
        continue;
      }
      InstanceSpec spec = InstanceSpec.builder("node-" + i)
          .zone("zone-" + i % zones)
          .capacity("cpu", partitions * REPLICAS * 8 / instances + 20)
          .capacity("disk", partitions * REPLICAS * 75 / instances + 200)
          .build();
      LiveInstance live = new LiveInstance(
          spec.id(), 1, 1, "host", 1, Optional.empty(), "test", ImmutableSortedMap.of());
      participants.put(spec.id(), new Participant(spec, Optional.of(live), Optional.empty()));
    }
    return new Cluster("figures", 0, participants.buildOrThrow(), ImmutableSortedMap.of());
  }
}
