// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.controller.StaleDecisionException;
import io.heddle.controller.WriteBatch;
import io.heddle.model.Cluster;
import io.heddle.model.ClusterSpec;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.Participant;
import io.heddle.model.ReplicaState;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.InstanceView;
import io.heddle.pipeline.Plan;
import io.heddle.pipeline.ResourceView;
import io.heddle.pipeline.Sections;
import io.heddle.pipeline.Snapshot;
import io.heddle.runtime.Loop;
import io.heddle.schema.CachedNode;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.Stat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The controller's side without a controller: plans with the two stages, and carries the plan out
 * on documents in a map, through the real codecs. Time stands still unless it is moved.
 */
final class TaskWorld {
  static final ClusterPaths PATHS = new ClusterPaths("test");

  final TreeMap<String, byte[]> documents = new TreeMap<>();
  private final TreeMap<String, Long> created = new TreeMap<>();
  final TreeMap<InstanceId, InstanceSpec> specs = new TreeMap<>();
  /** Instances that an extension has evacuated, though no operator has. */
  final TreeSet<InstanceId> emptied = new TreeSet<>();
  /** Instances of which it cannot be read whether they live. */
  final java.util.TreeSet<InstanceId> unclear = new java.util.TreeSet<>();

  final TreeMap<InstanceId, Long> live = new TreeMap<>();
  final TreeMap<ResourceId, ResourceView> resources = new TreeMap<>();
  final TreeMap<InstanceId, TreeMap<Integer, String>> replicas = new TreeMap<>();
  private final ManualLoop loop = new ManualLoop();
  private TaskReign reign;
  private long epoch = 1;
  private long counter = 1;
  private long zxid = 100;
  int writes;

  TaskWorld() {
    reign = new TaskReign(PATHS, loop, epoch);
  }

  /** A clock that only the test moves. */
  static final class ManualLoop implements Loop {
    private long nanos = 1_000_000_000;

    @Override
    public void execute(Runnable task) {
      task.run();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
      throw new UnsupportedOperationException();
    }

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public long wallMillis() {
      return nanos / 1_000_000;
    }

    @Override
    public void close() {}
  }

  void sleep(Duration time) {
    loop.nanos += time.toNanos();
  }

  /** Another controller takes office: it knows what is written, and nothing else. */
  void newLeader() {
    epoch++;
    counter = 1;
    reign = new TaskReign(PATHS, loop, epoch);
    documents.keySet().forEach(this::tell);
  }

  InstanceId instance(String name, String... tags) {
    InstanceSpec.Builder spec = InstanceSpec.builder(name);
    for (String tag : tags) {
      spec.tag(tag);
    }
    InstanceId id = InstanceId.of(name);
    specs.put(id, spec.build());
    live.put(id, 1L);
    return id;
  }

  void resource(String name, int partitions) {
    ResourceSpec spec = ResourceSpec.builder(name)
        .partitions(partitions)
        .stateModel(StateModels.MASTER_SLAVE)
        .build();
    resources.put(spec.id(), new ResourceView(new ResourceKey(spec.id(), 7), spec));
  }

  WorkflowKey submit(WorkflowSpec spec) {
    String path = TaskPaths.spec(PATHS, spec.name());
    put(path, SpecCodec.WORKFLOW, new WorkflowDocument(spec, WorkflowDocument.Target.RUN));
    return new WorkflowKey(spec.name(), Objects.requireNonNull(created.get(path)));
  }

  void target(WorkflowKey key, WorkflowDocument.Target target) {
    String path = TaskPaths.spec(PATHS, key.name());
    put(path, SpecCodec.WORKFLOW, get(path, SpecCodec.WORKFLOW).orElseThrow().with(target));
  }

  <T> Optional<T> get(String path, Codec<T> codec) {
    return Optional.ofNullable(documents.get(path)).map(codec::decode);
  }

  <T> void put(String path, Codec<T> codec, T document) {
    documents.put(path, codec.encode(document));
    created.putIfAbsent(path, ++zxid);
    tell(path);
  }

  private void tell(String path) {
    List<String> parts = PATHS.parts(path);
    byte[] data = documents.get(path);
    if (data == null) {
      created.remove(path);
      reign.removed(parts);
    } else {
      Stat stat = new Stat(Objects.requireNonNull(created.get(path)), ++zxid, 0, 0);
      reign.changed(parts, new CachedNode(new Node(path, data, stat)));
    }
  }

