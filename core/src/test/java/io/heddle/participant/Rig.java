// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.VirtualTime;
import io.heddle.harness.Waiting;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.LiveInstance;
import io.heddle.model.ReportBucket;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import io.heddle.runtime.Loop;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Buckets;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Codec;
import io.heddle.schema.Specs;
import io.heddle.store.Commit;
import io.heddle.store.Node;
import io.heddle.store.Op;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Participants of one instance on virtual time, and a client that plays the controller. Confined to
 * the test's thread.
 */
final class Rig {
  static final Duration TIMEOUT = Duration.ofSeconds(12);
  static final Duration MOMENT = Duration.ofMillis(1);
  static final InstanceId DB1 = InstanceId.of("DB-1");
  static final ResourceKey RESOURCE = new ResourceKey(ResourceId.of("documents"), 7);
  static final String BUCKET = Buckets.ofPartition(RESOURCE, 0);

  final VirtualTime time = new VirtualTime();
  final MemoryStore store = new MemoryStore(time.newLoop(), new FragileNetwork());
  final ClusterPaths paths = new ClusterPaths("orders");
  private final StoreSession controller;
  private final TreeMap<Integer, Target> targets = new TreeMap<>();
  private long assigned = Token.of(1, 0);

  Rig() {
    ClusterAdmin admin =
        ClusterAdmin.builder(store, name -> time.newLoop(), "orders").build();
    done(admin.createCluster());
    done(admin.addInstance(InstanceSpec.of("DB-1")));
    admin.close();
    controller = store.open(SessionOptions.of(Duration.ofHours(1)), time.newLoop(), event -> {});
    pass(MOMENT);
  }

  <T> T done(CompletionStage<T> stage) {
    pass(Duration.ofMillis(100));
    if (!stage.toCompletableFuture().isDone()) {
      throw new AssertionError("not done within a tenth of a second");
    }
    return Waiting.get(stage);
  }

  void pass(Duration duration) {
    time.pass(duration);
  }

  /** Lets everything happen that takes no time. */
  void settle() {
    pass(MOMENT);
  }

  Commit commit(Op... ops) {
    List<Commit> answers = new ArrayList<>();
    controller.commit(List.of(ops), answers::add);
    settle();
    return answers.get(0);
  }

  @Nullable Node node(String path) {
    return store.contents().get(path);
  }

  private <T> Optional<T> document(String path, Codec<T> codec) {
    return Optional.ofNullable(node(path)).map(node -> codec.decode(node.data()));
  }

  Optional<LiveInstance> live() {
    return document(paths.live(DB1), Specs.LIVE);
  }

  long n() {
    return live().orElseThrow().incarnation();
  }

  ReportBucket report() {
    return document(paths.report(DB1, BUCKET), BucketCodecs.REPORT).orElseThrow();
  }

  /** {@code state#token>inFlight} as last reported of a partition; nothing if there is none. */
  String reported(int partition) {
    return document(paths.report(DB1, BUCKET), BucketCodecs.REPORT)
        .flatMap(report -> report.replica(RESOURCE, partition))
        .map(r -> r.state()
            + (r.token() == Token.NONE ? "" : "#" + r.token())
            + r.inFlight().map(f -> ">" + f.to()).orElse("")
            + (r.error().isEmpty() ? "" : "!" + r.error()))
        .orElse("");
  }

  /** Changes one target for the living incarnation; what it does takes no time. */
  long assign(int partition, String state, long token) {
    return assign(n(), partition, state, token);
  }

  long assign(long n, int partition, String state, long token) {
    targets.put(partition, new Target(state, assigned + 1, token, false));
    return write(n);
  }

  /** Takes all entries out of the assignment. */
  long forgetAll() {
    targets.clear();
    return write(n());
  }

  long write(long n) {
    long q = ++assigned;
    AssignmentBucket bucket = new AssignmentBucket(
        1,
        n,
        q,
        0,
        targets.isEmpty()
            ? ImmutableSortedMap.of()
            : ImmutableSortedMap.of(
                RESOURCE,
                new AssignmentBucket.Group("MasterSlave", ImmutableSortedMap.copyOf(targets))));
    String path = paths.assignment(DB1, BUCKET);
    byte[] data = BucketCodecs.ASSIGNMENT.encode(bucket);
    Op op = node(path) == null
        ? new Op.Create(path, data, Op.CreateMode.PERSISTENT, List.of())
        : new Op.Set(path, data, Op.ANY_VERSION);
    Commit answer = commit(op);
    if (!(answer instanceof Commit.Applied)) {
      throw new AssertionError(answer);
    }
    return q;
  }

  /** A process of the instance, whose callbacks are recorded. */
  final class Member {
    final FragileNetwork network = new FragileNetwork();
    final Loop loop = time.newLoop();
    final List<String> calls = new ArrayList<>();
    final List<TransitionContext> contexts = new ArrayList<>();
    final Deque<Runnable> held = new ArrayDeque<>();
    final HeddleParticipant participant;
    boolean holding;

    /** Whether a promotion's callback asks for its token, and lets through what that throws. */
    boolean askingForTokens;

    /** The token of the latest promotion that asked for it. */
    long promotedWith;

    @Nullable RuntimeException failure;

    Member(Extras extras) {
      Executor executor = task -> {
        if (holding) {
          held.add(task);
        } else {
          task.run();
        }
      };
      HeddleParticipant.Builder builder = HeddleParticipant.builder(
              store.through(network), "orders", "DB-1")
          .stateModel(
              StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(partition -> this::called))
          .sessionTimeout(TIMEOUT)
          .loops(name -> loop)
          .callbackExecutor(executor)
          .host("host-1")
          .process(4711);
      extras.add(builder);
      participant = builder.build();
    }

    private void called(TransitionContext context) {
      calls.add(context.partition().number() + " " + context.from() + ">" + context.to());
      contexts.add(context);
      if (failure != null) {
        throw failure;
      }
      if (askingForTokens && context.to().equals("MASTER")) {
        promotedWith = context.fencingToken();
      }
    }

    TransitionContext lastContext() {
      return contexts.get(contexts.size() - 1);
    }

    /** Lets the callbacks return that were held, and no longer holds any. */
    void release() {
      holding = false;
      while (!held.isEmpty()) {
        held.remove().run();
      }
      settle();
    }

    ParticipantStatus.Phase phase() {
      return done(participant.status()).phase();
    }
  }

  /** More for a builder. */
  interface Extras {
    void add(HeddleParticipant.Builder builder);
  }

  Member process() {
    return process(builder -> {});
  }

  Member process(Extras extras) {
    return new Member(extras);
  }

  /** A process that is registered. */
  Member started() {
    return started(builder -> {});
  }

  Member started(Extras extras) {
    Member process = process(extras);
    Void unused = done(process.participant.start());
    return process;
  }
}
