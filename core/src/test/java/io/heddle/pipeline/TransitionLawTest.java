// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever happens in whatever order: never two top states, tokens go up, and it settles. */
class TransitionLawTest {
  private static final int STEPS = 400;
  private static final List<InstanceOperation> OPERATIONS =
      List.of(InstanceOperation.ENABLE, InstanceOperation.DISABLE, InstanceOperation.EVACUATE);

  static java.util.stream.LongStream seeds() {
    return java.util.stream.LongStream.range(0, 300);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void atMostOneLiveReplicaIsInTheTopState(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    World world = new World();
    for (int i = 0; i < 3 + random.nextInt(3); i++) {
      world.start("i" + i);
    }
    ResourceSpec spec = ResourceSpec.builder("db")
        .partitions(1 + random.nextInt(4))
        .replicas(1 + random.nextInt(3))
        .stateModel(StateModels.MASTER_SLAVE)
        .build();
    ResourceKey key = world.add(spec);
    Map<Integer, Long> tokens = new HashMap<>();

    for (int step = 0; step < STEPS; step++) {
      act(world, random);
      check(world, tokens);
    }

    world.specs.keySet().forEach(id -> heal(world, id));
    world.settle();
    check(world, tokens);
    for (int p = 0; p < spec.partitions(); p++) {
      assertThat(world.states(key, p).values()).filteredOn("MASTER"::equals).hasSize(1);
      assertThat(world.states(key, p)).hasSize(Math.min(spec.replicas(), world.specs.size()));
    }
    assertThat(world.plan().decisions()).isEmpty();
  }

  /** Rule R14: the wall clock, which may be of another host from reign to reign, moves nothing. */
  @ParameterizedTest
  @MethodSource("seeds")
  void whatMovesDoesNotDependOnTheWallClock(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    World world = new World();
    for (int i = 0; i < 3; i++) {
      world.start("i" + i);
    }
    ResourceKey unused = world.add(ResourceSpec.builder("db")
        .partitions(2)
        .replicas(2)
        .stateModel(StateModels.MASTER_SLAVE)
        .build());

    for (int step = 0; step < 50; step++) {
      act(world, random);
      world.wallMillis = 0;
      io.heddle.pipeline.Plan plan = world.plan();
      world.wallMillis = random.nextLong(-1_000_000_000_000L, 4_000_000_000_000L);
      assertThat(world.plan()).isEqualTo(plan);
    }
  }

  private static void heal(World world, InstanceId id) {
    world.operate(id, InstanceOperation.ENABLE);
    // A fresh process has no replica in ERROR.
    world.start(id.name());
  }

  private static void act(World world, SplittableRandom random) {
    List<InstanceId> live = ImmutableList.copyOf(world.nodes.keySet());
    List<InstanceId> all = ImmutableList.copyOf(world.specs.keySet());
    InstanceId any = all.get(random.nextInt(all.size()));
    int what = random.nextInt(100);
    if (what < 25) {
      world.pass();
    } else if (what < 28) {
      world.newLeader();
    } else if (what < 30) {
      world.operate(any, OPERATIONS.get(random.nextInt(OPERATIONS.size())));
    } else if (what < 32) {
      world.stop(any);
    } else if (what < 36) {
      if (!live.contains(any)) {
        world.start(any.name());
      }
    } else if (live.contains(any)) {
      participate(world, random, any, what);
    }
  }

  private static void participate(World world, SplittableRandom random, InstanceId id, int what) {
    if (what < 60) {
      world.takeUp(id);
    } else if (what < 80) {
      List<World.Replica> running = world.inFlight(id);
      if (!running.isEmpty()) {
        World.Replica replica = running.get(random.nextInt(running.size()));
        if (random.nextInt(30) == 0) {
          world.fail(replica);
        } else {
          world.finish(id, replica);
        }
      }
    } else {
      world.report(id);
    }
  }

  private static void check(World world, Map<Integer, Long> tokens) {
    Map<Integer, Integer> tops = new HashMap<>();
    for (World.Node node : world.nodes.values()) {
      for (World.Replica replica : node.replicas.values()) {
        if (replica.isTop()) {
          tops.merge(replica.partition, 1, Integer::sum);
        }
        if (replica.model.isTop(replica.state)) {
          long token = replica.token;
          assertThat(token).isGreaterThanOrEqualTo(tokens.getOrDefault(replica.partition, 0L));
          tokens.put(replica.partition, token);
        }
      }
    }
    assertThat(tops.values()).allMatch(count -> count == 1);
  }
}