  Snapshot snapshot() {
    ImmutableSortedMap.Builder<InstanceId, InstanceView> instances =
        ImmutableSortedMap.naturalOrder();
    specs.forEach((id, spec) -> instances.put(
        id,
        new InstanceView(
            id,
            Optional.of(spec),
            Optional.ofNullable(unclear.contains(id) ? null : live.get(id))
                .map(n -> new LiveInstance(
                    id,
                    n,
                    n,
                    "h",
                    1,
                    Optional.empty(),
                    "v",
                    ImmutableSortedMap.of(TaskParticipant.SLOTS, 1_000L))),
            unclear.contains(id) ? Optional.of("/test/live/" + id + "/s") : Optional.empty(),
            ImmutableSortedMap.of(),
            reports(id))));
    return new Snapshot(
        "test",
        epoch,
        counter,
        loop.wallMillis(),
        loop.nanoTime(),
        ClusterSpec.DEFAULT,
        instances.buildOrThrow(),
        ImmutableSortedMap.copyOfSorted(resources),
        ImmutableSortedMap.copyOf(StateModels.BUILT_IN),
        ImmutableSortedSet.of(),
        ImmutableSortedMap.of(),
        ImmutableList.of(),
        Sections.EMPTY.with(TaskSection.KEY, reign.snapshot()));
  }

  private ImmutableSortedMap<String, ReportBucket> reports(InstanceId id) {
    if (!replicas.containsKey(id) || !live.containsKey(id)) {
      return ImmutableSortedMap.of();
    }
    ImmutableSortedMap.Builder<Integer, ReplicaState> states = ImmutableSortedMap.naturalOrder();
    replicas.get(id).forEach((p, state) -> states.put(p, ReplicaState.of(state, 0)));
    ResourceView resource = resources.firstEntry().getValue();
    return ImmutableSortedMap.of(
        "0-0",
        new ReportBucket(
            live.get(id),
            1,
            1,
            ImmutableSortedMap.of(
                resource.key(), new ReportBucket.Group("MasterSlave", states.buildOrThrow()))));
  }

  Plan plan() {
    return draft().plan();
  }

  Draft draft() {
    Draft start = Draft.start(snapshot());
    Draft draft = new SettleStage().apply(start.with(cluster(start.cluster())));
    return new RemovalStage().apply(new ScheduleStage().apply(draft));
  }

  private Cluster cluster(Cluster empty) {
    ImmutableSortedMap.Builder<InstanceId, Participant> members = ImmutableSortedMap.naturalOrder();
    specs.forEach((id, spec) -> members.put(
        id,
        new Participant(
            emptied.contains(id)
                ? spec.toBuilder().operation(InstanceOperation.EVACUATE).build()
                : spec,
            Optional.empty(),
            Optional.empty())));
    return new Cluster(empty.name(), empty.nowMillis(), members.buildOrThrow(), empty.resources());
    Snapshot snapshot = snapshot();
    Draft draft = new SettleStage().apply(Draft.start(snapshot));
    return new RemovalStage().apply(new ScheduleStage().apply(draft)).plan();
  }

  /** One pass; tells whether it did something. */
  boolean pass() {
    Plan plan = plan();
    counter = plan.counter();
    plan.decisions().forEach(this::carryOut);
    return !plan.decisions().isEmpty();
  }

  /** Passes until nothing is left to do. */
  void settle() {
    for (int i = 0; pass(); i++) {
      if (i > 1_000) {
        throw new IllegalStateException("it never comes to rest: " + plan().decisions());
      }
    }
  }

  /** All or nothing, as a transaction. */
  void carryOut(Decision decision) {
    Batch batch = new Batch();
    List<TaskChange> requests = new ArrayList<>();
    for (Change change : decision.changes()) {
      if (change instanceof Change.ProveGone gone) {
        if (specs.containsKey(gone.instance()) || live.containsKey(gone.instance())) {
          throw new IllegalStateException(gone.instance() + " is not gone");
        }
        continue;
      }
      TaskChange request = (TaskChange) ((Change.OfExtension) change).request();
      requests.add(request);
      reign.render(request, batch);
    }
    batch.commit();
    requests.forEach(reign::performed);
  }

  private final class Batch implements WriteBatch {
    private final Map<String, Optional<byte[]>> changed = new LinkedHashMap<>();

    @Override
    public <T> void edit(String path, Codec<T> codec, UnaryOperator<Optional<T>> edit) {
      Optional<byte[]> before =
          changed.getOrDefault(path, Optional.ofNullable(documents.get(path)));
      changed.put(path, edit.apply(before.map(codec::decode)).map(codec::encode));
    }

    @Override
    public <T> void touch(String path, Codec<T> codec) {
      throw new StaleDecisionException("not used by tasks");
    }

    @Override
    public void delete(String path) {
      changed.put(path, Optional.empty());
    }

    @Override
    public void requireAbsent(String path, Op.CreateMode mode) {
      throw new StaleDecisionException("not used by tasks");
    }

    void commit() {
      changed.forEach((path, data) -> {
        if (data.isEmpty()) {
          documents.remove(path);
          writes++;
          tell(path);
        } else if (!java.util.Arrays.equals(data.get(), documents.get(path))) {
          documents.put(path, data.get());
          created.putIfAbsent(path, ++zxid);
          writes++;
          tell(path);
        }
      });
    }
  }

