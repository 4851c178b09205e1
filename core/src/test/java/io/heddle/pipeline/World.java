// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.Cluster;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResetRequest;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import io.heddle.model.TransitionTimeouts;
import io.heddle.rebalance.Rebalancers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of values: plans are applied to it, and its participants act when told to, one step at
 * a time. What the protocol's shell does is not here; that is the simulation's business.
 */
final class World {
  static final String BUCKET = "b";

  final TreeMap<InstanceId, InstanceSpec> specs = new TreeMap<>();
  final TreeMap<InstanceId, Node> nodes = new TreeMap<>();
  final TreeMap<ResourceId, ResourceView> resources = new TreeMap<>();
  final TreeMap<InstanceId, AssignmentBucket> assignments = new TreeMap<>();
  final TreeMap<InstanceId, ReportBucket> reports = new TreeMap<>();
  /** Instances of which it cannot be read whether they live. */
  final java.util.TreeSet<InstanceId> unclear = new java.util.TreeSet<>();

  final java.util.TreeSet<InstanceId> leaving = new java.util.TreeSet<>();
  /** Instances that an extension has evacuated, though no operator has. */
  final java.util.TreeSet<InstanceId> emptied = new java.util.TreeSet<>();

  private final Pipeline pipeline;
  private ImmutableSortedMap<InstanceId, Long> lostSince = ImmutableSortedMap.of();
  private ImmutableSortedMap<ResourceKey, ResourceAssignment> goals = ImmutableSortedMap.of();
  private long counter = 1;
  private long epoch = 1;
  private long incarnations = 1;
  private long uids = 1;
  int bucketWrites;
  ClusterSpec spec = ClusterSpec.DEFAULT;
  final TreeMap<String, StateModel> models = new TreeMap<>(StateModels.BUILT_IN);
  long nowNanos;
  final java.util.TreeSet<ResetRequest> resets = new java.util.TreeSet<>();
  private Waits waits = Waits.NONE;
  long wallMillis;

  World() {
    this(Rebalancers.builtIn());
  }

  World(Rebalancers rebalancers) {
    this.pipeline = new Pipeline(
        rebalancers, ImmutableListMultimap.of(Stage.Phase.MEMBERSHIP, this::evacuateEmptied));
  }

  private Draft evacuateEmptied(Draft draft) {
    TreeMap<InstanceId, Participant> members = new TreeMap<>(draft.cluster().participants());
    emptied.forEach(id -> members.computeIfPresent(
        id,
        (same, member) -> new Participant(
            member.spec().toBuilder().operation(InstanceOperation.EVACUATE).build(),
            member.live(),
            member.container())));
    Cluster cluster = draft.cluster();
    return draft.with(new Cluster(
        cluster.name(),
        cluster.nowMillis(),
        ImmutableSortedMap.copyOfSorted(members),
        cluster.resources()));
  }

  /** A live process. */
  static final class Node {
    final long incarnation;
    final TreeMap<String, Replica> replicas = new TreeMap<>();
    long taken;
    long sequence;

    Node(long incarnation) {
      this.incarnation = incarnation;
    }
  }

  /** A replica in a process. */
  static final class Replica {
    final ResourceKey key;
    final int partition;
    final StateModel model;
    String state;
    long token;
    long nextToken;
    Target wanted;
    int failures;
    long failedUnder;

    /** Why what runs should be over; empty while it is in time. */
    String late = "";

    @Nullable String next;

    Replica(ResourceKey key, int partition, StateModel model, Target wanted) {
      this.key = key;
      this.partition = partition;
      this.model = model;
      this.state = model.initialState();
      this.wanted = wanted;
    }

    boolean isTop() {
      return model.isTop(state) || (next != null && model.isTop(next));
    }
  }

  InstanceId start(String name) {
    InstanceId id = InstanceId.of(name);
    specs.putIfAbsent(id, InstanceSpec.of(name));
    nodes.put(id, new Node(incarnations++));
    return id;
  }

  void stop(InstanceId id) {
    nodes.remove(id);
  }

  void operate(InstanceId id, InstanceOperation operation) {
    specs.put(
        id,
        Objects.requireNonNull(specs.get(id)).toBuilder().operation(operation).build());
  }

  ResourceKey add(ResourceSpec spec) {
    ResourceKey key = new ResourceKey(spec.id(), uids++);
    resources.put(spec.id(), new ResourceView(key, spec));
    return key;
  }

  void update(ResourceSpec spec) {
    ResourceKey key = Objects.requireNonNull(resources.get(spec.id())).key();
    resources.put(spec.id(), new ResourceView(key, spec));
  }

  void newLeader() {
    epoch++;
    counter = 1;
    goals = ImmutableSortedMap.of();
    waits = Waits.NONE;
    lostSince = ImmutableSortedMap.of();
  }

  void pass(java.time.Duration duration) {
    nowNanos += duration.toNanos();
  }

