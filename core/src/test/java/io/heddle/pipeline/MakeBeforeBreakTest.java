// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A partition goes on being served while it moves; what is not as it can be is led back. */
class MakeBeforeBreakTest {
  private static final InstanceId A = InstanceId.of("a");
  private static final InstanceId B = InstanceId.of("b");
  private static final InstanceId C = InstanceId.of("c");

  /** At most two HOT. */
  private static final StateModel TIERED = StateModel.builder("Tiered")
      .state("HOT", Bound.of(2))
      .state("WARM", new Bound.Replicas())
      .state("COLD", new Bound.Unlimited())
      .initialState("COLD")
      .transition("HOT", "WARM")
      .transition("WARM", "COLD")
      .transition("COLD", "WARM")
      .transition("WARM", "HOT")
      .transition("COLD", "DROPPED")
      .build();

  private final World world = new World();

  private static ResourceSpec map(StateModel model, Map<InstanceId, String> states) {
    return ResourceSpec.builder("db")
        .replicas(states.size())
        .stateModel(model)
        .mode(new RebalanceMode.Customized(
            ImmutableSortedMap.of(0, ImmutableSortedMap.copyOf(states))))
        .build();
  }

  private ResourceKey placed(ResourceSpec spec) {
    world.start("a");
    world.start("b");
    world.start("c");
    ResourceKey key = world.add(spec);
    world.settle();
    return key;
  }

  private void act(InstanceId id) {
    world.takeUp(id);
    while (!world.inFlight(id).isEmpty()) {
      world.finish(id, world.inFlight(id).get(0));
    }
    world.report(id);
  }

  private List<String> reasons(Reason.Code code) {
    return world.plan().reasons().stream()
        .filter(reason -> reason.code() == code)
        .map(Reason::toString)
        .toList();
  }

  @Test
  void keepsAReplicaServingThatIsToRestUntilTheOtherServes() {
    ResourceKey key = placed(map(StateModels.ONLINE_OFFLINE, Map.of(A, "ONLINE", B, "OFFLINE")));
    world.update(map(StateModels.ONLINE_OFFLINE, Map.of(A, "OFFLINE", B, "ONLINE")));

    world.pass();
    act(A);

    assertThat(world.states(key, 0)).containsEntry("a", "ONLINE");
    assertThat(reasons(Reason.Code.KEPT_UNTIL_REPLACED)).hasSize(1);
    act(B);
    world.settle();
    assertThat(world.states(key, 0)).containsEntry("a", "OFFLINE").containsEntry("b", "ONLINE");
  }

  @Test
  void letsAllRestAtOnceWhenNobodyIsToServe() {
    ResourceKey key = placed(map(StateModels.ONLINE_OFFLINE, Map.of(A, "ONLINE")));
    world.update(map(StateModels.ONLINE_OFFLINE, Map.of(A, "OFFLINE")));

    world.pass();
    act(A);

    assertThat(world.states(key, 0)).containsEntry("a", "OFFLINE");
  }

