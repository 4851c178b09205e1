// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.ClusterSpec;
import io.heddle.model.FailedReplica;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.PartitionId;
import io.heddle.model.PlacementPolicy;
import io.heddle.model.PlacementRules;
import io.heddle.model.ResetRequest;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import io.heddle.runtime.Loop;
import io.heddle.runtime.LoopFactory;
import io.heddle.schema.AccessControl;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.schema.Json;
import io.heddle.schema.Specs;
import io.heddle.store.Credential;
import io.heddle.store.SessionOptions;
import io.heddle.store.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The administrator's client of one cluster. Thread-safe.
 *
 * <p>Every call returns at once. Its stage completes on this client's loop, so block there never:
 * go on with the {@code …Async} methods, or wait elsewhere. It fails with an {@link AdminException}
 * that names the entity, a kind and what to do next, at the latest when the bound is over. A write
 * whose outcome is not known is read back and compared (rule R4), so a stage that completes without
 * a failure tells what is so. Changes are compare-and-set: two administrators never overwrite each
 * other's.
 */
public final class ClusterAdmin implements AutoCloseable {
  /** Most calls under way at a time. */
  public static final int MAX_CALLS = Calls.MAX_CALLS;

  private final String cluster;
  private final Duration bound;
  private final Calls calls;
  private final Layout layout;
  private final Documents documents;
  private final ClusterCalls clusters;
  private final InstanceCalls instances;
  private final ResourceCalls resources;
  private final ResetCalls resets;
  private final Supplier<String> clusterIds;

  /** What {@link #createCluster} found. */
  public enum Creation {
    /** There was none; it is there now. */
    CREATED,
    /** It was there before, and is as it was. */
    EXISTED
  }

  private ClusterAdmin(Builder builder) {
    this.cluster = builder.paths.cluster();
    this.bound = builder.bound;
    Loop loop = builder.loops.newLoop("heddle-" + cluster + "-admin");
    this.calls = new Calls(
        cluster,
        loop,
        new AdminSession(
            cluster,
            builder.store,
            loop,
            new SessionOptions(builder.sessionTimeout, builder.credentials)));
    this.layout =
        new Layout(builder.paths, builder.access != null ? builder.access : AccessControl.open());
    this.documents = new Documents(builder.paths);
    this.clusters = new ClusterCalls(layout, documents);
    this.instances = new InstanceCalls(layout, documents);
    this.resources = new ResourceCalls(layout, documents);
    this.resets = new ResetCalls(layout, documents);
    this.clusterIds = builder.clusterIds;
  }

  /**
   * Starts a client.
   *
   * @param store where the cluster is kept; not owned
   * @param loops makes the client's loop, which it owns
   * @param cluster the cluster's name; it need not exist yet
   * @throws IllegalArgumentException if the name is not allowed
   */
  public static Builder builder(Store store, LoopFactory loops, String cluster) {
    return new Builder(store, loops, new ClusterPaths(cluster));
  }

  // The cluster as a whole

  /** Creates the cluster, all of it or nothing. To repeat it does no harm. */
  public CompletionStage<Creation> createCluster() {
    return createCluster(0);
  }

  /**
   * Creates the cluster with a higher first epoch: for one that is restored or made again under a
   * name whose fencing tokens something still remembers.
   *
   * @param firstEpoch above the last epoch of the former one; the first controller's is one above
   *     it. 0 to {@link Token#MAX_EPOCH} - 1
   */
  public CompletionStage<Creation> createCluster(long firstEpoch) {
    if (firstEpoch < 0 || firstEpoch >= Token.MAX_EPOCH) {
      throw new IllegalArgumentException(
          "the first epoch must be 0 to " + (Token.MAX_EPOCH - 1) + ", not " + firstEpoch);
    }
    Specs.Meta meta = new Specs.Meta(Json.FORMAT, Json.FORMAT, Json.FORMAT, clusterIds.get());
    return call("cluster " + cluster, call -> clusters.create(call, meta, firstEpoch));
  }

  /**
   * Deletes the cluster and all that belongs to it. Refused with {@code CONFLICT} while an instance
   * is live or a controller is in office. If it is cut short, drop again to finish.
   */
  public CompletionStage<Void> dropCluster() {
    return call("cluster " + cluster, clusters::drop);
  }

