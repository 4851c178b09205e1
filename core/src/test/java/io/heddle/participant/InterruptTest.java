// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.RawClient;
import io.heddle.harness.Waiting;
import io.heddle.model.AssignmentBucket;
import io.heddle.model.AssignmentBucket.Target;
import io.heddle.model.Bound;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceKey;
import io.heddle.model.StateModel;
import io.heddle.model.StateModels;
import io.heddle.model.Token;
import io.heddle.model.TransitionTimeouts;
import io.heddle.runtime.ThreadLoop;
import io.heddle.schema.BucketCodecs;
import io.heddle.schema.Buckets;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** A callback that hangs, with threads of its own, in real time. */
final class InterruptTest {
  private final List<String> calls = new CopyOnWriteArrayList<>();

  /** A handler that waits for ever, unless it is interrupted. */
  final class Stuck implements TransitionHandler {
    @Override
    public void transition(TransitionContext context) throws InterruptedException {
      calls.add("stuck in " + context.to() + " with a lease: " + context.lease().isValid());
      try {
        new java.util.concurrent.CountDownLatch(1).await();
      } finally {
        calls.add("freed, with a lease: " + context.lease().isValid());
      }
    }
  }

  @Test
  void interruptsACallbackWhoseTimeIsOverAndUsesItsThreadAgain() {
    ClusterPaths paths = new ClusterPaths("orders");
    InstanceId id = InstanceId.of("DB-1");
    StateModel model = StateModel.builder("Lock")
        .state("HELD", Bound.of(1))
        .state("FREE", new Bound.Unlimited())
        .initialState("FREE")
        .transition("HELD", "FREE")
        .transition("FREE", "HELD")
        .transition("FREE", "DROPPED")
        .build();
    ResourceKey stuck = new ResourceKey(ResourceId.of("locks"), 7);
    ResourceKey after = new ResourceKey(ResourceId.of("others"), 8);
    AssignmentBucket first = new AssignmentBucket(
        1,
        1,
        Token.of(1, 1),
        0,
        ImmutableSortedMap.of(
            stuck,
            new AssignmentBucket.Group(
                "Lock",
                ImmutableSortedMap.of(0, new Target("HELD", Token.of(1, 1), 90, false)),
                TransitionTimeouts.of(Duration.ofMillis(50)))));
    AssignmentBucket second = new AssignmentBucket(
        1,
        1,
        Token.of(1, 1),
        0,
        ImmutableSortedMap.of(
            after,
            new AssignmentBucket.Group(
                "OnlineOffline",
                ImmutableSortedMap.of(0, new Target("ONLINE", Token.of(1, 1), 0, false)))));
    try (MemoryStore store = new MemoryStore();
        RawClient controller = new RawClient(store);
        ClusterAdmin admin =
            ClusterAdmin.builder(store, ThreadLoop::new, "orders").build();
        HeddleParticipant participant = HeddleParticipant.builder(store, "orders", "DB-1")
            .callbackThreads(1)
            .stateModel(model, StateModelFactory.ofHandler(partition -> new Stuck()))
            .stateModel(
                StateModels.ONLINE_OFFLINE,
                StateModelFactory.ofHandler(partition -> context -> calls.add("online on "
                    + Thread.currentThread().getName() + ", interrupted: "
                    + Thread.currentThread().isInterrupted())))
            .build()) {
      ClusterAdmin.Creation unused = Waiting.get(admin.createCluster());
      Waiting.get(admin.addInstance(InstanceSpec.of("DB-1")));
      Waiting.get(participant.start());

      controller.create(
          paths.assignment(id, Buckets.ofPartition(stuck, 0)),
          BucketCodecs.ASSIGNMENT.encode(first));
      Waiting.await("freed", () -> calls.contains("freed, with a lease: false"));
      controller.create(
          paths.assignment(id, Buckets.ofPartition(after, 0)),
          BucketCodecs.ASSIGNMENT.encode(second));
      Waiting.await(
          "the thread goes on",
          () -> calls.contains("online on heddle-orders-DB-1-callback-1, interrupted: false"));

      assertThat(calls).contains("stuck in HELD with a lease: true");
      Waiting.await(
          "reported",
          () -> Waiting.get(admin.failedReplicas()).stream()
              .anyMatch(
                  failed -> failed.error().equals("locks/0 FREE>HELD: timed out after 50 ms")));
    }
  }
}