  Snapshot snapshot() {
    ImmutableSortedMap.Builder<InstanceId, InstanceView> views = ImmutableSortedMap.naturalOrder();
    specs.forEach((id, spec) -> views.put(id, view(id, spec)));
    return new Snapshot(
        "c",
        epoch,
        counter,
        wallMillis,
        nowNanos,
        spec,
        views.buildOrThrow(),
        ImmutableSortedMap.copyOfSorted(resources),
        ImmutableSortedMap.copyOfSorted(models),
        ImmutableSortedSet.of(),
        goals,
        lostSince,
        ImmutableList.of(),
        Sections.EMPTY,
        waits,
        ImmutableSortedSet.copyOfSorted(resets));
  }

  private InstanceView view(InstanceId id, InstanceSpec spec) {
    Optional<LiveInstance> live = Optional.ofNullable(nodes.get(id))
        .map(node -> new LiveInstance(
            id,
            node.incarnation,
            1,
            "h",
            1,
            Optional.empty(),
            "1",
            ImmutableSortedMap.of(),
            leaving.contains(id)));
    return new InstanceView(
        id,
        Optional.of(spec),
        unclear.contains(id) ? Optional.empty() : live,
        unclear.contains(id) ? Optional.of("/c/live/" + id + "/s") : Optional.empty(),
        one(assignments.get(id)),
        one(reports.get(id)));
  }

  private static <B> ImmutableSortedMap<String, B> one(@Nullable B bucket) {
    return bucket == null ? ImmutableSortedMap.of() : ImmutableSortedMap.of(BUCKET, bucket);
  }

  Plan plan() {
    return pipeline.plan(snapshot());
  }

  /** Plans and applies; tells how many decisions there were. */
  int pass() {
    Plan plan = plan();
    counter = plan.counter();
    goals = plan.goals();
    waits = plan.waits();
    lostSince = plan.lostSince();
    plan.decisions().forEach(decision -> decision.changes().forEach(this::apply));
    return plan.decisions().size();
  }

  private void apply(Change change) {
    bucketWrites++;
    if (change instanceof Change.SetTarget set) {
      edit(
          set.instance(),
          set.incarnation(),
          set.target().q(),
          set.resource(),
          set.stateModel(),
          set.partition(),
          set.target());
      set.timeouts().ifPresent(t -> limit(set.instance(), set.resource(), t));
    } else if (change instanceof Change.SetTimeouts set) {
      AssignmentBucket b = Objects.requireNonNull(assignments.get(set.instance()));
      assignments.put(
          set.instance(), new AssignmentBucket(epoch, b.incarnation(), set.q(), b.a(), b.groups()));
      limit(set.instance(), set.resource(), set.timeouts());
    } else if (change instanceof Change.ForgetResets forget) {
      resets.removeAll(forget.requests());
    } else if (change instanceof Change.ForgetTarget f) {
      edit(f.instance(), f.incarnation(), 0, f.resource(), "", f.partition(), null);
    } else if (change instanceof Change.DropBucket drop) {
      assignments.remove(drop.instance());
    } else if (change instanceof Change.RemoveResource remove) {
      resources.remove(remove.resource().resource());
    } else {
      throw new AssertionError("unexpected " + change);
    }
  }

  private void limit(InstanceId instance, ResourceKey key, TransitionTimeouts timeouts) {
    AssignmentBucket b = Objects.requireNonNull(assignments.get(instance));
    TreeMap<ResourceKey, AssignmentBucket.Group> groups = new TreeMap<>(b.groups());
    groups.computeIfPresent(
        key, (k, g) -> new AssignmentBucket.Group(g.stateModel(), g.targets(), timeouts));
    assignments.put(
        instance,
        new AssignmentBucket(
            b.epoch(), b.incarnation(), b.q(), b.a(), ImmutableSortedMap.copyOfSorted(groups)));
  }

  private void edit(
      InstanceId instance,
      long incarnation,
      long q,
      ResourceKey key,
      String model,
      int partition,
      @Nullable Target target) {
    @Nullable AssignmentBucket before = assignments.get(instance);
    TreeMap<ResourceKey, AssignmentBucket.Group> groups = new TreeMap<>();
    long base = 0;
    if (before != null && before.incarnation() == incarnation) {
      groups.putAll(before.groups());
      base = before.q();
    }
    AssignmentBucket.@Nullable Group group = groups.get(key);
    TreeMap<Integer, Target> targets =
        group == null ? new TreeMap<>() : new TreeMap<>(group.targets());
    if (target == null) {
      targets.remove(partition);
    } else {
      targets.put(partition, target);
    }
    String name = group == null ? model : group.stateModel();
    groups.put(
        key,
        new AssignmentBucket.Group(
            name,
            ImmutableSortedMap.copyOfSorted(targets),
            group == null ? TransitionTimeouts.NONE : group.timeouts()));
    assignments.put(
        instance,
        new AssignmentBucket(
            epoch, incarnation, Math.max(base, q), 0, ImmutableSortedMap.copyOfSorted(groups)));
  }

