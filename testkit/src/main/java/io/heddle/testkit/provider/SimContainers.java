// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.provider;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.SimRandom;
import io.heddle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where simulated containers run: the truth that every {@link SimContainerProvider} asks, and that
 * outlives them. A started container is a process of its own; whoever kills it, its agent sees it,
 * and certifies its end.
 *
 * <pre>{@code
 * SimContainers containers = new SimContainers(
 *     simulation, ProviderFaults.usual(), (process, spec, start) ->
 *         cluster.startParticipant(process, spec.participant(), start)::stop);
 * SimCluster cluster = SimCluster.builder(simulation)
 *     .participants(0)
 *     .extension(controller -> new ProvisioningExtension(
 *         cluster.admin(controller), containers.provider(controller)))
 *     .build();
 * }</pre>
 *
 * <p>Confined to the simulation's thread.
 */
public final class SimContainers {
  /** From when a process is asked to end until it is made to. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Simulation simulation;
  private final SimRandom random;
  private final Launcher launcher;
  private final TreeMap<ContainerId, SimContainer> containers = new TreeMap<>();
  private final TreeMap<ContainerId, SimProcess> processes = new TreeMap<>();
  private final List<SimContainerProvider> providers = new ArrayList<>();
  private final List<Consumer<ProviderCall>> callListeners = new ArrayList<>();
  private final List<Consumer<ContainerEnd>> endListeners = new ArrayList<>();
  private ProviderFaults faults;
  private long starts;

  /** What runs in a container. */
  @FunctionalInterface
  public interface Launcher {
    /**
     * Starts it, in a new process that bears the container's id and the start's.
     *
     * @return how to ask it to end
     */
    Workload launch(SimProcess process, ContainerSpec spec, ContainerStart start);
  }

  /** What was started in a container. */
  @FunctionalInterface
  public interface Workload {
    /** Asks it to end within a bound; when the stage completes, its process is ended. */
    CompletionStage<Void> stop(Duration bound);
  }

  /** No container yet. */
  public SimContainers(Simulation simulation, ProviderFaults faults, Launcher launcher) {
    this.simulation = simulation;
    this.random = simulation.random("containers");
    this.faults = faults;
    this.launcher = launcher;
  }

  /** A provider object for a controller's process, with which it dies. */
  public SimContainerProvider provider(SimProcess controller) {
    SimContainerProvider provider = new SimContainerProvider(
        this, simulation, controller, random.fork(controller.name() + simulation.now()));
    providers.add(provider);
    controller.onKill(() -> providers.remove(provider));
    return provider;
  }

  /** Other faults from now on; what hangs already goes on to hang. */
  public void faults(ProviderFaults others) {
    faults = others;
  }

  ProviderFaults faults() {
    return faults;
  }

  // ---- what there is ----

  /** Every container that was not given back, as its agent sees it. */
  public ImmutableSortedMap<ContainerId, ContainerStatus> statuses() {
    ImmutableSortedMap.Builder<ContainerId, ContainerStatus> all =
        ImmutableSortedMap.naturalOrder();
    containers.forEach((id, container) -> all.put(id, container.status()));
    return all.buildOrThrow();
  }

  /** Every process of a container that is alive, also of one that is lost or was given back. */
  public ImmutableSortedMap<ContainerId, SimProcess> processes() {
    return ImmutableSortedMap.copyOfSorted(processes);
  }

  /** Tells a listener of every call, when it is made. */
  public void onCall(Consumer<ProviderCall> listener) {
    callListeners.add(listener);
  }

  /** Tells a listener of every end, when the container's agent has seen it. */
  public void onEnd(Consumer<ContainerEnd> listener) {
    endListeners.add(listener);
  }

  // ---- what can be done to it ----

  /** Has the process of a running container end by itself, with an exit status. */
  public void exit(ContainerId id, int code) {
    SimContainer container = running(id);
    container.exits(code);
    Objects.requireNonNull(container.process()).kill();
  }