  /** What is said of the cluster as a whole. */
  public CompletionStage<ClusterSpec> clusterSpec() {
    return call(
        "cluster " + cluster,
        call -> documents
            .find(call, layout.paths().spec(), Specs.CLUSTER)
            .thenApply(spec -> spec.orElseThrow(documents::noCluster)));
  }

  /** Lets the controller plan nothing from now on; what runs goes on. */
  public CompletionStage<ClusterSpec> pause() {
    return updateClusterSpec(ClusterSpec::asPaused);
  }

  /** Lets the controller plan again. */
  public CompletionStage<ClusterSpec> resume() {
    return updateClusterSpec(ClusterSpec::asResumed);
  }

  /**
   * Changes how FULL_AUTO places in this cluster.
   *
   * @param change gives the new policy for the one that it is given; may be called several times,
   *     on this client's loop
   * @return the cluster's spec as it is then
   */
  public CompletionStage<ClusterSpec> updatePlacement(UnaryOperator<PlacementPolicy> change) {
    return updateClusterSpec(before -> before.withPlacement(change.apply(before.placement())));
  }

  /** Lets the replicas of a partition rest in the initial state until it is enabled again. */
  public CompletionStage<ResourceSpec> disablePartition(PartitionId partition) {
    return updateRules(partition.resource(), rules -> rules.disablePartition(partition.number()));
  }

  /** Lets the replicas of a partition serve again. */
  public CompletionStage<ResourceSpec> enablePartition(PartitionId partition) {
    return updateRules(partition.resource(), rules -> rules.enablePartition(partition.number()));
  }

  private CompletionStage<ResourceSpec> updateRules(
      ResourceId id, UnaryOperator<PlacementRules.Builder> change) {
    return updateResource(
        id,
        before -> before.toBuilder()
            .placement(change.apply(before.placement().toBuilder()).build())
            .build());
  }

  /**
   * Changes what is said of the cluster as a whole, such as the rules of transitions.
   *
   * @param change gives the new spec for the one that it is given; may be called several times, on
   *     this client's loop
   * @return the spec as it is then
   */
  public CompletionStage<ClusterSpec> updateClusterSpec(UnaryOperator<ClusterSpec> change) {
    String entity = "cluster " + cluster;
    return call(
        entity,
        call -> documents.update(call, entity, layout.paths().spec(), Specs.CLUSTER, change));
  }

  /** The controller in office, if one is. */
  public CompletionStage<Optional<Specs.Leader>> leader() {
    return call(
        "cluster " + cluster, call -> documents.find(call, layout.paths().leader(), Specs.LEADER));
  }

  // Instances

  /**
   * Adds an instance. A name may be used again after its removal; incarnation numbers go on.
   *
   * @return the spec as stored; {@code ALREADY_EXISTS} if there is one of the name
   */
  public CompletionStage<InstanceSpec> addInstance(InstanceSpec spec) {
    return call(InstanceCalls.entity(spec.id()), call -> instances.add(call, spec));
  }

  /**
   * Changes an instance's spec.
   *
   * @param change gives the new spec for the one that it is given; may be called several times, on
   *     this client's loop; must not change the id
   * @return the spec as it is then
   */
  public CompletionStage<InstanceSpec> updateInstance(
      InstanceId id, UnaryOperator<InstanceSpec> change) {
    return call(InstanceCalls.entity(id), call -> instances.update(call, id, change));
  }

  /** Says what an operator wants of an instance. */
  public CompletionStage<InstanceSpec> setOperation(InstanceId id, InstanceOperation operation) {
    return updateInstance(id, spec -> spec.toBuilder().operation(operation).build());
  }

  /**
   * Removes an instance with its assignments and reports. Refused with {@code CONFLICT} while it is
   * live or has partitions assigned. What it keeps of tasks is removed by the controller, once the
   * results are recorded.
   */
  public CompletionStage<Void> removeInstance(InstanceId id) {
    return call(InstanceCalls.entity(id), call -> instances.remove(call, id));
  }

  /** An instance's spec, if there is one. */
  public CompletionStage<Optional<InstanceSpec>> instance(InstanceId id) {
    return call(
        InstanceCalls.entity(id),
        call -> documents.find(call, layout.paths().instance(id), Specs.INSTANCE));
  }

  /** All instances' specs. */
  public CompletionStage<ImmutableSortedMap<InstanceId, InstanceSpec>> instances() {
    return call(
        "all instances",
        call -> documents.list(call, "instances", Specs.INSTANCE, InstanceSpec::id));
  }

