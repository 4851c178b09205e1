// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableListMultimap;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.rebalance.Rebalancers;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What would come of a change. */
class RehearsalTest {
  private static final ResourceSpec SPEC = ResourceSpec.builder("db")
      .partitions(6)
      .replicas(2)
      .stateModel(StateModels.MASTER_SLAVE)
      .build();
  private static final InstanceId A = InstanceId.of("a");

  private final World world = new World();
  private final Pipeline pipeline = new Pipeline(Rebalancers.builtIn(), ImmutableListMultimap.of());

  @BeforeEach
  void threeInstancesServe() {
    world.start("a");
    world.start("b");
    world.start("d");
    ResourceKey unused = world.add(SPEC);
    world.settle();
  }

  private Rehearsal rehearse(Hypothesis change) {
    return Rehearsal.of(pipeline, change.applyTo(world.snapshot()));
  }

  @Test
  void nothingComesOfNothing() {
    Rehearsal rehearsal = Rehearsal.of(pipeline, world.snapshot());

    assertThat(rehearsal.waves()).isEmpty();
    assertThat(rehearsal.settled()).isTrue();
    assertThat(rehearsal.moves()).isZero();
  }

  @Test
  void aLossIsMadeUpForByAsManyReplicasAsWereLost() {
    long held = Objects.requireNonNull(
            world.snapshot().goals().values().asList().get(0))
        .states()
        .values()
        .stream()
        .filter(row -> row.containsKey(A))
        .count();

    Rehearsal rehearsal = rehearse(new Hypothesis.InstanceLost(A));

    assertThat(held).isEqualTo(4);
    assertThat(rehearsal.moves()).isEqualTo(held);
    assertThat(rehearsal.settled()).isTrue();
    assertThat(rehearsal.steps()).noneMatch(step -> step.instance().equals(A));
  }

  @Test
  void aNewcomerGetsItsShare() {
    Rehearsal rehearsal = rehearse(new Hypothesis.InstanceAdded(InstanceSpec.of("e")));

    assertThat(rehearsal.moves()).isEqualTo(3);
    assertThat(rehearsal.steps())
        .filteredOn(Rehearsal.Step::created)
        .allMatch(step -> step.instance().name().equals("e"));
  }

  @Test
  void aHandOverTakesItsWaves() {
    InstanceSpec evacuated =
        InstanceSpec.builder("a").operation(InstanceOperation.EVACUATE).build();

    Rehearsal rehearsal = rehearse(new Hypothesis.InstanceChanged(evacuated));

    // Placed elsewhere first, then the masters go down, then the others up, then all is dropped.
    assertThat(rehearsal.waves()).hasSizeGreaterThanOrEqualTo(3);
    assertThat(rehearsal.steps())
        .anyMatch(step -> step.instance().equals(A) && step.to().equals("DROPPED"));
  }

  @Test
  void aResourceMayBeAddedChangedAndDeleted() {
    ResourceSpec other = ResourceSpec.builder("cache").partitions(3).build();

    assertThat(rehearse(new Hypothesis.ResourceAdded(other)).moves()).isEqualTo(3);
    assertThat(
            rehearse(new Hypothesis.ResourceChanged(SPEC.toBuilder().replicas(3).build()))
                .moves())
        .isEqualTo(6);
    Rehearsal deleted = rehearse(new Hypothesis.ResourceDeleted(ResourceId.of("db")));
    assertThat(deleted.end().resources()).isEmpty();
    assertThat(deleted.settled()).isTrue();
  }

  @Test
  void whatIsNotThereIsNamed() {
    InstanceId ghost = InstanceId.of("ghost");
    Snapshot snapshot = world.snapshot();

    assertThatThrownBy(() -> new Hypothesis.InstanceLost(ghost).applyTo(snapshot))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cluster c has no instance ghost");
    assertThatThrownBy(() -> new Hypothesis.InstanceAdded(InstanceSpec.of("a")).applyTo(snapshot))
        .hasMessage("instance a is live already: it can't be added");
    assertThatThrownBy(() -> new Hypothesis.ResourceAdded(SPEC).applyTo(snapshot))
        .hasMessage("resource db is there already");
    world.stop(A);
    assertThatThrownBy(() -> new Hypothesis.InstanceLost(A).applyTo(world.snapshot()))
        .hasMessage("instance a is not live: it can't be lost");
  }

  @Test
  void aPausedClusterDoesNothing() {
    ClusterSpec paused = ClusterSpec.DEFAULT.pause();
    Snapshot snapshot = new Hypothesis.InstanceLost(A)
        .applyTo(new Hypothesis.ClusterChanged(paused).applyTo(world.snapshot()));

    assertThat(Rehearsal.of(pipeline, snapshot).waves()).isEmpty();
  }
}
