// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class SeedRunnerTest {
  private static final long FIRST = 1_000;

  private final List<String> printed = new ArrayList<>();
  private final List<Long> ran = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong();

  /** Each look at the clock takes a second. */
  private SeedRunner runner(Class<?> test, Map<String, String> properties) {
    SeedEnvironment environment = new SeedEnvironment(
        properties::get,
        printed::add,
        () -> clock.getAndAdd(Duration.ofSeconds(1).toNanos()),
        FIRST);
    return new SeedRunner(test, "testkit", ImmutableList.of(), Duration.ofSeconds(5), environment);
  }

  private SeedRunner runner(Map<String, String> properties) {
    return runner(SeedRunnerTest.class, properties);
  }

  private void note(Simulation simulation) {
    ran.add(simulation.seed());
  }

  @Test
  void runsKeptSeedsThenFreshOnesUntilTheTimeIsOver() {
    runner(Map.of()).regressions("kept-seeds.txt").run(this::note);

    assertThat(ran)
        .containsExactly(7L, 7L, -3L, -3L, 1_000L, 1_000L, 1_001L, 1_002L, 1_003L, 1_004L);
    assertThat(printed)
        .containsExactly("SeedRunnerTest: 2 regression seeds and 5 fresh seeds "
            + "(1000 to 1004), the fresh ones in 5 s: no failure");
  }

  @Test
  void runsSoManyOrSoLongAsAPropertySays() {
    runner(Map.of("heddle.sim.seeds", "12")).run(this::note);
    int counted = ran.size();
    runner(Map.of("heddle.sim.seconds", "3")).run(this::note);

    assertThat(counted).isEqualTo(12 + 1);
    assertThat(ran).hasSize(counted + 3 + 1);
  }

  @Test
  void runsOnlyTheSeedToReplay() {
    runner(Map.of("heddle.sim.seed", "42")).regressions("kept-seeds.txt").run(this::note);

    assertThat(ran).containsExactly(42L, 42L);
    assertThat(printed).containsExactly("SeedRunnerTest: seed 42: no failure");
  }

  @Test
  void tellsOfAFailureTheSeedTheCommandAndTheTrace() {
    Scenario failsLater = simulation -> {
      note(simulation);
      simulation.trace("someone", "does", "something");
      simulation.runFor(Duration.ofMillis(1_500));
      if (simulation.seed() == FIRST + 2) {
        throw new IllegalStateException("two masters");
      }
    };

    assertThatThrownBy(() -> runner(Map.of()).run(failsLater))
        .isInstanceOf(AssertionError.class)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("SeedRunnerTest: seed 1002 fails after 1.500 s")
        .hasMessageContaining("two masters")
        .hasMessageContaining("mvn -q -B -pl testkit -am test -Dtest=SeedRunnerTest"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dheddle.sim.seed=1002")
        .hasMessageContaining("    0.000000 someone does something");
    assertThat(ran).endsWith(FIRST + 2);
    assertThat(printed).isEmpty();
  }

  /** An integration test by its name. */
  private static final class SomeIT {}

  @Test
  void replaysAnIntegrationTestByFailsafe() {
    assertThatThrownBy(() -> runner(SomeIT.class, Map.of()).run(simulation -> {
          throw new AssertionError("always");
        }))
        .hasMessageContaining("mvn -q -B -pl testkit -am verify -Dtest=none -Dit.test=SomeIT"
            + " -Dfailsafe.failIfNoSpecifiedTests=false"
            + " -Dsurefire.failIfNoSpecifiedTests=false -Dheddle.sim.seed=1000");
  }

  @Test
  void failsIfASeedGivesTwoHistories() {
    Scenario counts = simulation -> {
      note(simulation);
      simulation.trace("someone", "runs for the " + ran.size() + ". time", "");
    };

    assertThatThrownBy(() -> runner(Map.of()).run(counts))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("seed 1000 gives two histories")
        .hasMessageContaining("-Dheddle.sim.seed=1000");
  }

  @Test
  void refusesPropertiesAndFilesThatAreNoNumbers() {
    assertThatThrownBy(() -> runner(Map.of("heddle.sim.seeds", "many")).run(this::note))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("heddle.sim.seeds")
        .hasMessageContaining("many");
    assertThatThrownBy(() -> SeedFile.parse("seeds.txt", "1 # fine\n\n# two\ntwo"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("seeds.txt, line 4")
        .hasMessageContaining("'two'");
    assertThatThrownBy(() -> runner(Map.of()).regressions("none.txt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none.txt");
  }
}