  /** What the living incarnations say of themselves. */
  public CompletionStage<ImmutableSortedMap<InstanceId, LiveInstance>> liveInstances() {
    return call(
        "all instances",
        call -> call.sync()
            .thenCompose(synced -> call.children(layout.paths().in("live")))
            .thenCompose(parents -> {
              List<String> paths = new ArrayList<>();
              parents.orElseThrow(documents::noCluster).forEach(parent -> paths.add(parent + "/s"));
              return call.readAll(paths);
            })
            .thenApply(nodes -> nodes.stream()
                .map(node -> Call.decode(node, Specs.LIVE))
                .collect(ImmutableSortedMap.toImmutableSortedMap(
                    java.util.Comparator.<InstanceId>naturalOrder(),
                    LiveInstance::id,
                    live -> live))));
  }

  // State models

  /**
   * Stores a state model. A stored model does not change.
   *
   * @return the model; {@code ALREADY_EXISTS} if the name is taken, also by a built-in one
   */
  public CompletionStage<StateModel> addStateModel(StateModel model) {
    return call("state model " + model.name(), call -> resources.addStateModel(call, model));
  }

  /** A state model, built in or stored, if there is one of the name. */
  public CompletionStage<Optional<StateModel>> stateModel(String name) {
    return call("state model " + name, call -> resources.findStateModel(call, name));
  }

  /** All state models, built in and stored, by name. */
  public CompletionStage<ImmutableSortedMap<String, StateModel>> stateModels() {
    return call(
        "all state models",
        call -> documents
            .list(call, "state-models", Specs.STATE_MODEL, StateModel::name)
            .thenApply(stored -> ImmutableSortedMap.<String, StateModel>naturalOrder()
                .putAll(stored)
                .putAll(StateModels.BUILT_IN)
                .buildOrThrow()));
  }

  // Resources

  /**
   * Adds a resource.
   *
   * @return its identity; {@code ALREADY_EXISTS} while the name is in use or being removed,
   *     {@code INVALID} if its state model does not exist or its mode does not fit it
   */
  public CompletionStage<ResourceKey> addResource(ResourceSpec spec) {
    return call(ResourceCalls.entity(spec.id()), call -> resources.add(call, spec));
  }

  /**
   * Changes a resource's spec. The number of partitions and the state model may not change.
   *
   * @param change gives the new spec for the one that it is given; may be called several times, on
   *     this client's loop
   * @return the spec as it is then
   */
  public CompletionStage<ResourceSpec> updateResource(
      ResourceId id, UnaryOperator<ResourceSpec> change) {
    return call(ResourceCalls.entity(id), call -> resources.update(call, id, change));
  }

  /**
   * Marks a resource for removal: the controller drops its replicas, then removes it. To repeat it
   * does no harm.
   *
   * @return completes when it is marked; see {@link #awaitRemoved}
   */
  public CompletionStage<ResourceSpec> removeResource(ResourceId id) {
    return call(ResourceCalls.entity(id), call -> resources.remove(call, id));
  }

  /**
   * Waits until a resource that is marked for removal is gone, by a watch.
   *
   * @param bound how long; then the stage fails with {@code UNAVAILABLE}
   */
  public CompletionStage<Void> awaitRemoved(ResourceId id, Duration bound) {
    return calls.run(ResourceCalls.entity(id), bound, call -> resources.awaitRemoved(call, id));
  }

  /** A resource's spec, if there is one. */
  public CompletionStage<Optional<ResourceSpec>> resource(ResourceId id) {
    return call(
        ResourceCalls.entity(id),
        call -> documents.find(call, layout.paths().resource(id), Specs.RESOURCE));
  }

  /** All resources' specs. */
  public CompletionStage<ImmutableSortedMap<ResourceId, ResourceSpec>> resources() {
    return call(
        "all resources",
        call -> documents.list(call, "resources", Specs.RESOURCE, ResourceSpec::id));
  }

  // Replicas in ERROR

  /** The replicas in ERROR, of instances that live. */
  public CompletionStage<ImmutableList<FailedReplica>> failedReplicas() {
    return call("all instances", call -> resets.list(call, replica -> true));
  }