  // Participants.

  /** An attempt as a participant sees it. */
  record Attempt(InstanceId instance, JobKey job, int task, long token, int number) {}

  /** What an instance's living incarnation is given. */
  List<Attempt> given(InstanceId instance) {
    List<Attempt> attempts = new ArrayList<>();
    for (WorkBucket bucket : work(instance).values()) {
      if (!Optional.of(bucket.incarnation()).equals(Optional.ofNullable(live.get(instance)))) {
        continue;
      }
      bucket
          .groups()
          .forEach((job, group) -> group.ranges().forEach(range -> {
            for (int task = range.first(); task < range.end(); task++) {
              attempts.add(new Attempt(instance, job, task, range.tokenOf(task), range.attempt()));
            }
          }));
    }
    return attempts;
  }

  Map<String, WorkBucket> work(InstanceId instance) {
    return buckets("work", instance, WorkCodecs.WORK);
  }

  Map<String, OutcomeBucket> outcomes(InstanceId instance) {
    return buckets("outcomes", instance, WorkCodecs.OUTCOMES);
  }

  private <T> Map<String, T> buckets(String section, InstanceId instance, Codec<T> codec) {
    TreeMap<String, T> found = new TreeMap<>();
    String parent = PATHS.in(section, instance.name()) + "/";
    documents
        .subMap(parent, parent + "~")
        .forEach((path, data) -> found.put(path.substring(parent.length()), codec.decode(data)));
    return found;
  }

  /** The living incarnation reports how an attempt ended, besides what it reported before. */
  void report(Attempt attempt, AttemptEnd end, String info) {
    report(List.of(attempt), end, info);
  }

  /** The living incarnations report how attempts ended, besides what they reported before. */
  void report(List<Attempt> attempts, AttemptEnd end, String info) {
    TreeMap<String, List<Attempt>> byPath = new TreeMap<>();
    for (Attempt attempt : attempts) {
      byPath
          .computeIfAbsent(
              TaskPaths.outcomes(PATHS, attempt.instance(), attempt.job().bucket()),
              path -> new ArrayList<>())
          .add(attempt);
    }
    byPath.forEach((path, some) -> {
      Optional<OutcomeBucket> before = get(path, WorkCodecs.OUTCOMES);
      TreeMap<JobKey, List<OutcomeRange>> groups = new TreeMap<>();
      before.ifPresent(b -> b.groups().forEach((job, l) -> groups.put(job, new ArrayList<>(l))));
      some.forEach(x -> groups
          .computeIfAbsent(x.job(), job -> new ArrayList<>())
          .add(new OutcomeRange(x.task(), 1, x.token(), end, info)));
      ImmutableSortedMap.Builder<JobKey, ImmutableList<OutcomeRange>> all =
          ImmutableSortedMap.naturalOrder();
      groups.forEach((job, ranges) -> all.put(job, ImmutableList.copyOf(ranges)));
      put(
          path,
          WorkCodecs.OUTCOMES,
          new OutcomeBucket(
              Objects.requireNonNull(live.get(some.get(0).instance())),
              before.map(OutcomeBucket::q).orElse(0L) + 1,
              0,
              all.buildOrThrow()));
    });
  }

  /** Drops what is acknowledged, as rule R8 allows; a write that goes with the next report. */
  void forgetAcknowledged(InstanceId instance) {
    Map<String, WorkBucket> work = work(instance);
    outcomes(instance).forEach((name, bucket) -> {
      WorkBucket known = work.get(name);
      if (known != null && known.a() >= bucket.q() && !bucket.groups().isEmpty()) {
        put(
            TaskPaths.outcomes(PATHS, instance, name),
            WorkCodecs.OUTCOMES,
            new OutcomeBucket(
                bucket.incarnation(), bucket.q() + 1, bucket.s(), ImmutableSortedMap.of()));
      }
    });
  }

  /** The instance's process dies; its outcomes stay. */
  void die(InstanceId instance) {
    live.remove(instance);
  }

  /** A new incarnation registers. */
  void restart(InstanceId instance, long incarnation) {
    live.put(instance, incarnation);
  }

  WorkflowProgress progress(WorkflowKey key) {
    return get(TaskPaths.progress(PATHS, key.name()), ProgressCodecs.WORKFLOW)
        .orElse(WorkflowProgress.notStarted(key.uid()));
  }

  WorkflowState state(WorkflowKey key) {
    return progress(key).state();
  }

  TaskRow row(JobKey job, int task) {
    JobProgress progress = progress(job.workflow()).job(job.job());
    if (progress.place() == JobProgress.Place.INLINE) {
      return progress.tasks().row(task);
    }
    return get(
            TaskPaths.states(
                PATHS, job.workflow().name(), job.job(), task / TaskPaths.TASKS_PER_CHUNK),
            ProgressCodecs.STATES)
        .orElse(TaskRuns.EMPTY)
        .row(task);
  }
}
