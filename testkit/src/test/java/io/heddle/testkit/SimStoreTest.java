// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static io.heddle.store.SessionEvent.CONNECTED;
import static io.heddle.store.SessionEvent.DISCONNECTED;
import static io.heddle.store.SessionEvent.EXPIRED;
import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.Read;
import io.heddle.store.SessionEvent;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.WatchEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Sessions of simulated processes. */
final class SimStoreTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final Duration SOON = Duration.ofMillis(20);

  /** A store whose packets take 1 ms, so that times are known. */
  private static final class World {
    private final Simulation simulation;
    private final SimStore store;
    private final SimProcess process;
    private final SimLoop loop;
    private final List<SessionEvent> events = new ArrayList<>();
    private final StoreSession session;

    World(long seed) {
      this(seed, Delays.exactly(Duration.ofMillis(1)));
    }

    World(long seed, Delays delays) {
      simulation = new Simulation(seed);
      store = new SimStore(simulation, new SimNetwork(simulation, delays));
      process = simulation.process("p");
      loop = process.newLoop("main");
      session = store.memory().open(SessionOptions.of(TIMEOUT), loop, events::add);
      simulation.runUntil(() -> !events.isEmpty(), TIMEOUT);
    }

    boolean holds(String path) {
      return store.memory().contents().containsKey(path);
    }

    List<Commit> create(String path, CreateMode mode) {
      List<Commit> answers = new ArrayList<>();
      session.commit(List.of(new Op.Create(path, new byte[0], mode, List.of())), answers::add);
      return answers;
    }
  }

  @Test
  void aPausedProcessLearnsOfItsEndOnlyAfterItWentOn() {
    World world = new World(1);
    world.create("/e", CreateMode.EPHEMERAL);
    world.simulation.runFor(SOON);
    world.process.pause();

    world.simulation.runFor(TIMEOUT.minus(TIMEOUT.dividedBy(2)));
    assertThat(world.holds("/e")).isTrue();
    world.simulation.runFor(TIMEOUT);
    assertThat(world.holds("/e")).isFalse();
    assertThat(world.events).containsExactly(CONNECTED);
    world.process.resume();
    world.simulation.runFor(Duration.ofSeconds(1));

    assertThat(world.events).containsExactly(CONNECTED, DISCONNECTED, EXPIRED);
  }

  @Test
  void aPauseShorterThanTheTimeoutEndsNothing() {
    World world = new World(1);
    world.create("/e", CreateMode.EPHEMERAL);
    world.simulation.runFor(SOON);

    world.process.pause();
    world.simulation.runFor(TIMEOUT.multipliedBy(3).dividedBy(5));
    world.process.resume();
    world.simulation.runFor(TIMEOUT.multipliedBy(5));

    assertThat(world.holds("/e")).isTrue();
    assertThat(world.events).doesNotContain(EXPIRED);
  }

  @Test
  void theServerEndsASessionWhenItsTimeIsOverAndNotBefore() {
    World world = new World(1);
    world.create("/e", CreateMode.EPHEMERAL);
    world.simulation.runFor(Duration.ofMillis(2));
    world.process.kill();

    world.simulation.runFor(TIMEOUT.minus(Duration.ofMillis(2)));
    assertThat(world.holds("/e")).isTrue();
    world.simulation.runFor(Duration.ofMillis(3));

    assertThat(world.holds("/e")).isFalse();
    assertThat(world.store.memory().sessions()).isEmpty();
  }

  @Test
  void aDeadProcessesLastWriteLandsThoughNobodyIsToldOfIt() {
    World world = new World(1);
    List<Commit> answers = world.create("/late", CreateMode.PERSISTENT);
    world.process.kill();

    world.simulation.runFor(TIMEOUT);

    assertThat(world.holds("/late")).isTrue();
    assertThat(answers).isEmpty();
  }

  @Test
  void aWriteInFlightAtACutIsAppliedOrNotAndNobodyKnows() {
    Set<Boolean> applied = new TreeSet<>();
    Set<Commit> told = new HashSet<>();

    for (long seed = 0; seed < 40; seed++) {
      World world = new World(seed, SimNetwork.USUAL);
      List<Commit> answers = world.create("/a", CreateMode.PERSISTENT);
      world.simulation.schedule(
          Duration.ofNanos(100_000), () -> world.store.network().cut("p"));
      world.simulation.runFor(TIMEOUT);

      assertThat(answers).hasSize(1);
      told.addAll(answers);
      applied.add(world.holds("/a"));
    }

    assertThat(told).containsExactly(new Commit.Unknown());
    assertThat(applied).containsExactly(false, true);
  }

  @Test
  void aWatchLosesWhatHappensWhileCutOffAndIsInForceAgainAfterwards() {
    World world = new World(1);
    List<String> seen = new ArrayList<>();
    List<Boolean> inForce = new ArrayList<>();
    StoreSession writer = world
        .store
        .memory()
        .open(
            SessionOptions.of(TIMEOUT),
            world.simulation.process("writer").newLoop("main"),
            e -> {});
    world.session.watch("/", (WatchEvent event) -> seen.add(event.path()), inForce::add);
    world.simulation.runFor(SOON);
    write(writer, "/before");
    world.simulation.runFor(SOON);

    world.store.network().cut("p");
    write(writer, "/during");
    world.simulation.runFor(SOON);
    world.store.network().heal("p");
    world.simulation.runUntil(() -> world.events.size() == 3, TIMEOUT);
    List<Read> reads = new ArrayList<>();
    world.session.read("/during", reads::add);
    write(writer, "/after");
    world.simulation.runFor(SOON);

    assertThat(inForce).containsExactly(true);
    assertThat(world.events).containsExactly(CONNECTED, DISCONNECTED, CONNECTED);
    assertThat(seen).containsExactly("/before", "/after");
    assertThat(reads).hasSize(1).hasOnlyElementsOfType(Read.Found.class);
  }

  private static void write(StoreSession session, String path) {
    session.commit(
        List.of(new Op.Create(path, new byte[0], CreateMode.PERSISTENT, List.of())),
        answer -> assertThat(answer).isInstanceOf(Commit.Applied.class));
  }

  @Test
  void theServerEndsTheSessionsOfOneProcessWhenAsked() {
    World world = new World(1);
    List<SessionEvent> others = new ArrayList<>();
    world
        .store
        .memory()
        .open(
            SessionOptions.of(TIMEOUT),
            world.simulation.process("other").newLoop("main"),
            others::add);
    world.simulation.runFor(SOON);

    world.store.expireSessionsOf("p");
    world.simulation.runFor(Duration.ofSeconds(1));

    assertThat(world.events).containsExactly(CONNECTED, DISCONNECTED, EXPIRED);
    assertThat(others).containsExactly(CONNECTED);
  }
}