  /**
   * Asks for the replicas of a partition that are in ERROR to begin anew, from the initial state.
   * The controller does it, once for the failure that was seen here: what fails again afterwards
   * stays in ERROR. To repeat it does no harm.
   *
   * @return of which replicas that was asked; none if none is in ERROR
   */
  public CompletionStage<ImmutableList<FailedReplica>> resetPartition(PartitionId partition) {
    return reset("partition " + partition, replica -> replica.partition().equals(partition));
  }

  /**
   * Like {@link #resetPartition} for all partitions of a resource; of at most
   * {@link ResetRequest#MOST} replicas at a time.
   */
  public CompletionStage<ImmutableList<FailedReplica>> resetResource(ResourceId id) {
    return reset(
        ResourceCalls.entity(id), replica -> replica.partition().resource().equals(id));
  }

  /** Like {@link #resetResource} for all replicas on an instance. */
  public CompletionStage<ImmutableList<FailedReplica>> resetInstance(InstanceId id) {
    return reset(InstanceCalls.entity(id), replica -> replica.instance().equals(id));
  }

  private CompletionStage<ImmutableList<FailedReplica>> reset(
      String entity, Predicate<FailedReplica> wanted) {
    return call(entity, call -> resets.reset(call, wanted));
  }

  // Documents of extensions

  /**
   * Writes a document of an extension: creates it, or changes it by compare-and-set.
   *
   * @param section a section of the cluster in which the administrator may write
   * @param name the document's name
   * @param codec how it is written down
   * @param change makes the document from the one that is there, if there is one; may be called
   *     several times, on this client's loop
   * @return the document as it is then
   */
  public <T> CompletionStage<T> putDocument(
      String section, String name, Codec<T> codec, Function<Optional<T>, T> change) {
    String path = layout.paths().in(section, name);
    return call(section + " " + name, call -> documents.put(call, layout, path, codec, change));
  }

  /** A document of an extension, if it is there. */
  public <T> CompletionStage<Optional<T>> document(String section, String name, Codec<T> codec) {
    String path = layout.paths().in(section, name);
    return call(section + " " + name, call -> documents.find(call, path, codec));
  }

  private <T> CompletionStage<T> call(String entity, Function<Call, CompletableFuture<T>> steps) {
    return calls.run(entity, bound, steps);
  }

  /**
   * Ends the session. Calls that are under way fail; what they wrote may have been applied. Waits
   * for that, at most 5 s, unless it is called on its own thread.
   */
  @Override
  public void close() {
    calls.close();
  }

  /** Collects what a client needs. */
  public static final class Builder {
    private final Store store;
    private final LoopFactory loops;
    private final ClusterPaths paths;
    private List<Credential> credentials = List.of();
    private @Nullable AccessControl access;
    private Duration bound = Duration.ofSeconds(30);
    private Duration sessionTimeout = Duration.ofSeconds(30);
    private Supplier<String> clusterIds = () -> UUID.randomUUID().toString();

    private Builder(Store store, LoopFactory loops, ClusterPaths paths) {
      this.store = store;
      this.loops = loops;
      this.paths = paths;
    }

    /**
     * Restricts who may do what. Without it everybody may do everything, and a warning is logged.
     *
     * @param own proves that this client is the administrator
     * @param access the identities of all roles
     * @throws IllegalArgumentException if {@code access} is open
     */
    public Builder secured(Credential own, AccessControl access) {
      if (access.isOpen()) {
        throw new IllegalArgumentException(
            "with a credential, access must be restricted: say who the roles are");
      }
      this.credentials = List.of(own);
      this.access = access;
      return this;
    }

    /** Sets how long a call may take; 30 s unless set. */
    public Builder callTimeout(Duration bound) {
      this.bound = positive("the call timeout", bound);
      return this;
    }

    /** Sets the session timeout to ask for; 30 s unless set. */
    public Builder sessionTimeout(Duration timeout) {
      this.sessionTimeout = positive("the session timeout", timeout);
      return this;
    }

    /** Sets where the ids of new clusters come from; random ones unless set. */
    public Builder clusterIds(Supplier<String> ids) {
      this.clusterIds = ids;
      return this;
    }

    private static Duration positive(String what, Duration duration) {
      if (duration.isZero() || duration.isNegative()) {
        throw new IllegalArgumentException(what + " must be above zero, not " + duration);
      }
      return duration;
    }

    /** The client. It connects with its first call. */
    public ClusterAdmin build() {
      return new ClusterAdmin(this);
    }
  }
}
