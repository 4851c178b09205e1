// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.ClusterAdmin;
import io.heddle.model.InstanceSpec;
import io.heddle.model.StateModel;
import io.heddle.participant.StateModelFactory;
import io.heddle.schema.ClusterPaths;
import io.heddle.spectator.RoutingTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A whole cluster in a simulation: the real controllers, participants and spectator, and an
 * administrator, on virtual time. Faults may hit all of them but the administrator.
 *
 * <pre>{@code
 * SimCluster cluster = SimCluster.builder(simulation)
 *     .participants(3)
 *     .stateModel(StateModels.MASTER_SLAVE, process -> StateModelFactory.of(Shard.class, Shard::new))
 *     .build();
 * cluster.start();
 * cluster.await(cluster.admin().addResource(spec));
 * FaultPlan plan = FaultPlan.start(simulation, cluster, FaultOptions.usual(cluster.sessionTimeout()));
 * simulation.runUntil(plan::isOver, Duration.ofMinutes(2));
 * cluster.settle(Duration.ofMinutes(1));
 * }</pre>
 *
 * <p>Confined to the simulation's thread.
 */
public final class SimCluster implements FaultTarget {
  private static final Duration CALL_LIMIT = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(250);

  private final Simulation simulation;
  private final Builder settings;
  private final ClusterPaths paths;
  private final SimStore store;
  private final ClusterAdmin admin;
  private final Map<String, Member> members = new LinkedHashMap<>();
  private final ImmutableList<String> controllers;
  private final ImmutableList<String> participants;
  private final IdentityHashMap<SimProcess, Duration> endedEarly = new IdentityHashMap<>();
  private final IdentityHashMap<SimProcess, Long> processIds = new IdentityHashMap<>();
  private final SimRoles roles;
  private Duration lastChange = Duration.ZERO;
  private long processes;

  /** A process that is to run; a new one each time that it is started. */
  private static final class Member {
    private final Consumer<SimProcess> role;
    private SimProcess process;

    Member(Consumer<SimProcess> role, SimProcess process) {
      this.role = role;
      this.process = process;
    }
  }

  private SimCluster(Builder settings) {
    this.simulation = settings.simulation;
    this.settings = settings;
    this.paths = new ClusterPaths(settings.name);
    this.store = new SimStore(simulation, new SimNetwork(simulation, settings.networkDelays));
    store.memory().onCommit(txn -> lastChange = simulation.now());
    this.roles = new SimRoles(settings, store.memory());
    SimProcess process = simulation.process("admin");
    this.admin = ClusterAdmin.builder(store.memory(), process, settings.name)
        .sessionTimeout(settings.sessionTimeout)
        .clusterIds(() -> "simulated")
        .build();
    this.controllers = names("controller-", settings.controllers);
    this.participants = names("node-", settings.participants);
  }

  private static ImmutableList<String> names(String prefix, int count) {
    ImmutableList.Builder<String> names = ImmutableList.builder();
    for (int i = 1; i <= count; i++) {
      names.add(prefix + i);
    }
    return names.build();
  }

  /** Starts to describe a cluster. */
  public static Builder builder(Simulation simulation) {
    return new Builder(simulation);
  }

  /**
   * Creates the cluster and its instances, and starts all processes. Lets time pass. To be called
   * once.
   *
   * @throws AssertionError if it can't be created
   */
  public void start() {
    await(admin.createCluster());
    participants.forEach(name -> await(admin.addInstance(InstanceSpec.of(name))));
    controllers.forEach(name -> add(name, roles::startController));
    participants.forEach(
        name -> add(name, process -> roles.startParticipant(process, processId(process))));
    add("spectator", roles::startSpectator);
  }

  private void add(String name, Consumer<SimProcess> role) {
    Member member = new Member(role, simulation.process(name));
    members.put(name, member);
    processIds.put(member.process, ++processes);
    role.accept(member.process);
  }

  // ---- what there is ----

  /** The store, with its server and its network. */
  public SimStore store() {
    return store;
  }

  /** The administrator. Its stages complete while time passes: see {@link #await}. */
  public ClusterAdmin admin() {
    return admin;
  }

  /** The znodes of the cluster. */
  public ClusterPaths paths() {
    return paths;
  }

  /** Names of the controllers. */
  public ImmutableList<String> controllers() {
    return controllers;
  }

  /** Names of the participants: of their instances and of their processes. */
  public ImmutableList<String> participants() {
    return participants;
  }

  /** What the spectator knows now. */
  public RoutingTable routingTable() {
    return roles.routingTable();
  }

  /** The session timeout of all processes. */
  public Duration sessionTimeout() {
    return settings.sessionTimeout;
  }

  /** The process of a name that was started last, dead or alive. */
  public SimProcess process(String name) {
    return member(name).process;
  }

