// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.provider;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.SettableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.Participant;
import io.heddle.provisioner.ContainerEnd;
import io.heddle.provisioner.ContainerListener;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ProviderCapabilities;
import io.heddle.runtime.Loop;
import io.heddle.testkit.Delays;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.SimRandom;
import io.heddle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One controller's way to {@link SimContainers}, over a network that is slow, loses answers, and
 * forgets calls or carries them out much later: what a call that failed has done shows in the list
 * only. A call made in time arrives, also if its caller dies. Futures complete on a loop of the
 * controller's process, at the latest after {@link ProviderFaults#bound}; but for those of
 * {@link ProviderFaults#silent} calls, which break the contract.
 *
 * <p>Confined to the simulation's thread.
 */
public final class SimContainerProvider implements ContainerProvider {
  private static final ProviderCapabilities CAPABILITIES =
      new ProviderCapabilities(true, true, false, "simulated: memory means nothing");

  private final SimContainers containers;
  private final Simulation simulation;
  private final String caller;
  private final Loop loop;
  private final SimRandom random;
  private final List<ContainerListener> listeners = new ArrayList<>();
  private final Set<Answer<?>> awaited = new LinkedHashSet<>();
  private final TreeMap<ContainerId, Duration> lastArrivals = new TreeMap<>();
  private boolean closed;

  SimContainerProvider(
      SimContainers containers, Simulation simulation, SimProcess controller, SimRandom random) {
    this.containers = containers;
    this.simulation = simulation;
    this.caller = controller.name();
    this.loop = controller.newLoop("provider");
    this.random = random;
  }

  @Override
  public ListenableFuture<ContainerId> allocateContainer(ContainerSpec spec) {
    return call(ProviderCall.Kind.ALLOCATE, spec.id(), reply -> containers.allocate(spec, reply));
  }

  @Override
  public ListenableFuture<Boolean> deallocateContainer(ContainerId container) {
    return call(
        ProviderCall.Kind.DEALLOCATE, container, reply -> containers.deallocate(container, reply));
  }

  @Override
  public ListenableFuture<Boolean> startContainer(ContainerId container, Participant participant) {
    return call(
        ProviderCall.Kind.START,
        container,
        reply -> containers.start(container, participant.id(), reply));
  }

  @Override
  public ListenableFuture<Boolean> stopContainer(ContainerId container) {
    return call(ProviderCall.Kind.STOP, container, reply -> containers.stop(container, reply));
  }

  @Override
  public ListenableFuture<ImmutableList<ContainerStatus>> list() {
    if (closed) {
      return Futures.immediateFailedFuture(closed());
    }
    Answer<ImmutableList<ContainerStatus>> answer = new Answer<>("list");
    send(answer, delay(network()), containers::list);
    return answer.future;
  }

  private <T> ListenableFuture<T> call(
      ProviderCall.Kind kind, ContainerId container, Consumer<SimContainers.Reply<T>> effect) {
    if (closed) {
      return Futures.immediateFailedFuture(closed());
    }
    ProviderCall call = new ProviderCall(caller, kind, container);
    containers.made(call);
    Answer<T> answer = new Answer<>(kind + " " + container);
    send(answer, inOrder(container), effect);
    return answer.future;
  }

  private <T> void send(
      Answer<T> answer, Duration arrival, Consumer<SimContainers.Reply<T>> effect) {
    ProviderFaults faults = containers.faults();
    double ticket = random.nextDouble();
    if (ticket < faults.refused()) {
      simulation.trace(caller, "is refused", answer);
      simulation.schedule(
          arrival, () -> answer.fail(Kind.FAILED, "simulated failure of " + answer));
    } else if (ticket < faults.refused() + faults.unanswered()) {
      simulation.trace(caller, "gets no answer to", answer);
      simulation.schedule(arrival, () -> effect.accept(new Nobody<>()));
    } else if (ticket < faults.refused() + faults.unanswered() + faults.hanging()) {
      hang(answer, faults.late(), effect);
    } else if (ticket
        < faults.refused() + faults.unanswered() + faults.hanging() + faults.silent()) {
      simulation.trace(caller, "never hears again of", answer);
      answer.forget();
      if (random.chance(0.5)) {
        simulation.schedule(arrival, () -> effect.accept(new Nobody<>()));
      }
    } else {
      simulation.schedule(arrival, () -> effect.accept(answer));
    }
  }

  private <T> void hang(Answer<T> answer, Delays late, Consumer<SimContainers.Reply<T>> effect) {
    if (random.chance(0.5)) {
      simulation.trace(caller, "hangs for ever in", answer);
    } else {
      Duration delay = delay(late);
      simulation.trace(caller, "hangs in " + answer + " for", delay);
      simulation.schedule(delay, () -> effect.accept(new Nobody<>()));
    }
  }

  /** When a call arrives, from now on: not before one that was made before for this container. */
  private Duration inOrder(ContainerId container) {
    Duration now = simulation.now();
    lastArrivals.values().removeIf(arrival -> arrival.compareTo(now) < 0);
    Duration arrival = now.plus(delay(network()));
    Duration last = lastArrivals.getOrDefault(container, arrival);
    arrival = arrival.compareTo(last) < 0 ? last : arrival;
    lastArrivals.put(container, arrival);
    return arrival.minus(now);
  }

  private Delays network() {
    return containers.faults().network();
  }

  private Duration delay(Delays delays) {
    return Duration.ofNanos(delays.nextNanos(random));
  }

  private ContainerProviderException closed() {
    return new ContainerProviderException(Kind.CLOSED, "the provider of " + caller + " is closed");
  }

  @Override
  public Registration listen(ContainerListener listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  /** An agent has seen an end. */
  void ended(ContainerEnd end) {
    ProviderFaults faults = containers.faults();
    tell(end, faults);
    if (random.chance(faults.toldTwice())) {
      tell(end, faults);
    }
  }

  private void tell(ContainerEnd end, ProviderFaults faults) {
    var unused = loop.schedule(delay(faults.telling()), () -> {
      if (!closed) {
        List.copyOf(listeners).forEach(listener -> listener.ended(end));
      }
    });
  }

  @Override
  public ProviderCapabilities capabilities() {
    return CAPABILITIES;
  }

  @Override
  public void close() {
    closed = true;
    listeners.clear();
    List.copyOf(awaited)
        .forEach(answer -> answer.settle(() -> answer.future.setException(closed())));
  }

  /** Whoever asked is not told. */
  private static final class Nobody<T> implements SimContainers.Reply<T> {
    @Override
    public void succeed(T result) {}

    @Override
    public void fail(ContainerProviderException failure) {}
  }

  /** The answer to one call, on its way to the caller's loop; the first counts. */
  private final class Answer<T> implements SimContainers.Reply<T> {
    private final SettableFuture<T> future = SettableFuture.create();
    private final String what;

    Answer(String what) {
      this.what = what;
      Duration bound = containers.faults().bound();
      awaited.add(this);
      var unused = loop.schedule(
          bound,
          () -> settle(() -> future.setException(new ContainerProviderException(
              Kind.TIMED_OUT, "no answer to " + what + " within " + bound))));
    }

    @Override
    public void succeed(T result) {
      arrive(() -> future.set(result));
    }

    @Override
    public void fail(ContainerProviderException failure) {
      arrive(() -> future.setException(failure));
    }

    private void arrive(Runnable outcome) {
      simulation.schedule(delay(network()), () -> loop.execute(() -> settle(outcome)));
    }

    /** Its future never completes. */
    void forget() {
      awaited.remove(this);
    }

    void settle(Runnable outcome) {
      if (awaited.remove(this)) {
        outcome.run();
      }
    }

    @Override
    public String toString() {
      return what;
    }
  }
}
