// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.controller.Committer.Outcome;
import io.heddle.model.ClusterSpec;
import io.heddle.pipeline.Pipeline;
import io.heddle.pipeline.Plan;
import io.heddle.pipeline.Sections;
import io.heddle.pipeline.Snapshot;
import io.heddle.rebalance.Rebalancers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** When the loop makes a pass, and when it waits. */
class ControllerLoopTest {
  private final Reign reign = new Reign();
  private final ControllerLoop loop =
      new ControllerLoop(reign, new Pipeline(Rebalancers.builtIn(), ImmutableListMultimap.of()));

  /** A reign whose answers the test gives. */
  private static final class Reign implements ControllerLoop.Reign {
    private final List<Consumer<Boolean>> refreshes = new ArrayList<>();
    private final List<Consumer<Outcome>> plans = new ArrayList<>();
    private final List<Duration> wakes = new ArrayList<>();
    private final List<Throwable> faults = new ArrayList<>();
    private boolean fenced;
    private boolean broken;

    @Override
    public void refresh(Consumer<Boolean> done) {
      refreshes.add(done);
    }

    @Override
    public Snapshot snapshot() {
      if (broken) {
        throw new IllegalStateException("broken on purpose");
      }
      return new Snapshot(
          "c",
          1,
          1,
          0,
          0,
          ClusterSpec.DEFAULT,
          ImmutableSortedMap.of(),
          ImmutableSortedMap.of(),
          ImmutableSortedMap.of(),
          ImmutableSortedSet.of(),
          ImmutableSortedMap.of(),
          ImmutableList.of(),
          Sections.EMPTY);
    }

    @Override
    public void apply(Plan plan, Consumer<Outcome> done) {
      plans.add(done);
    }

    @Override
    public void wakeAfter(Optional<Duration> delay) {
      delay.ifPresent(wakes::add);
    }

    @Override
    public void failed(Throwable fault) {
      faults.add(fault);
    }

    @Override
    public void fenced() {
      fenced = true;
    }
  }

  /** One pass, from its refresh to its outcome. */
  private void pass(Outcome outcome) {
    reign.refreshes.remove(0).accept(true);
    reign.plans.remove(0).accept(outcome);
  }

  @Test
  void whatHappensDuringAPassMakesOneMorePass() {
    loop.signal();
    loop.signal();
    loop.signal();

    assertThat(reign.refreshes).hasSize(1);
    pass(Outcome.NOTHING);
    assertThat(reign.refreshes).hasSize(1);
    pass(Outcome.NOTHING);
    assertThat(reign.refreshes).isEmpty();
  }

  @Test
  void whatWasDoneMakesOneMorePass() {
    loop.signal();

    pass(Outcome.DONE);

    assertThat(reign.refreshes).hasSize(1);
  }

  @Test
  void refusalsThatDoNotPassAwayAreTriedLessAndLessOften() {
    for (int i = 0; i < 14; i++) {
      loop.signal();
      pass(Outcome.REFUSED);
      assertThat(reign.refreshes).isEmpty();
    }

    assertThat(reign.wakes).isSorted().hasSize(14);
    assertThat(reign.wakes.get(0)).isEqualTo(Duration.ofMillis(1));
    assertThat(reign.wakes.get(13)).isEqualTo(Duration.ofSeconds(1));
    loop.signal();
    pass(Outcome.DONE);
    pass(Outcome.REFUSED);
    assertThat(reign.wakes.get(14)).isEqualTo(Duration.ofMillis(1));
  }

  @Test
  void aPassThatFailsIsToldAndTheNextOneGoesOn() {
    reign.broken = true;
    loop.signal();
    reign.refreshes.remove(0).accept(true);
    assertThat(reign.faults).hasSize(1);
    reign.broken = false;

    loop.signal();
    pass(Outcome.NOTHING);

    assertThat(reign.faults).hasSize(1);
  }

  @Test
  void aRefreshThatFailsWaitsForTheNextSignal() {
    loop.signal();

    reign.refreshes.remove(0).accept(false);

    assertThat(reign.refreshes).isEmpty();
    assertThat(reign.plans).isEmpty();
    loop.signal();
    assertThat(reign.refreshes).hasSize(1);
  }

  @Test
  void beingFencedIsTold() {
    loop.signal();

    pass(Outcome.FENCED);

    assertThat(reign.fenced).isTrue();
    assertThat(reign.refreshes).isEmpty();
  }

  @Test
  void nothingHappensAfterTheEnd() {
    loop.signal();
    loop.end();

    reign.refreshes.remove(0).accept(true);
    loop.signal();

    assertThat(reign.plans).isEmpty();
    assertThat(reign.refreshes).isEmpty();
  }
}
