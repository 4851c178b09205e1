// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import io.heddle.store.Op;
import io.heddle.store.Op.CreateMode;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** A small cluster that does nothing but lean on what a store promises. */
final class RegisterCluster implements FaultTarget {
  static final Duration TIMEOUT = Duration.ofSeconds(4);
  static final List<String> REGISTERS =
      List.of("/registers/a", "/registers/b", "/registers/c", "/registers/d");

  private static final List<String> NODES = List.of("n1", "n2", "n3", "n4");

  private final Simulation simulation;
  private final SimStore store;
  private final RegisterHistory history = new RegisterHistory();
  private final Map<String, SimProcess> processes = new TreeMap<>();
  private final Map<String, RegisterNode> nodes = new TreeMap<>();
  private int incarnations;

  RegisterCluster(Simulation simulation) {
    this.simulation = simulation;
    this.store = new SimStore(simulation);
    store.memory().onCommit(history::onCommit);
    createRegisters();
    NODES.forEach(this::restart);
  }

  private void createRegisters() {
    SimLoop admin = simulation.process("admin").newLoop("main");
    StoreSession session = store.memory().open(SessionOptions.of(TIMEOUT), admin, event -> {});
    List<Op> ops = new ArrayList<>();
    List.of("/live", "/registers").forEach(path -> ops.add(create(path)));
    REGISTERS.forEach(path -> ops.add(create(path)));
    session.commit(ops, answer -> {});
    simulation.runUntil(() -> !store.memory().contents().isEmpty(), TIMEOUT);
    session.close();
  }

  private static Op create(String path) {
    return new Op.Create(path, new byte[0], CreateMode.PERSISTENT, List.of());
  }

  @Override
  public List<String> processes() {
    return NODES;
  }

  private SimProcess process(String name) {
    return Objects.requireNonNull(processes.get(name), name);
  }

  @Override
  public void crash(String name) {
    process(name).kill();
  }

  @Override
  public void restart(String name) {
    incarnations++;
    SimProcess process = simulation.process(name);
    processes.put(name, process);
    nodes.put(
        name,
        new RegisterNode(
            name + "." + incarnations,
            store.memory(),
            process.newLoop("main"),
            SessionOptions.of(TIMEOUT),
            history,
            simulation.random(name + "." + incarnations)));
  }

  @Override
  public void disconnect(String name) {
    store.network().cut(name);
  }

  @Override
  public void reconnect(String name) {
    store.network().heal(name);
  }

  @Override
  public void pause(String name) {
    process(name).pause();
  }

  @Override
  public void resume(String name) {
    process(name).resume();
  }

  @Override
  public void expireSession(String name) {
    store.expireSessionsOf(name);
  }

  @Override
  public void jumpClock(String name, Duration by) {
    process(name).jumpWallClock(by);
  }

  RegisterHistory history() {
    return history;
  }

  /** Whether each node has one live session and sees what the store holds. */
  boolean agrees() {
    Map<String, String> registers = new TreeMap<>();
    List<String> live = new ArrayList<>();
    store.memory().contents().forEach((path, node) -> {
      if (path.startsWith("/registers/")) {
        registers.put(path, RegisterNode.text(node));
      } else if (path.startsWith("/live/")) {
        live.add(path);
      }
    });
    return live.size() == NODES.size()
        && store.memory().sessions().size() == NODES.size()
        && nodes.values().stream().allMatch(node -> node.view().equals(registers));
  }
}
