// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.collect.ImmutableList;
import com.google.common.util.concurrent.AsyncCallable;
import com.google.common.util.concurrent.FluentFuture;
import com.google.common.util.concurrent.FutureCallback;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import com.google.common.util.concurrent.SettableFuture;
import io.heddle.model.ContainerId;
import io.heddle.model.ContainerSpec;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.Participant;
import io.heddle.provisioner.ClusterAccess;
import io.heddle.provisioner.ContainerListener;
import io.heddle.provisioner.ContainerProvider;
import io.heddle.provisioner.ContainerProviderException;
import io.heddle.provisioner.ContainerProviderException.Kind;
import io.heddle.provisioner.ContainerStatus;
import io.heddle.provisioner.ProviderCapabilities;
import io.heddle.runtime.ThreadLoop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs containers as child JVMs of this machine. Thread-safe.
 *
 * <p><em>What a container is.</em> A directory {@code root/cluster/container}, which is also the
 * working directory, with its logs; a waiter, which is a small shell script; and the JVM, in a
 * process group and session of its own. Its heap follows from the memory asked for; an
 * OutOfMemoryError ends it. Its variables are those of this process plus
 * {@link io.heddle.provisioner.ContainerEnvironment}.
 *
 * <p><em>Its end.</em> A stop asks the whole group (TERM), waits for the grace, and kills it. When
 * the JVM ends for whatever reason, the rest of its group goes with it. The waiter sees the exit
 * status, so ends are certified, usually within milliseconds, also after a SIGKILL from outside; it
 * leaves the status on disk, so that a later controller learns it, too.
 *
 * <p><em>When the controller ends.</em> Containers live on, and a new provider object on the same
 * root finds them, unless {@link LocalContainerProviderBuilder#dieWithController} was chosen. What
 * {@link #close} leaves alone, {@link #closeAndStopAll} stops.
 *
 * <p><em>Bounds.</em> {@value #THREADS} threads for what blocks, two loops, and Java's own thread
 * per child; {@value #MAX_CALLS} calls under way, then BUSY. A start completes within 30 s, a stop
 * within the grace and 20 s more.
 *
 * <p><em>Where it runs.</em> Anywhere with a shell. Ends are certified, and what is left of a
 * container is found, on Linux with the {@code setsid} command; elsewhere {@link #capabilities}
 * says so, signals go to the process tree, and failing over waits for the session.
 */
public final class LocalContainerProvider implements ContainerProvider {
  private static final int THREADS = 4;
  private static final int MAX_CALLS = 10_000;

  private static final Logger log = LoggerFactory.getLogger(LocalContainerProvider.class);

  private final LocalConfig config;
  private final ClusterDirectory directory;
  private final ProcessTable table;
  private final Survivors survivors;
  private final ThreadPoolExecutor pool;
  private final ThreadLoop loop;
  private final ThreadLoop teller;
  private final EndWatch watch;
  private final Launcher launcher;
  private final Stops stops;
  private final Lanes<ContainerId> lanes;
  private final Map<ContainerId, LocalContainer> containers = new ConcurrentHashMap<>();
  private final Set<Call<?>> calls = ConcurrentHashMap.newKeySet();
  private volatile Phase phase = Phase.OPEN;

  private enum Phase {
    OPEN,
    /** Starts nothing any more. */
    STOPPING,
    CLOSED
  }

  LocalContainerProvider(LocalConfig config, ProcessTable table) {
    this.config = config;
    this.table = table;
    this.directory = config.directory();
    String name = "heddle-" + config.access().cluster() + "-local";
    this.pool = newPool(name);
    this.loop = new ThreadLoop(name + "-watch");
    this.teller = new ThreadLoop(name + "-tell");
    this.survivors = new Survivors(table, directory.path());
    boolean groups = config.setsid().isPresent();
    this.watch = new EndWatch(table, survivors, capabilities().certifiesEnds(), pool, loop, teller);
    this.launcher = new Launcher(config, table, loop);
    this.stops =
        new Stops(new Signals(table, groups), survivors, watch, config.stopGrace(), pool, loop);
    this.lanes = new Lanes<>(pool);
    if (!capabilities().note().isEmpty()) {
      log.warn(
          "Local containers of {}: {}",
          config.access().cluster(),
          capabilities().note());
    }
  }

  /**
   * Describes a provider.
   *
   * @param root the directory of all local containers of this machine, whatever the cluster; made
   *     if it is not there
   * @param access how the processes reach their cluster
   */
  public static LocalContainerProviderBuilder builder(Path root, ClusterAccess access) {
    return new LocalContainerProviderBuilder(root, access);
  }

  private static ThreadPoolExecutor newPool(String name) {
    ThreadPoolExecutor pool = new ThreadPoolExecutor(
        THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
          Thread thread = new Thread(task, name);
          thread.setDaemon(true);
          return thread;
        });
    pool.allowCoreThreadTimeOut(true);
    // The queue is bounded by the calls under way; after the close, what comes late is dropped.
    pool.setRejectedExecutionHandler((task, executor) -> log.debug("{} is closed", name));
    return pool;
  }

  @Override
  public ListenableFuture<ContainerId> allocateContainer(ContainerSpec spec) {
    return call(spec.id(), Phase.OPEN, () -> Futures.immediateFuture(allocate(spec)));
  }

  private ContainerId allocate(ContainerSpec spec) throws IOException {
    ContainerDirectory container = directory.container(spec.id());
    if (!container.exists() && Files.exists(container.released())) {
      throw new ContainerProviderException(
          Kind.ENDED, "container " + spec.id() + " was given back; take a new id");
    }
    Optional<ContainerSpec> existing = container.readSpec();
    if (existing.isPresent() && !existing.get().equals(spec)) {
      throw new ContainerProviderException(
          Kind.CONFLICT,
          "container " + spec.id() + " is allocated as " + existing.get() + ", not as " + spec);
    }
    if (existing.isEmpty()) {
      // Found out now rather than at the start.
      LaunchCommand.jvm(config, spec);
      LaunchCommand.environment(config, spec, new ContainerStart(spec.id(), "none"));
      container.writeSpec(spec);
    }
    return spec.id();
  }

  @Override
  public ListenableFuture<Boolean> startContainer(ContainerId id, Participant participant) {
    return call(id, Phase.OPEN, () -> start(id, participant));
  }

  private ListenableFuture<Boolean> start(ContainerId id, Participant participant)
      throws IOException {
    ContainerDirectory container = directory.container(id);
    ContainerSpec spec = (container.exists()
            ? container.readSpec()
            : Optional.<ContainerSpec>empty())
        .orElseThrow(() -> new ContainerProviderException(
            Kind.UNKNOWN_CONTAINER, "container " + id + " is not allocated"));
    if (!participant.id().equals(spec.participant())) {
      throw new ContainerProviderException(
          Kind.CONFLICT,
          "container " + id + " is for participant " + spec.participant() + ", not for "
              + participant.id());
    }
    Optional<LocalContainer> known = find(id);
    if (known.isEmpty()) {
      Optional<LocalContainer> launched = launcher.launch(container, spec);
      if (launched.isPresent()) {
        return started(launched.get());
      }
      known = find(id); // Another controller was first.
    }
    if (known.map(LocalContainer::hasEnded).orElse(true)) {
      throw new ContainerProviderException(
          Kind.ENDED, "container " + id + " has run; take a new one");
    }
    return Futures.immediateFuture(false);
  }

  private ListenableFuture<Boolean> started(LocalContainer container) {
    containers.put(container.id(), container);
    watch.watch(container);
    if (phase == Phase.CLOSED) {
      closeLifeline(container);
    }
    if (container.launch().main().isPresent()) {
      log.info(
          "Container {} is started: {}", container.start(), container.launch().main());
      return Futures.immediateFuture(true);
    }
    return Futures.transformAsync(
        container.ended(),
        end -> Futures.immediateFailedFuture(new ContainerProviderException(
            Kind.ENDED, "container " + container.id() + " can't be started: " + end.detail())),
        MoreExecutors.directExecutor());
  }

  @Override
  public ListenableFuture<Boolean> stopContainer(ContainerId id) {
    return call(id, Phase.STOPPING, () -> stop(id));
  }

  private ListenableFuture<Boolean> stop(ContainerId id) throws IOException {
    Optional<LocalContainer> container = find(id);
    if (container.isEmpty()) {
      return stops.killUnrecorded(id);
    }
    return container.get().hasEnded()
        ? Futures.immediateFuture(false)
        : stops.stop(container.get());
  }

  @Override
  public ListenableFuture<Boolean> deallocateContainer(ContainerId id) {
    return call(
        id,
        Phase.STOPPING,
        () -> Futures.transformAsync(
            stop(id), stopped -> Futures.immediateFuture(release(id) || stopped), pool));
  }

  private boolean release(ContainerId id) throws IOException {
    ContainerDirectory container = directory.container(id);
    boolean exists = container.exists();
    if (exists) {
      directory.release(container);
    }
    containers.remove(id);
    return exists;
  }

  @Override
  public ListenableFuture<ImmutableList<ContainerStatus>> list() {
    ListenableFuture<ImmutableList<ContainerStatus>> listed = FluentFuture.from(
            Futures.submit(directory::containers, pool))
        .transformAsync(
            ids -> {
              List<ListenableFuture<Optional<ContainerStatus>>> all = new ArrayList<>();
              containers.keySet().removeIf(id -> hasVanished(id, ids));
              ids.forEach(id -> all.add(status(id)));
              return Futures.allAsList(all);
            },
            pool)
        .transformAsync(statuses -> Futures.immediateFuture(withUnrecorded(statuses)), pool);
    return tracked(listed);
  }

  /** Whether another controller has released what this one remembers. */
  private boolean hasVanished(ContainerId id, Set<ContainerId> present) {
    @Nullable LocalContainer container = containers.get(id);
    return container != null && container.hasEnded() && !present.contains(id);
  }

  private ListenableFuture<Optional<ContainerStatus>> status(ContainerId id) {
    @Nullable LocalContainer known = containers.get(id);
    // A lane may be held up for long by a stop; what is known needs none.
    return known != null
        ? Futures.immediateFuture(Optional.of(known.status()))
        : lanes.submit(id, () -> {
          Optional<ContainerStatus> status = find(id).map(LocalContainer::status);
          return Futures.immediateFuture(
              status.isPresent() || directory.container(id).readSpec().isEmpty()
                  ? status
                  : Optional.of(new ContainerStatus.Allocated(id)));
        });
  }

  /** Adds processes of containers whose directory is gone. */
  private ImmutableList<ContainerStatus> withUnrecorded(List<Optional<ContainerStatus>> recorded)
      throws IOException {
    Map<ContainerId, ContainerStatus> all = new TreeMap<>();
    recorded.forEach(status -> status.ifPresent(s -> all.put(s.container(), s)));
    for (ContainerStart start : survivors.all().keySet()) {
      all.putIfAbsent(start.container(), new ContainerStatus.Running(start));
    }
    return ImmutableList.copyOf(all.values());
  }

  @Override
  public Registration listen(ContainerListener listener) {
    watch.add(listener);
    return () -> watch.remove(listener);
  }

  @Override
  public ProviderCapabilities capabilities() {
    boolean groups = config.setsid().isPresent();
    boolean visible = table.isComplete();
    String note = "";
    if (!groups) {
      note = "there is no setsid command: containers have no process group, ends are not certified";
    } else if (!visible) {
      note = "there is no /proc: left processes can't be seen, ends are not certified";
    }
    return new ProviderCapabilities(groups && visible, true, false, note);
  }

  /**
   * Where a container's logs are, {@code stdout.log} and {@code stderr.log}, until it is given
   * back; then for a while in the directory {@code .released} beside it.
   */
  public Path directory(ContainerId container) {
    return directory.container(container).path();
  }

  @Override
  public void close() {
    phase = Phase.CLOSED;
    for (Call<?> call : calls) {
      call.result.setException(closed());
    }
    loop.close();
    teller.close();
    pool.shutdown();
    containers.values().forEach(LocalContainerProvider::closeLifeline);
  }

  /**
   * Stops all containers that run, and closes. Blocks until they have ended, within the bound of a
   * stop. They stay allocated.
   *
   * @return those that could not be stopped; empty if all is well
   */
  public ImmutableList<ContainerId> closeAndStopAll() {
    if (phase == Phase.OPEN) {
      phase = Phase.STOPPING;
    }
    Duration bound =
        config.stopGrace().plus(LocalConfig.KILL_TIMEOUT).plus(LocalConfig.START_TIMEOUT);
    ImmutableList.Builder<ContainerId> left = ImmutableList.builder();
    try {
      Map<ContainerId, ListenableFuture<Boolean>> stopping = new TreeMap<>();
      for (ContainerStatus status : list().get(bound.toMillis(), TimeUnit.MILLISECONDS)) {
        stopping.put(status.container(), stopContainer(status.container()));
      }
      for (Map.Entry<ContainerId, ListenableFuture<Boolean>> stop : stopping.entrySet()) {
        if (!ends(stop.getKey(), stop.getValue(), bound)) {
          left.add(stop.getKey());
        }
      }
    } catch (ExecutionException | TimeoutException e) {
      log.error("The containers of {} can't be listed", config.access().cluster(), e);
      left.addAll(containers.keySet());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      left.addAll(containers.keySet());
    } finally {
      close();
    }
    return left.build();
  }

  private static boolean ends(ContainerId id, ListenableFuture<Boolean> stop, Duration bound)
      throws InterruptedException {
    try {
      stop.get(bound.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (ExecutionException | TimeoutException e) {
      log.error("Container {} can't be stopped", id, e);
      return false;
    }
  }

  /** Ends what was to live as long as this provider; a pipe that is not there is no lifeline. */
  private static void closeLifeline(LocalContainer container) {
    container.waiter().ifPresent(waiter -> {
      try {
        waiter.getOutputStream().close();
      } catch (IOException e) {
        log.warn("The lifeline of container {} can't be closed", container.id(), e);
      }
    });
  }

  /** A started container, from memory or from disk; only in its lane. */
  private Optional<LocalContainer> find(ContainerId id) throws IOException {
    @Nullable LocalContainer known = containers.get(id);
    if (known != null) {
      return Optional.of(known);
    }
    ContainerDirectory container = directory.container(id);
    if (!container.exists()) {
      return Optional.empty();
    }
    Optional<LocalContainer> found =
        container.readLaunch().map(launch -> new LocalContainer(container, launch, null));
    found.ifPresent(adopted -> {
      log.info("Container {} is found", adopted.start());
      containers.put(id, adopted);
      watch.watch(adopted);
    });
    return found;
  }

  private <T> ListenableFuture<T> call(ContainerId id, Phase latest, AsyncCallable<T> operation) {
    if (calls.size() >= MAX_CALLS) {
      return Futures.immediateFailedFuture(new ContainerProviderException(
          Kind.BUSY, "container " + id + ": " + MAX_CALLS + " calls are under way"));
    }
    return tracked(lanes.submit(id, () -> {
      if (phase.compareTo(latest) > 0) {
        throw closed();
      }
      return operation.call();
    }));
  }

  /**
   * What the caller gets: completed also by the close, never cancelled, with our exception only.
   */
  private <T> ListenableFuture<T> tracked(ListenableFuture<T> operation) {
    Call<T> call = new Call<>();
    calls.add(call);
    SettableFuture<T> result = call.result;
    result.addListener(() -> calls.remove(call), MoreExecutors.directExecutor());
    Futures.addCallback(
        operation,
        new FutureCallback<T>() {
          @Override
          public void onSuccess(@Nullable T value) {
            result.set(Objects.requireNonNull(value));
          }

          @Override
          public void onFailure(Throwable failure) {
            result.setException(
                failure instanceof ContainerProviderException
                    ? failure
                    : new ContainerProviderException(
                        Kind.FAILED, "local containers: " + failure.getMessage(), failure));
          }
        },
        MoreExecutors.directExecutor());
    if (phase == Phase.CLOSED) {
      result.setException(closed());
    }
    return Futures.nonCancellationPropagating(result);
  }

  private ContainerProviderException closed() {
    return new ContainerProviderException(
        Kind.CLOSED, "the local containers of " + config.access().cluster() + " are closed");
  }

  /** A call under way. */
  private static final class Call<T> {
    private final SettableFuture<T> result = SettableFuture.create();
  }
}