  /**
   * Loses what a running container runs on: its end is told, but not certified, and its process
   * lives on for a while.
   *
   * @param orphaned for how long
   */
  public void lose(ContainerId id, Duration orphaned) {
    SimContainer container = running(id);
    SimProcess process = Objects.requireNonNull(container.process());
    simulation.trace(id.name(), "is lost; its process lives on for", orphaned);
    ended(container.lost());
    simulation.schedule(orphaned, process::kill);
  }

  private SimContainer running(ContainerId id) {
    SimContainer container = containers.get(id);
    if (container == null || !container.isRunning()) {
      throw new IllegalStateException("container " + id + " does not run");
    }
    return container;
  }

  // ---- for the providers ----

  void made(ProviderCall call) {
    simulation.trace(call.caller(), "calls", call);
    callListeners.forEach(listener -> listener.accept(call));
  }

  void allocate(ContainerSpec spec, Reply<ContainerId> reply) {
    SimContainer known = containers.putIfAbsent(spec.id(), new SimContainer(spec));
    if (known != null && !known.spec().equals(spec)) {
      reply.fail(Kind.CONFLICT, "container " + spec.id() + " is another's: " + known.spec());
    } else {
      reply.succeed(spec.id());
    }
  }

  void start(ContainerId id, InstanceId participant, Reply<Boolean> reply) {
    SimContainer container = containers.get(id);
    if (container == null) {
      reply.fail(Kind.UNKNOWN_CONTAINER, "there is no container " + id);
    } else if (!container.spec().participant().equals(participant)) {
      reply.fail(
          Kind.CONFLICT, "container " + id + " is for " + container.spec().participant());
    } else if (container.hasEnded()) {
      reply.fail(Kind.ENDED, "container " + id + " has run");
    } else if (container.isRunning()) {
      reply.succeed(false);
    } else {
      launch(container);
      reply.succeed(true);
    }
  }

  private void launch(SimContainer container) {
    ContainerStart start = new ContainerStart(container.id(), "s" + ++starts);
    SimProcess process = simulation.process(start.toString());
    container.started(start, process);
    processes.put(container.id(), process);
    simulation.trace(process.name(), "started", start);
    process.onKill(() -> gone(container, process));
    Workload workload = launcher.launch(process, container.spec(), start);
    container.onStop(() -> stop(workload, process));
    if (random.chance(faults.dying())) {
      simulation.schedule(delay(faults.youth()), process::kill);
    }
  }

  private void gone(SimContainer container, SimProcess process) {
    processes.remove(container.id(), process);
    simulation.schedule(delay(faults.telling()), () -> {
      if (container.isRunning()) {
        ended(container.seenToEnd());
      }
    });
  }

  private void ended(ContainerEnd end) {
    simulation.trace(end.start().toString(), "ended", end.reason());
    endListeners.forEach(listener -> listener.accept(end));
    List.copyOf(providers).forEach(provider -> provider.ended(end));
  }

  private void stop(Workload workload, SimProcess process) {
    var unused = workload.stop(GRACE).thenRun(process::kill);
    simulation.schedule(GRACE, process::kill);
  }

  void stop(ContainerId id, Reply<Boolean> reply) {
    SimContainer container = containers.get(id);
    if (container == null || !container.isRunning()) {
      reply.succeed(false);
    } else {
      container.stop();
      container.whenEnded(() -> reply.succeed(true));
    }
  }

  void deallocate(ContainerId id, Reply<Boolean> reply) {
    @Nullable SimContainer container = containers.get(id);
    if (container != null && container.isRunning()) {
      container.stop();
      container.whenEnded(() -> reply.succeed(containers.remove(id, container)));
    } else {
      reply.succeed(containers.remove(id) != null);
    }
  }

  void list(Reply<ImmutableList<ContainerStatus>> reply) {
    reply.succeed(ImmutableList.copyOf(statuses().values()));
  }

  private Duration delay(io.heddle.testkit.Delays delays) {
    return Duration.ofNanos(delays.nextNanos(random));
  }

  /** Where an answer goes. */
  interface Reply<T> {
    void succeed(T result);

    void fail(ContainerProviderException failure);

    default void fail(Kind kind, String message) {
      fail(new ContainerProviderException(kind, message));
    }
  }
}
