// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableListMultimap;
import io.heddle.model.InstanceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.rebalance.Rebalancers;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A rehearsal tells what then happens, wherever the cluster is when it begins. */
class RehearsalLawTest {
  private final Pipeline pipeline = new Pipeline(Rebalancers.builtIn(), ImmutableListMultimap.of());

  static LongStream seeds() {
    return LongStream.range(0, 150);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void endsWhereTheClusterEnds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    World world = new World();
    for (int i = 0; i < 3 + random.nextInt(4); i++) {
      world.start("i" + i);
    }
    ResourceKey key = world.add(ResourceSpec.builder("db")
        .partitions(1 + random.nextInt(8))
        .replicas(1 + random.nextInt(3))
        .stateModel(StateModels.MASTER_SLAVE)
        .build());
    if (random.nextBoolean()) {
      world.settle();
    }
    List<InstanceId> all = List.copyOf(world.specs.keySet());
    world.stop(all.get(random.nextInt(all.size())));
    if (random.nextBoolean()) {
      world.start("newcomer");
    }

    Rehearsal rehearsal = Rehearsal.of(pipeline, world.snapshot());
    world.settle();

    assertThat(rehearsal.settled()).isTrue();
    assertThat(rehearsal.end().goals()).isEqualTo(world.plan().goals());
    assertThat(states(rehearsal.end(), key)).isEqualTo(states(world.snapshot(), key));
    assertThat(pipeline.plan(rehearsal.end()).decisions()).isEmpty();
    checkSteps(rehearsal);
  }

  /** Each step begins where the one before ended, and is one of the state model. */
  private static void checkSteps(Rehearsal rehearsal) {
    TreeMap<String, String> last = new TreeMap<>();
    for (Rehearsal.Step step : rehearsal.steps()) {
      String replica = step.partition() + "@" + step.instance();
      String before = last.put(replica, step.to());
      assertThat(before == null || before.equals(step.from()) || before.equals(StateModel.DROPPED))
          .as("%s after %s", step, before)
          .isTrue();
      if (!step.from().equals(step.to())) {
        assertThat(StateModels.MASTER_SLAVE.transitions())
            .contains(new StateModel.Transition(step.from(), step.to()));
      }
    }
  }

  private static Map<String, String> states(Snapshot snapshot, ResourceKey key) {
    TreeMap<String, String> states = new TreeMap<>();
    Replicas replicas = Replicas.of(snapshot);
    for (int partition : replicas.partitions(key)) {
      replicas
          .partition(key, partition)
          .forEach((instance, replica) ->
              replica.reported().ifPresent(r -> states.put(partition + "@" + instance, r.state())));
    }
    return states;
  }
}
