// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableListMultimap;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.rebalance.Rebalancers;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A resource comes up without a hand-over: who is given the top state at first keeps it. */
class BringUpTest {
  @ParameterizedTest
  @CsvSource({"2,1,2", "3,1,3", "3,6,3", "5,7,2", "4,16,3"})
  void handsNothingOver(int instances, int partitions, int replicas) {
    World world = new World();
    for (int i = 0; i < instances; i++) {
      world.start("i" + i);
    }
    ResourceKey unused = world.add(ResourceSpec.builder("db")
        .partitions(partitions)
        .replicas(replicas)
        .stateModel(StateModels.MASTER_SLAVE)
        .build());

    Rehearsal rehearsal = Rehearsal.of(
        new Pipeline(Rebalancers.builtIn(), ImmutableListMultimap.of()), world.snapshot());

    assertThat(rehearsal.steps()).noneMatch(step -> step.from().equals("MASTER"));
    assertThat(rehearsal.settled()).isTrue();
  }
}
