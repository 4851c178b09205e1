// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.store.memory.CommittedTxn;
import io.heddle.store.memory.MemoryStore;
import java.util.Arrays;

/**
 * A store in a simulation: a server process, a network, and a line of the trace for each
 * transaction. Confined to the simulation's thread.
 */
public final class SimStore {
  private final SimNetwork network;
  private final MemoryStore memory;

  /** A store with the usual delays. */
  public SimStore(Simulation simulation) {
    this(simulation, new SimNetwork(simulation));
  }

  /** A store behind a given network. */
  public SimStore(Simulation simulation, SimNetwork network) {
    this.network = network;
    this.memory = new MemoryStore(simulation.process("store").newLoop("server"), network);
    memory.onCommit(txn -> trace(simulation, txn));
  }

  private static void trace(Simulation simulation, CommittedTxn txn) {
    simulation.trace("store", "commits", txn);
    for (CommittedTxn.Change change : txn.changes()) {
      simulation.fold(change.path().hashCode() * 31L + change.kind().name().hashCode());
      simulation.fold(Arrays.hashCode(change.data()));
    }
  }

  /** What clients open sessions with. */
  public MemoryStore memory() {
    return memory;
  }

  /** What is between the clients and the store. */
  public SimNetwork network() {
    return network;
  }

  /** Ends the sessions of all processes of a name, as if their time were over. */
  public void expireSessionsOf(String process) {
    memory.expireSessionsOf(
        loop -> loop instanceof SimLoop sim && sim.process().name().equals(process));
  }
}