  /** A process reads its assignments and starts what it can. */
  void takeUp(InstanceId id) {
    Node node = Objects.requireNonNull(nodes.get(id));
    @Nullable AssignmentBucket bucket = assignments.get(id);
    if (bucket == null || bucket.incarnation() != node.incarnation) {
      return;
    }
    node.taken = bucket.q();
    for (Map.Entry<ResourceKey, AssignmentBucket.Group> group : bucket.groups().entrySet()) {
      StateModel model = Objects.requireNonNull(models.get(group.getValue().stateModel()));
      group.getValue().targets().forEach((p, target) -> {
        Replica replica = node.replicas.get(group.getKey() + "/" + p);
        if (replica == null && !target.state().equals(StateModel.DROPPED)) {
          replica = new Replica(group.getKey(), p, model, target);
          node.replicas.put(group.getKey() + "/" + p, replica);
        }
        if (replica != null) {
          replica.wanted = target;
          proceed(replica);
        }
      });
    }
  }

  private static void proceed(Replica replica) {
    boolean reset = replica.state.equals(StateModel.ERROR)
        && replica.wanted.q() > replica.failedUnder
        && replica.wanted.state().equals(replica.model.initialState());
    if (reset) {
      replica.state = replica.model.initialState();
    }
    if (replica.next == null && !replica.state.equals(StateModel.ERROR)) {
      replica.next = replica.model.next(replica.state, replica.wanted.state()).orElse(null);
      replica.nextToken = replica.wanted.token();
    }
  }

  /** All transitions in flight that could end. */
  List<Replica> inFlight(InstanceId id) {
    List<Replica> running = new ArrayList<>();
    Objects.requireNonNull(nodes.get(id)).replicas.values().stream()
        .filter(replica -> replica.next != null)
        .forEach(running::add);
    return running;
  }

  /** A callback returns, and the next one starts. */
  void finish(InstanceId id, Replica replica) {
    replica.state = Objects.requireNonNull(replica.next);
    replica.next = null;
    replica.token = replica.model.isTop(replica.state) ? replica.nextToken : Token.NONE;
    if (replica.state.equals(StateModel.DROPPED)) {
      Objects.requireNonNull(nodes.get(id)).replicas.remove(replica.key + "/" + replica.partition);
    } else {
      proceed(replica);
    }
  }

  /** A callback throws. */
  void fail(Replica replica) {
    replica.state = StateModel.ERROR;
    replica.next = null;
    replica.late = "";
    replica.token = Token.NONE;
    replica.failures++;
    replica.failedUnder = replica.wanted.q();
  }

  /** A process writes its report. */
  void report(InstanceId id) {
    Node node = Objects.requireNonNull(nodes.get(id));
    TreeMap<ResourceKey, TreeMap<Integer, ReplicaState>> groups = new TreeMap<>();
    TreeMap<ResourceKey, String> models = new TreeMap<>();
    for (Replica replica : node.replicas.values()) {
      models.put(replica.key, replica.model.name());
      groups
          .computeIfAbsent(replica.key, k -> new TreeMap<>())
          .put(
              replica.partition,
              new ReplicaState(
                  replica.state,
                  replica.token,
                  Optional.ofNullable(replica.next)
                      .map(to -> new ReplicaState.InFlight(to, replica.nextToken)),
                  replica.state.equals(StateModel.ERROR) ? "failed on purpose" : replica.late,
                  replica.failures));
    }
    ImmutableSortedMap.Builder<ResourceKey, ReportBucket.Group> all =
        ImmutableSortedMap.naturalOrder();
    groups.forEach((key, replicas) -> all.put(
        key,
        new ReportBucket.Group(
            Objects.requireNonNull(models.get(key)), ImmutableSortedMap.copyOfSorted(replicas))));
    reports.put(
        id, new ReportBucket(node.incarnation, ++node.sequence, node.taken, all.buildOrThrow()));
  }

  /** Everybody does all there is to do, until nothing more happens. */
  void settle() {
    // What was not told before is told now.
    nodes.keySet().forEach(this::report);
    for (int round = 0; round < 100; round++) {
      int decisions = pass();
      boolean moved = false;
      for (InstanceId id : nodes.keySet()) {
        takeUp(id);
        for (Replica replica : inFlight(id)) {
          finish(id, replica);
          moved = true;
        }
        report(id);
      }
      if (decisions == 0 && !moved) {
        return;
      }
    }
    throw new AssertionError("does not settle: " + plan());
  }

  /** The states of a partition, by instance, as the processes hold them. */
  ImmutableSortedMap<String, String> states(ResourceKey key, int partition) {
    TreeMap<String, String> states = new TreeMap<>();
    nodes.forEach((id, node) -> {
      @Nullable Replica replica = node.replicas.get(key + "/" + partition);
      if (replica != null) {
        states.put(id.name(), replica.state);
      }
    });
    return ImmutableSortedMap.copyOfSorted(states);
  }
}
