// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.ControllerExtension;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.StateModel;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.ParticipantExtension;
import io.heddle.participant.StateModelFactory;
import io.heddle.schema.ClusterPaths;
import io.heddle.spectator.RoutingTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
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
  private final SimMembers members;
  private final ImmutableList<String> controllers;
  private final ImmutableList<String> participants;
  private final SimRoles roles;
  private Duration lastChange = Duration.ZERO;

  private SimCluster(Builder settings) {
    this.simulation = settings.simulation;
    this.settings = settings;
    this.paths = new ClusterPaths(settings.name);
    this.store = new SimStore(simulation, new SimNetwork(simulation, settings.networkDelays));
    store.memory().onCommit(txn -> lastChange = simulation.now());
    this.roles = new SimRoles(settings, store.memory());
    this.members =
        new SimMembers(simulation, settings.sessionTimeout.multipliedBy(2).dividedBy(3));
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
    controllers.forEach(name -> members.add(name, roles::startController));
    participants.forEach(
        name -> members.add(name, process -> roles.startParticipant(process, processId(process))));
    members.add("spectator", roles::startSpectator);
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
    return members.process(name);
  }

  /** The number that a process has, also as a participant's process id; never used again. */
  public long processId(SimProcess process) {
    return members.id(process);
  }

  /**
   * Whether leases of a process may outlive its session just now: an {@link #expireSession} ends it
   * before its time, which a real server never does, and the process can't know at once. It is so
   * for two thirds of the session timeout, the length of a lease.
   */
  public boolean endedEarly(SimProcess process) {
    return members.isEndedEarly(process);
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

  /**
   * Makes a client of an administrator within a process, and with its view of the store; it dies
   * with the process.
   */
  public ClusterAdmin admin(SimProcess process) {
    return roles.admin(process);
  }

  /**
   * Starts a participant within a process that somebody else started, such as a container's, under
   * a name of its own. Faults may hit the process as long as it lives; when it was crashed, it is
   * not started again.
   *
   * @param process a new one
   * @param instance as whom it registers; must be configured by then
   * @param start the start of the container that it runs in
   */
  public HeddleParticipant startParticipant(
      SimProcess process, InstanceId instance, ContainerStart start) {
    long id = members.admit(process);
    HeddleParticipant participant =
        roles.participant(process, id, instance.name()).container(start).build();
    CompletionStage<Void> unused = participant.start();
    return participant;
  }

  /** Has a participant leave gracefully; its process goes on, idle, until it is crashed. */
  public void leave(String participant, Duration bound) {
    if (!process(participant).isAlive()) {
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
    return members.names();
  }

  @Override
  public void crash(String process) {
    process(process).kill();
  }

  @Override
  public void restart(String process) {
    members.restart(process);
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
    process(process).pause();
  }

  @Override
  public void resume(String process) {
    process(process).resume();
  }

  @Override
  public void expireSession(String process) {
    members.endedEarly(process);
    store.expireSessionsOf(process);
  }

  @Override
  public void jumpClock(String process, Duration by) {
    process(process).jumpWallClock(by);
  }

  /** Describes a cluster. */
  public static final class Builder {
    private final Simulation simulation;
    final Map<StateModel, Function<SimProcess, StateModelFactory<?>>> models =
        new LinkedHashMap<>();
    final List<Function<SimProcess, ParticipantExtension>> participantExtensions =
        new ArrayList<>();
    String name = "sim";
    private int controllers = 2;
    private int participants = 3;
    Duration sessionTimeout = Duration.ofSeconds(4);
    final List<Function<SimProcess, ControllerExtension<?>>> extensions = new ArrayList<>();
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

    /** Sets how many participants there are, besides those that others start; 3 unless set. */
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

    /**
     * Plugs an extension into each controller.
     *
     * @param extension called for each start of a controller's process, after {@link #build}
     */
    public Builder extension(Function<SimProcess, ControllerExtension<?>> extension) {
      extensions.add(extension);
      return this;
    }

    /**
     * Plugs an extension into the participants, such as a {@code TaskParticipant}. What it runs
     * must run on the process's loops, or on its {@link SimProcess#callbacks}.
     *
     * @param extension called for each start of a participant's process
     */
    public Builder participantExtension(Function<SimProcess, ParticipantExtension> extension) {
      participantExtensions.add(extension);
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
