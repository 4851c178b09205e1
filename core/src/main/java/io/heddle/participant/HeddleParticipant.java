// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.model.Names;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel;
import io.heddle.runtime.Loop;
import io.heddle.runtime.LoopFactory;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Credential;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Takes part in a cluster as one instance: registers, carries out the state transitions that the
 * controller asks for by calling the user's handlers, and reports. When ZooKeeper is out of reach
 * it leaves top states by itself before others may enter them; when its session ends it resets its
 * replicas and registers anew.
 *
 * <pre>{@code
 * HeddleParticipant participant = HeddleParticipant.builder(store, "orders", "DB-1")
 *     .stateModel(StateModels.MASTER_SLAVE, StateModelFactory.of(Shard.class, Shard::new))
 *     .build();
 * participant.start().toCompletableFuture().get(30, TimeUnit.SECONDS);
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class HeddleParticipant implements AutoCloseable {
  private final Loop loop;
  private final ParticipantShell shell;
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final ParticipantConfig config;

  private HeddleParticipant(Builder builder) {
    this.config = builder.config();
    this.loop =
        builder.loops.newLoop("heddle-" + config.paths().cluster() + "-" + config.instance());
    Executor given = builder.executor;
    if (given == null) {
      CallbackPool pool = new CallbackPool(
          "heddle-" + config.paths().cluster() + "-" + config.instance() + "-callback-",
          config.callbackThreads());
      this.shell =
          new ParticipantShell(builder.store, config, loop, pool, pool::close, started, ended);
    } else {
      this.shell =
          new ParticipantShell(builder.store, config, loop, given, () -> {}, started, ended);
    }
  }

  /**
   * Starts to describe a participant.
   *
   * @param store where the cluster is kept; not closed by the participant
   * @param cluster the cluster's name
   * @param instance the instance's name; the administrator must have added it
   * @throws IllegalArgumentException if a name is not allowed
   */
  public static Builder builder(Store store, String cluster, String instance) {
    return new Builder(store, new ClusterPaths(cluster), InstanceId.of(instance));
  }

  /** The instance. */
  public InstanceId instance() {
    return config.instance();
  }

  /**
   * Starts; more than once is fine.
   *
   * @return completed with the first registration, however long that takes; failed with a
   *     {@link RegistrationException} if the instance is not configured, the credentials are not
   *     accepted, the session timeout is too short for the server, or the participant is closed
   *     before. While another process is registered under the name, it waits
   */
  public CompletionStage<Void> start() {
    loop.execute(shell::start);
    return started.minimalCompletionStage();
  }

  /**
   * Stops gracefully: tells the controller, waits until it has moved every replica elsewhere, then
   * ends the session. Without a controller, or when the bound has passed, as {@link #close}.
   *
   * @param bound how long to wait, at least zero
   * @return completed when the session is ended
   */
  public CompletionStage<Void> stop(Duration bound) {
    if (bound.isNegative()) {
      throw new IllegalArgumentException("bound must be at least zero, not " + bound);
    }
    CompletableFuture<Void> done = new CompletableFuture<>();
    loop.execute(() -> shell.stop(bound, done));
    // Once its loop is closed, nothing is answered there any more.
    return CompletableFuture.anyOf(done, ended).thenRun(() -> {}).minimalCompletionStage();
  }

  /**
   * Ends the session at once, then resets the replicas, for which it does not wait. Waits, at most
   * 5 s ({@link Loop#WAIT}) and not on its own thread, until the session is being ended, so that a
   * store that is closed next waits for the server to know.
   */
  @Override
  public void close() {
    loop.executeAndWait(shell::close);
  }

  /** How it is doing; answered by its loop. */
  public CompletionStage<ParticipantStatus> status() {
    CompletableFuture<ParticipantStatus> answer = new CompletableFuture<>();
    loop.execute(() -> answer.complete(shell.status()));
    return answer
        .applyToEither(ended.thenApply(v -> shell.status()), status -> status)
        .minimalCompletionStage();
  }

  /** Describes a participant. Not thread-safe. */
  public static final class Builder {
    private final Store store;
    private final ClusterPaths paths;
    private final InstanceId instance;
    private final Map<String, HandlerBinding> bindings = new LinkedHashMap<>();
    private final Map<ResourceId, HandlerBinding> resourceBindings = new LinkedHashMap<>();
    private final TreeMap<String, Long> capacity = new TreeMap<>();
    private final TreeMap<String, ImmutableSortedSet<String>> abilities = new TreeMap<>();
    private final ImmutableList.Builder<ParticipantExtension> extensions = ImmutableList.builder();
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private List<Credential> credentials = List.of();
    private @Nullable AccessControl access;
    private Optional<ContainerStart> container = Optional.empty();
    private int callbackThreads = 8;
    private LoopFactory loops = ThreadLoop::new;
    private @Nullable Executor executor;
    private @Nullable String host;
    private long process = ProcessHandle.current().pid();
    private Duration blockedAfter = Duration.ofMinutes(1);
    private Runnable onBlocked = () -> {};

    private Builder(Store store, ClusterPaths paths, InstanceId instance) {
      this.store = store;
      this.paths = paths;
      this.instance = instance;
    }

    /**
     * Says who handles the replicas of all resources of a state model.
     *
     * @throws IllegalArgumentException if the handler lacks a transition, or has one too many; the
     *     message names each
     */
    public Builder stateModel(StateModel model, StateModelFactory<?> factory) {
      if (bindings.putIfAbsent(model.name(), HandlerBinding.of(model, factory)) != null) {
        throw new IllegalArgumentException(
            "state model " + model.name() + " has a factory already");
      }
      return this;
    }

    /**
     * Says who handles the replicas of one resource, whoever handles others of that state model.
     *
     * @throws IllegalArgumentException as the other method does
     */
    public Builder stateModel(ResourceId resource, StateModel model, StateModelFactory<?> factory) {
      if (resourceBindings.putIfAbsent(resource, HandlerBinding.of(model, factory)) != null) {
        throw new IllegalArgumentException("resource " + resource + " has a factory already");
      }
      return this;
    }

    /**
     * Sets the session timeout, 30 s by default. After two thirds of it without ZooKeeper top
     * states are left; after all of it others may enter them. The server may cut it; one that is
     * below the server's least is refused when the participant starts.
     */
    public Builder sessionTimeout(Duration timeout) {
      this.sessionTimeout = timeout;
      return this;
    }

    /**
     * Restricts who may do what. Without it everybody may do everything, and a warning is logged.
     *
     * @param own proves that this is a participant
     * @param control the identities of all roles
     * @throws IllegalArgumentException if {@code control} is open
     */
    public Builder secured(Credential own, AccessControl control) {
      if (control.isOpen()) {
        throw new IllegalArgumentException("a secured participant needs identities for all roles");
      }
      this.credentials = List.of(own);
      this.access = control;
      return this;
    }

    /** Says which start of a container this process is, so that its end can be certified. */
    public Builder container(ContainerStart start) {
      this.container = Optional.of(start);
      return this;
    }

    /** Sets how many callbacks may run at a time, 1 to 1,000; 8 by default. */
    public Builder callbackThreads(int count) {
      if (count < 1 || count > 1_000) {
        throw new IllegalArgumentException("callback threads must be 1 to 1000, not " + count);
      }
      this.callbackThreads = count;
      return this;
    }

    /** Sets where loops come from; a thread of its own by default. */
    public Builder loops(LoopFactory factory) {
      this.loops = factory;
      return this;
    }

    /** Runs callbacks elsewhere than on a pool of the participant's own; not closed by it. */
    public Builder callbackExecutor(Executor executor) {
      this.executor = executor;
      return this;
    }

    /** Says how much there is of a dimension, where that differs from the instance's spec. */
    public Builder capacity(String dimension, long amount) {
      if (amount < 0) {
        throw new IllegalArgumentException("capacity " + dimension + " is negative: " + amount);
      }
      capacity.put(Names.check("capacity dimension", dimension), amount);
      return this;
    }

    /** Adds something else that the instance does. */
    public Builder extension(ParticipantExtension extension) {
      extensions.add(extension);
      extension.offers().forEach(this::capacity);
      extension.abilities().forEach((kind, names) -> {
        if (abilities.putIfAbsent(Names.check("kind of ability", kind), names) != null) {
          throw new IllegalArgumentException("two extensions announce abilities of kind " + kind);
        }
      });
      return this;
    }

    /** Sets the host name, for people; that of this machine by default. */
    public Builder host(String name) {
      this.host = name;
      return this;
    }

    /** Sets the process id, for people; that of this process by default. */
    public Builder process(long id) {
      this.process = id;
      return this;
    }

    /**
     * Says what to do when callbacks of an old incarnation hold up the next registration. The
     * participant stays out until they return, whatever is done; an action may end the process.
     *
     * @param after how long they may take; 1 minute by default
     * @param action run once, on the participant's loop; nothing by default. It is logged anyway
     */
    public Builder onReregistrationBlocked(Duration after, Runnable action) {
      this.blockedAfter = after;
      this.onBlocked = action;
      return this;
    }

    /** The participant, not started yet. */
    public HeddleParticipant build() {
      return new HeddleParticipant(this);
    }

    private ParticipantConfig config() {
      @Nullable String version = HeddleParticipant.class.getPackage().getImplementationVersion();
      return new ParticipantConfig(
          paths,
          instance,
          new SessionOptions(sessionTimeout, credentials),
          access == null ? AccessControl.open() : access,
          host == null ? localHost() : host,
          process,
          version == null ? "unknown" : version,
          container,
          ImmutableSortedMap.copyOfSorted(capacity),
          ImmutableSortedMap.copyOfSorted(abilities),
          callbackThreads,
          ImmutableMap.copyOf(bindings),
          ImmutableMap.copyOf(resourceBindings),
          extensions.build(),
          blockedAfter,
          onBlocked);
    }

    private static String localHost() {
      try {
        return InetAddress.getLocalHost().getHostName();
      } catch (UnknownHostException e) {
        // Only people read it.
        return "unknown";
      }
    }
  }
}
