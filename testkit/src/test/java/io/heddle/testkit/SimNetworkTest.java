// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.runtime.Loop;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.memory.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class SimNetworkTest {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int PACKETS = 10;

  /** One client, its link, and what arrived. */
  private static final class World {
    private final Simulation simulation;
    private final SimNetwork network;
    private final SimProcess client;
    private final Loop server;
    private final Network.Link link;
    private final List<Integer> atServer = new ArrayList<>();
    private final List<Integer> atClient = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    World(long seed) {
      simulation = new Simulation(seed);
      network = new SimNetwork(simulation);
      client = simulation.process("client");
      server = simulation.process("server").newLoop("main");
      link = open();
    }

    Network.Link open() {
      return network.open(client.newLoop("main"), server, () -> told.add("broken"));
    }

    void send(Network.Link over) {
      for (int i = 0; i < PACKETS; i++) {
        int packet = i;
        over.toServer(() -> atServer.add(packet));
        over.toClient(() -> atClient.add(packet));
      }
    }
  }

  private static List<Integer> first(int count) {
    return IntStream.range(0, count).boxed().toList();
  }

  @Test
  void deliversInOrderAfterDelays() {
    World world = new World(1);

    world.send(world.link);
    assertThat(world.atServer).isEmpty();
    world.simulation.runFor(Duration.ofSeconds(10));

    assertThat(world.atServer).isEqualTo(first(PACKETS));
    assertThat(world.atClient).isEqualTo(first(PACKETS));
    assertThat(world.told).isEmpty();
  }

  @Test
  void deliversWhatAKilledProcessHadSent() {
    World world = new World(1);

    world.send(world.link);
    world.client.kill();
    world.simulation.runFor(Duration.ofSeconds(10));

    assertThat(world.atServer).isEqualTo(first(PACKETS));
    assertThat(world.atClient).isEmpty();
  }

  @Test
  void losesByTheSeedNothingAllOrTheLatterPartOfWhatIsInFlightWhenCut() {
    TreeSet<Integer> arrivedAtServer = new TreeSet<>();
    TreeSet<Integer> arrivedAtClient = new TreeSet<>();
    TreeSet<Integer> told = new TreeSet<>();

    for (long seed = 0; seed < 200; seed++) {
      World world = new World(seed);
      world.send(world.link);
      world.network.cut("client");
      world.simulation.runFor(Duration.ofSeconds(10));

      assertThat(world.atServer).isEqualTo(first(world.atServer.size()));
      assertThat(world.atClient).isEqualTo(first(world.atClient.size()));
      arrivedAtServer.add(world.atServer.size());
      arrivedAtClient.add(world.atClient.size());
      told.add(world.told.size());
    }

    assertThat(arrivedAtServer).contains(0, PACKETS).hasSizeGreaterThan(3);
    assertThat(arrivedAtClient).contains(0).hasSizeGreaterThan(3);
    assertThat(told).containsExactly(0, 1);
  }

  @Test
  void tellsTheClientNothingAfterItLearnedOfTheCutOrClosed() {
    World world = new World(1);
    world.send(world.link);
    world.link.close();

    world.network.cut("client");
    world.simulation.runFor(Duration.ofSeconds(10));

    assertThat(world.atClient).isEmpty();
    assertThat(world.told).isEmpty();
  }

  @Test
  void carriesNothingWhileCutAndNewLinksAfterwards() {
    World world = new World(1);
    world.network.cut("client");
    Network.Link during = world.open();
    world.send(during);
    world.simulation.runFor(Duration.ofSeconds(10));
    assertThat(world.atServer).isEmpty();

    world.network.heal("client");
    world.told.clear();
    Network.Link after = world.open();
    world.send(after);
    world.simulation.runFor(Duration.ofSeconds(10));

    assertThat(world.atServer).isEqualTo(first(PACKETS));
    assertThat(world.atClient).isEqualTo(first(PACKETS));
    assertThat(world.told).isEmpty();
  }

  @Test
  void tellsAClientThatSendsThroughABrokenLinkOnceItIsNoLongerCutOff() {
    for (long seed = 0; seed < 20; seed++) {
      World world = new World(seed);
      world.network.cut("client");
      world.simulation.runFor(SECOND);
      world.network.heal("client");

      world.send(world.link);
      world.simulation.runFor(SECOND);

      assertThat(world.told).containsExactly("broken");
      assertThat(world.atServer).isEmpty();
    }
  }

  @Test
  void keepsWhatArrivesAtAPausedClient() {
    World world = new World(1);
    world.client.pause();
    world.send(world.link);
    world.simulation.runFor(Duration.ofSeconds(10));
    assertThat(world.atClient).isEmpty();

    world.client.resume();
    world.simulation.runFor(SECOND);

    assertThat(world.atClient).isEqualTo(first(PACKETS));
  }

  @Test
  void joinsOnlySimulatedLoops() {
    World world = new World(1);
    try (Loop real = new ThreadLoop("real")) {
      assertThatThrownBy(() -> world.network.open(real, world.server, () -> {}))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
