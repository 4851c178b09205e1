// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.PartitionId;
import io.heddle.model.Token;
import io.heddle.participant.TransitionContext;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * At most one MASTER, looked at from within the processes, in two ways.
 *
 * <p>By leases: once a valid lease was seen anywhere, no lease of the partition with a lower token
 * is valid anywhere. A paused process does not look, and when it goes on its lease must be invalid
 * at once. Only a process whose session was ended before its time may go on for a while.
 *
 * <p>By states: of the processes whose incarnation lives, as the store has it, at most one has a
 * replica in the top state, whatever its lease is. Confined to the simulation's thread.
 */
final class MasterCheck {
  private final Simulation simulation;
  private final TreeMap<PartitionId, Held> highest = new TreeMap<>();
  private final List<Shards> all = new ArrayList<>();
  private final TreeMap<InstanceId, LiveInstance> live = new TreeMap<>();
  private @Nullable SimCluster cluster;

  private record Held(long token, SimProcess process) {}

  MasterCheck(Simulation simulation) {
    this.simulation = simulation;
  }

  void watch(SimCluster started) {
    cluster = started;
  }

  void started(Shards shards) {
    all.add(shards);
  }

  void transition(SimProcess process, TransitionContext context) {
    simulation.trace(process.name(), context.from() + ">" + context.to(), context.partition());
  }

  /** Has the run fail, from outside of the code under test. */
  void raise(AssertionError violation) {
    simulation.schedule(Duration.ZERO, () -> {
      throw violation;
    });
  }

  /** A process finds that it holds a valid lease. */
  void holds(SimProcess process, PartitionId partition, long token) {
    Held before = highest.get(partition);
    if (before == null || token > before.token()) {
      highest.put(partition, new Held(token, process));
    } else if (token < before.token() && !isExcused(process)) {
      throw new AssertionError(
          "[two leases] %s: %s holds a valid lease with token %s after %s of %s"
              .formatted(
                  partition,
                  process,
                  Token.format(token),
                  Token.format(before.token()),
                  before.process()));
    } else if (token == before.token() && process != before.process()) {
      throw new AssertionError("[one token, two writers] %s: %s and %s hold leases with token %s"
          .formatted(partition, process, before.process(), Token.format(token)));
    }
  }

  private boolean isExcused(SimProcess process) {
    return cluster != null && cluster.endedEarly(process);
  }

  /** A replica is in the top state from now on. */
  void entered(Shards shards, PartitionId partition) {
    if (!isLive(shards)) {
      return;
    }
    for (Shards other : all) {
      if (other != shards && isLive(other) && other.isMaster(partition)) {
        throw new AssertionError("[two masters] %s: %s enters the top state while %s is in it"
            .formatted(partition, shards.process(), other.process()));
      }
    }
  }

  private boolean isLive(Shards shards) {
    return live.values().stream().anyMatch(one -> one.process() == shards.processId());
  }

  /** An incarnation begins, by the store. */
  void appeared(LiveInstance one) {
    live.put(one.id(), one);
    for (Shards shards : all) {
      if (shards.processId() == one.process() && !shards.mastered().isEmpty()) {
        throw new AssertionError("[registered before it was reset] %s is still master of %s"
            .formatted(shards.process(), shards.mastered()));
      }
    }
    all.removeIf(shards -> !shards.process().isAlive());
  }

  /** An incarnation is over, by the store. */
  void disappeared(InstanceId instance) {
    live.remove(instance);
  }
}
