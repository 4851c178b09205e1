// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The processes of a {@link SimCluster}: its own, which are to run and are started again, and
 * guests, which others start once. Confined to the simulation's thread.
 */
final class SimMembers {
  private final Simulation simulation;
  private final Duration lease;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final IdentityHashMap<SimProcess, Long> ids = new IdentityHashMap<>();
  private final IdentityHashMap<SimProcess, Duration> endedEarly = new IdentityHashMap<>();
  private long started;

  /** A name: a new process each time that it is started. */
  private static final class Member {
    private final Consumer<SimProcess> role;
    private final boolean guest;
    private SimProcess process;

    Member(Consumer<SimProcess> role, boolean guest, SimProcess process) {
      this.role = role;
      this.guest = guest;
      this.process = process;
    }

    boolean mayBeHit() {
      return !guest || process.isAlive();
    }
  }

  /**
   * Nobody yet.
   *
   * @param lease how long a lease may outlive a session that was ended before its time
   */
  SimMembers(Simulation simulation, Duration lease) {
    this.simulation = simulation;
    this.lease = lease;
  }

  /** Starts one of the cluster's own. */
  void add(String name, Consumer<SimProcess> role) {
    Member member = new Member(role, false, simulation.process(name));
    members.put(name, member);
    ids.put(member.process, ++started);
    role.accept(member.process);
  }

  /** Takes in a process that somebody else started, and gives it a number. */
  long admit(SimProcess process) {
    if (members.putIfAbsent(process.name(), new Member(unused -> {}, true, process)) != null) {
      throw new IllegalArgumentException("there is a process " + process + " already");
    }
    ids.put(process, ++started);
    return started;
  }

  /** Names of all that faults may hit. */
  ImmutableList<String> names() {
    return members.entrySet().stream()
        .filter(entry -> entry.getValue().mayBeHit())
        .map(Map.Entry::getKey)
        .collect(ImmutableList.toImmutableList());
  }

  SimProcess process(String name) {
    return member(name).process;
  }

  long id(SimProcess process) {
    Long id = ids.get(process);
    if (id == null) {
      throw new IllegalArgumentException(process + " is no process of this cluster");
    }
    return id;
  }

  private Member member(String name) {
    Member member = members.get(name);
    if (member == null) {
      throw new IllegalArgumentException(
          "there is no process " + name + "; there are " + members.keySet());
    }
    return member;
  }

  /** Starts one of the cluster's own again. For a guest that is the business of who started it. */
  void restart(String name) {
    Member member = member(name);
    if (member.guest) {
      return;
    }
    if (member.process.isAlive()) {
      throw new IllegalStateException(name + " runs");
    }
    member.process = simulation.process(name);
    ids.put(member.process, ++started);
    simulation.trace(name, "started", started);
    member.role.accept(member.process);
  }

  /** The session of a process is ended before its time. */
  void endedEarly(String name) {
    endedEarly.put(member(name).process, simulation.now());
  }

  /** Whether leases of a process may outlive its session just now. */
  boolean isEndedEarly(SimProcess process) {
    Duration at = endedEarly.get(process);
    return at != null && simulation.now().compareTo(at.plus(lease).plus(Duration.ofMillis(1))) <= 0;
  }
}