  /** The number that a process has, also as a participant's process id; never used again. */
  public long processId(SimProcess process) {
    Long id = processIds.get(process);
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

  /**
   * Whether leases of a process may outlive its session just now: an {@link #expireSession} ends it
   * before its time, which a real server never does, and the process can't know at once. It is so
   * for two thirds of the session timeout, the length of a lease.
   */
  public boolean endedEarly(SimProcess process) {
    Duration at = endedEarly.get(process);
    Duration lease = settings.sessionTimeout.multipliedBy(2).dividedBy(3);
    return at != null && simulation.now().compareTo(at.plus(lease).plus(Duration.ofMillis(1))) <= 0;
  }

  // ---- what can be done ----

  /**
   * Lets time pass until a stage is completed, at most a minute.
   *
   * @throws AssertionError if it fails, or is not completed in time
   */
  public <T> T await(CompletionStage<T> stage) {
    var future = stage.toCompletableFuture();
    if (!simulation.runUntil(future::isDone, CALL_LIMIT)) {
      throw new AssertionError("not completed within " + CALL_LIMIT);
    }
    try {
      return future.join();
    } catch (CompletionException e) {
      throw new AssertionError("failed at " + simulation.now() + ": " + e.getCause(), e);
    }
  }

  /** Has a participant leave gracefully; its process goes on, idle, until it is crashed. */
  public void leave(String participant, Duration bound) {
    if (!member(participant).process.isAlive()) {
      throw new IllegalStateException("participant " + participant + " does not run");
    }
    simulation.trace(participant, "is asked to leave within", bound);
    CompletionStage<Void> unused = roles.participant(participant).stop(bound);
  }

  /**
   * Lets time pass until the cluster is as it should be, and nothing was written for twice the
   * session timeout: each partition of each resource has its replicas in their states on live
   * instances and nothing is under way, assignments, reports and the routing table agree, nothing
   * is left of resources that are gone.
   *
   * @param limit how long it may take, the quiet time included
   * @throws AssertionError names what is not so
   */
  public void settle(Duration limit) {
    Duration end = simulation.now().plus(limit);
    Duration quiet = settings.sessionTimeout.multipliedBy(2);
    List<String> problems = new ArrayList<>();
    do {
      simulation.runFor(LOOK_EVERY);
      problems.clear();
      if (simulation.now().minus(lastChange).compareTo(quiet) < 0) {
        problems.add("something was written at " + lastChange);
      }
      problems.addAll(problems());
      if (problems.isEmpty()) {
        return;
      }
    } while (simulation.now().compareTo(end) < 0);
    throw new AssertionError("[convergence] not settled within %s, at %s: %s"
        .formatted(limit, simulation.now(), String.join("; ", problems)));
  }

  /** What is not as it should be just now. */
  public ImmutableList<String> problems() {
    return new Convergence(paths, store.memory().contents(), routingTable()).problems();
  }

  // ---- faults ----

  @Override
  public ImmutableList<String> processes() {
    return ImmutableList.copyOf(members.keySet());
  }

  @Override
  public void crash(String process) {
    member(process).process.kill();
  }

  @Override
  public void restart(String process) {
    Member member = member(process);
    if (member.process.isAlive()) {
      throw new IllegalStateException(process + " runs");
    }
    member.process = simulation.process(process);
    processIds.put(member.process, ++processes);
    simulation.trace(process, "started", processes);
    member.role.accept(member.process);
  }

  @Override
  public void disconnect(String process) {
    store.network().cut(process);
  }

  @Override
  public void reconnect(String process) {
    store.network().heal(process);
  }

  @Override
  public void pause(String process) {
    member(process).process.pause();
  }

  @Override
  public void resume(String process) {
    member(process).process.resume();
  }

  @Override
  public void expireSession(String process) {
    endedEarly.put(member(process).process, simulation.now());
    store.expireSessionsOf(process);
  }

  @Override
  public void jumpClock(String process, Duration by) {
    member(process).process.jumpWallClock(by);
  }

  /** Describes a cluster. */
  public static final class Builder {
    private final Simulation simulation;
    final Map<StateModel, Function<SimProcess, StateModelFactory<?>>> models =
        new LinkedHashMap<>();
    String name = "sim";
    private int controllers = 2;
    private int participants = 3;
    Duration sessionTimeout = Duration.ofSeconds(4);
    private Delays networkDelays = SimNetwork.USUAL;
    CallbackTimes callbacks = CallbackTimes.of(
        8, new Delays(Duration.ofMillis(1), Duration.ofMillis(200), 0.02, Duration.ofSeconds(2)));
    Surroundings surroundings = Surroundings.PLAIN;

    private Builder(Simulation simulation) {
      this.simulation = simulation;
    }

    /** Names the cluster; {@code sim} unless set. */
    public Builder name(String cluster) {
      this.name = cluster;
      return this;
    }

    /** Sets how many controllers there are, at least 1; 2 unless set. */
    public Builder controllers(int count) {
      this.controllers = count;
      return this;
    }

    /** Sets how many participants there are, at least 1; 3 unless set. */
    public Builder participants(int count) {
      this.participants = count;
      return this;
    }

    /** Sets the session timeout of all processes; 4 s unless set. */
    public Builder sessionTimeout(Duration timeout) {
      this.sessionTimeout = timeout;
      return this;
    }

    /** Sets how long packets take; {@link SimNetwork#USUAL} unless set. */
    public Builder network(Delays delays) {
      this.networkDelays = delays;
      return this;
    }

    /** Sets how long callbacks take; mostly up to 200 ms, now and then up to 2 s unless set. */
    public Builder callbacks(CallbackTimes times) {
      this.callbacks = times;
      return this;
    }

    /**
     * Says who handles the replicas of a state model.
     *
     * @param factory called for each start of a participant's process
     */
    public Builder stateModel(
        StateModel model, Function<SimProcess, StateModelFactory<?>> factory) {
      models.put(model, factory);
      return this;
    }

    /** Puts something between the processes and the world; nothing unless set. */
    public Builder surroundings(Surroundings between) {
      this.surroundings = between;
      return this;
    }

    /** The cluster, not started yet. */
    public SimCluster build() {
      return new SimCluster(this);
    }
  }
}
