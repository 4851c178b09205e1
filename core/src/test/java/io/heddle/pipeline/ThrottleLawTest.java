// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.Throttle;
import io.heddle.model.Throttle.Load;
import io.heddle.model.Throttle.Scope;
import io.heddle.model.ThrottleSpec;
import io.heddle.model.TransitionRules;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens in whatever order: a pass begins no more than allowed, and it settles. */
class ThrottleLawTest {
  private static final int STEPS = 200;

  static LongStream seeds() {
    return LongStream.range(0, 100);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void beginsNoMoreThanAllowed(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    World world = new World();
    int instances = 2 + random.nextInt(4);
    for (int i = 0; i < instances; i++) {
      world.start("i" + i);
    }
    int perInstance = 1 + random.nextInt(3);
    int perCluster = perInstance + random.nextInt(4);
    world.spec = ClusterSpec.DEFAULT.with(TransitionRules.DEFAULT.with(ThrottleSpec.of(
        Throttle.of(Scope.INSTANCE, Load.ANY, perInstance),
        Throttle.of(Scope.CLUSTER, Load.ANY, perCluster))));
    StateModel model =
        random.nextInt(2) == 0 ? StateModels.MASTER_SLAVE : StateModels.ONLINE_OFFLINE;
    ResourceKey key = world.add(ResourceSpec.builder("db")
        .partitions(1 + random.nextInt(12))
        .replicas(1 + random.nextInt(3))
        .stateModel(model)
        .build());

    for (int step = 0; step < STEPS; step++) {
      act(world, random, model, perInstance, perCluster);
    }

    world.specs.keySet().forEach(id -> world.start(id.name()));
    world.settle();
    assertThat(world.plan().decisions()).isEmpty();
    assertThat(world.states(key, 0)).isNotEmpty();
  }

  private static void act(
      World world, SplittableRandom random, StateModel model, int perInstance, int perCluster) {
    List<InstanceId> all = ImmutableList.copyOf(world.specs.keySet());
    InstanceId any = all.get(random.nextInt(all.size()));
    boolean lives = world.nodes.containsKey(any);
    int what = random.nextInt(100);
    if (what < 30) {
      pass(world, model, perInstance, perCluster);
    } else if (what < 33) {
      world.stop(any);
    } else if (what < 40) {
      if (!lives) {
        world.start(any.name());
      }
    } else if (lives && what < 60) {
      world.takeUp(any);
    } else if (lives && what < 80) {
      world.inFlight(any).stream().findFirst().ifPresent(r -> world.finish(any, r));
    } else if (lives) {
      world.report(any);
    }
  }

  private static void pass(World world, StateModel model, int perInstance, int perCluster) {
    Map<InstanceId, Integer> before = underWay(world, model);
    world.pass();
    Map<InstanceId, Integer> after = underWay(world, model);
    after.forEach((id, count) -> assertThat(count)
        .as("under way on %s", id)
        .isLessThanOrEqualTo(Math.max(perInstance, before.getOrDefault(id, 0))));
    assertThat(sum(after)).isLessThanOrEqualTo(Math.max(perCluster, sum(before)));
  }

  private static int sum(Map<InstanceId, Integer> counts) {
    return counts.values().stream().mapToInt(i -> i).sum();
  }

  /** By what was ordered and reported: who was told to go up and is not known to be there. */
  private static Map<InstanceId, Integer> underWay(World world, StateModel model) {
    TreeMap<InstanceId, Integer> counts = new TreeMap<>();
    world.nodes.forEach((id, node) -> {
      @Nullable AssignmentBucket bucket = world.assignments.get(id);
      if (bucket == null || bucket.incarnation() != node.incarnation) {
        return;
      }
      Optional<ReportBucket> report = Optional.ofNullable(world.reports.get(id))
          .filter(r -> r.incarnation() == node.incarnation);
      bucket
          .groups()
          .forEach((key, group) -> group.targets().forEach((partition, target) -> {
            Optional<ReplicaState> replica = report.flatMap(r -> r.replica(key, partition));
            String state = replica.map(ReplicaState::state).orElse(model.initialState());
            boolean answered = report.filter(r -> r.s() >= target.q()).isPresent()
                && replica.filter(r -> r.inFlight().isEmpty()).isPresent();
            boolean up = model.states().containsKey(target.state())
                && model.priority(target.state()) < model.priority(state);
            boolean runs = replica
                .flatMap(ReplicaState::inFlight)
                .filter(f -> model.states().containsKey(f.to())
                    && model.priority(f.to()) < model.priority(state))
                .isPresent();
            if (!answered && !state.equals(StateModel.ERROR) && (up || runs)) {
              counts.merge(id, 1, Integer::sum);
            }
          }));
    });
    return counts;
  }
}