  static LongStream seeds() {
    return LongStream.range(0, 60);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void servesAllTheTimeWhileItMovesAndKeepsFixedBounds(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    StateModel model = List.of(
            StateModels.MASTER_SLAVE,
            StateModels.ONLINE_OFFLINE,
            StateModels.ONLINE_OFFLINE_WITH_BOOTSTRAP,
            StateModels.STORAGE_SCHEMATA,
            TIERED)
        .get((int) (seed % 5));
    world.models.put(TIERED.name(), TIERED);
    for (int i = 0; i < 5; i++) {
      world.start("i" + i);
    }
    int replicas = 1 + random.nextInt(3);
    ResourceKey key = world.add(lists(model, replicas, random));
    world.settle();

    for (int move = 0; move < 5; move++) {
      world.update(lists(model, replicas, random));
      for (int step = 0; step < 40; step++) {
        InstanceId id = InstanceId.of("i" + random.nextInt(5));
        if (random.nextInt(3) == 0) {
          world.pass();
        } else if (random.nextInt(3) == 0) {
          world.report(id);
        } else if (random.nextInt(2) == 0) {
          world.takeUp(id);
        } else {
          world.inFlight(id).stream().findFirst().ifPresent(r -> world.finish(id, r));
        }
        check(key, model);
      }
    }

    world.settle();
    assertThat(world.states(key, 0)).hasSize(replicas);
    check(key, model);
  }

  private void check(ResourceKey key, StateModel model) {
    Map<String, String> states = world.states(key, 0);
    assertThat(states.values())
        .as("serving of %s", states)
        .anyMatch(state -> model.priority(state) <= model.priority(model.baseState()));
    model.states().forEach((state, bound) -> {
      if (bound instanceof Bound.Fixed fixed) {
        assertThat(world.nodes.values().stream()
                .flatMap(node -> node.replicas.values().stream())
                .filter(r -> r.state.equals(state) || state.equals(r.next))
                .count())
            .as("in %s: %s", state, states)
            .isLessThanOrEqualTo(fixed.count());
      }
    });
  }

  private static ResourceSpec lists(StateModel model, int replicas, SplittableRandom random) {
    ImmutableList.Builder<InstanceId> list = ImmutableList.builder();
    int first = random.nextInt(5);
    int step = 1 + random.nextInt(4);
    for (int i = 0; i < replicas; i++) {
      list.add(InstanceId.of("i" + (first + i * step) % 5));
    }
    return ResourceSpec.builder("db")
        .replicas(replicas)
        .stateModel(model)
        .mode(new RebalanceMode.SemiAuto(ImmutableSortedMap.of(0, list.build())))
        .build();
  }

  // Abnormal states.

  /** Somebody restored an old assignment: B was told to be MASTER as well, under another token. */
  private void alsoMaster(ResourceKey key, InstanceId other, long token) {
    AssignmentBucket bucket = Objects.requireNonNull(world.assignments.get(other));
    world.assignments.put(
        other,
        new AssignmentBucket(
            bucket.epoch(),
            bucket.incarnation(),
            bucket.q(),
            0,
            ImmutableSortedMap.of(
                key,
                new AssignmentBucket.Group(
                    "MasterSlave",
                    ImmutableSortedMap.of(0, new Target("MASTER", bucket.q(), token, false))))));
    act(other);
  }

  @Test
  void leadsTwoTopStatesBackToOneUnderANewToken() {
    ResourceKey key = placed(map(StateModels.MASTER_SLAVE, Map.of(A, "MASTER", B, "SLAVE")));
    long newer = Token.of(1, 1_000_000);
    alsoMaster(key, B, newer);
    assertThat(world.states(key, 0)).containsEntry("a", "MASTER").containsEntry("b", "MASTER");

    assertThat(reasons(Reason.Code.TWO_TOP_STATES))
        .hasSize(1)
        .first()
        .asString()
        .contains("db/0@a", "b under " + Token.format(newer));
    world.newLeader();
    world.settle();

    assertThat(world.states(key, 0)).containsEntry("a", "MASTER").containsEntry("b", "SLAVE");
    assertThat(Objects.requireNonNull(world.nodes.get(A)).replicas.values())
        .allMatch(replica -> replica.token > newer);
    assertThat(world.plan().reasons()).isEmpty();
  }

  @Test
  void dropsWhatIsInAnUnknownStateAndPlacesItAnew() {
    ResourceKey key = placed(map(StateModels.MASTER_SLAVE, Map.of(A, "MASTER", B, "SLAVE")));
    World.Replica b =
        Objects.requireNonNull(world.nodes.get(B)).replicas.values().iterator().next();
    b.state = "COMPACTING";
    world.report(B);

    assertThat(reasons(Reason.Code.UNKNOWN_STATE))
        .hasSize(1)
        .first()
        .asString()
        .contains("COMPACTING is not one of [MASTER, SLAVE, OFFLINE]");
    world.pass();
    world.takeUp(B);
    assertThat(b.wanted.state()).isEqualTo("DROPPED");
    // Its own model knows the way.
    Objects.requireNonNull(world.nodes.get(B)).replicas.clear();
    world.report(B);
    world.settle();

    assertThat(world.states(key, 0)).containsEntry("a", "MASTER").containsEntry("b", "SLAVE");
  }

  @Test
  void keepsAFixedBoundAtEveryMoment() {
    world.models.put(TIERED.name(), TIERED);
    ResourceKey key = placed(map(TIERED, Map.of(A, "HOT", B, "HOT", C, "WARM")));
    world.update(map(TIERED, Map.of(A, "WARM", B, "HOT", C, "HOT")));

    world.pass();
    act(C);

    assertThat(world.states(key, 0)).containsEntry("c", "WARM");
    assertThat(reasons(Reason.Code.BOUND_REACHED))
        .containsExactly("db/0@c: BOUND_REACHED (2 others may be in HOT, of which there may be 2)");
    act(A);
    world.settle();
    assertThat(world.states(key, 0))
        .containsEntry("a", "WARM")
        .containsEntry("b", "HOT")
        .containsEntry("c", "HOT");
  }
}
