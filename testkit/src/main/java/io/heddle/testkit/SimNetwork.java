// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.runtime.Loop;
import io.heddle.store.memory.Network;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The network between simulated processes and the store: each packet has a seeded delay, and a
 * process can be cut off. Confined to the simulation's thread.
 *
 * <p>A cut breaks each connection of a process, for good. Of what is in flight, in each direction,
 * all, nothing, or what was sent first still arrives. The client may be told soon, or may have to
 * find out by itself; both by the seed. While it is cut off, no new connection comes about. What a
 * killed process has sent still arrives.
 */
public final class SimNetwork implements Network {
  /** As in a busy network: mostly up to 50 ms, one packet in fifty up to 850 ms. */
  public static final Delays USUAL =
      new Delays(Duration.ofMillis(1), Duration.ofMillis(50), 0.02, Duration.ofMillis(850));

  /** How often a client is told that its connection broke. */
  private static final double TOLD = 0.5;

  private final Simulation simulation;
  private final Delays delays;
  private final SimRandom random;
  private final Map<String, List<SimLink>> links = new HashMap<>();
  private final Set<String> cutOff = new HashSet<>();
  private final Map<String, Long> cuts = new HashMap<>();

  /** A network with the {@link #USUAL} delays. */
  public SimNetwork(Simulation simulation) {
    this(simulation, USUAL);
  }

  /** A network with delays of its own. */
  public SimNetwork(Simulation simulation, Delays delays) {
    this.simulation = simulation;
    this.delays = delays;
    this.random = simulation.random("network");
  }

  /** Cuts off all processes of a name, also those that start later. */
  public void cut(String process) {
    if (cutOff.add(process)) {
      cuts.merge(process, 1L, Long::sum);
      simulation.trace(process, "cut off", "");
      linksOf(process).forEach(SimLink::sever);
    }
  }

  /** Lets new connections of a process come about again. */
  public void heal(String process) {
    if (cutOff.remove(process)) {
      simulation.trace(process, "no longer cut off", "");
    }
  }

  /** Whether a process is cut off. */
  public boolean isCut(String process) {
    return cutOff.contains(process);
  }

  /** How often a process was cut off so far. */
  public long cuts(String process) {
    return cuts.getOrDefault(process, 0L);
  }

  @Override
  public Link open(Loop client, Loop server, Runnable broken) {
    if (!(client instanceof SimLoop clientLoop) || !(server instanceof SimLoop serverLoop)) {
      throw new IllegalArgumentException(
          "a simulated network joins simulated loops, not " + client + " and " + server);
    }
    SimLink link = new SimLink(clientLoop, serverLoop, broken);
    String process = clientLoop.process().name();
    linksOf(process).removeIf(SimLink::isOver);
    linksOf(process).add(link);
    if (isCut(process)) {
      link.sever();
    }
    return link;
  }

  private List<SimLink> linksOf(String process) {
    return links.computeIfAbsent(process, p -> new ArrayList<>());
  }

  /** One connection. */
  private final class SimLink implements Link {
    private final SimLoop client;
    private final Runnable broken;
    private final Lane toServer;
    private final Lane toClient;
    private boolean severed;
    private boolean telling;
    private boolean told;
    private boolean closed;

    SimLink(SimLoop client, SimLoop server, Runnable broken) {
      this.client = client;
      this.broken = broken;
      this.toServer = new Lane(server);
      this.toClient = new Lane(client);
    }

    @Override
    public void toServer(Runnable packet) {
      if (!severed) {
        toServer.send(packet);
      } else if (!isCut(client.process().name())) {
        // The other side is there again, and knows nothing of this connection.
        tellBroken();
      }
    }

    @Override
    public void toClient(Runnable packet) {
      if (!severed) {
        toClient.send(() -> {
          if (!closed && !told) {
            packet.run();
          }
        });
      }
    }

    @Override
    public void close() {
      closed = true;
    }

    boolean isOver() {
      return closed || !client.process().isAlive();
    }

    void sever() {
      if (!severed) {
        severed = true;
        toServer.sever();
        toClient.sever();
        if (random.chance(TOLD)) {
          tellBroken();
        }
      }
    }

    private void tellBroken() {
      if (telling) {
        return;
      }
      telling = true;
      client.post(simulation.nowNanos() + delays.nextNanos(random), () -> {
        if (!closed) {
          told = true;
          broken.run();
        }
      });
    }
  }

  /** One direction of a connection. */
  private final class Lane {
    private final SimLoop receiver;
    private long lastArrivalNanos;
    private long nothingAfterNanos = Long.MAX_VALUE;

    Lane(SimLoop receiver) {
      this.receiver = receiver;
    }

    void send(Runnable packet) {
      long arrival = simulation.nowNanos() + delays.nextNanos(random);
      // A packet never overtakes the one before.
      lastArrivalNanos = Math.max(lastArrivalNanos, arrival);
      long arrivesAt = lastArrivalNanos;
      receiver.post(arrivesAt, () -> {
        if (arrivesAt <= nothingAfterNanos) {
          packet.run();
        }
      });
    }

    void sever() {
      long now = simulation.nowNanos();
      long inFlight = Math.max(0, lastArrivalNanos - now);
      nothingAfterNanos = switch (random.nextInt(3)) {
        case 0 -> now;
        case 1 -> now + inFlight;
        default -> now + random.nextLong(inFlight + 1);
      };
    }
  }
}
