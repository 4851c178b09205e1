// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.harness.FragileNetwork;
import io.heddle.harness.VirtualTime;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceSpec;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.StateModelFactory;
import io.heddle.pipeline.Plan;
import io.heddle.runtime.Loop;
import io.heddle.store.memory.CommittedTxn;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rule R4 in the controller: an answer that was lost is neither a yes nor a no. */
class UnknownOutcomeTest {
  private static final InstanceId A = InstanceId.of("a");

  private final VirtualTime time = new VirtualTime();
  private final MemoryStore store = new MemoryStore(time.newLoop(), new FragileNetwork());
  private final FragileNetwork network = new FragileNetwork();
  private final ClusterAdmin admin =
      ClusterAdmin.builder(store, name -> time.newLoop(), "c").build();
  private final List<String> calls = new ArrayList<>();
  private final List<String> assigned = new ArrayList<>();
  private final List<Plan> plans = new ArrayList<>();

  static IntStream replies() {
    return IntStream.rangeClosed(1, 24);
  }

  private <T> void done(CompletionStage<T> stage) {
    time.pass(Duration.ofMillis(200));
    assertThat(stage.toCompletableFuture()).isCompleted();
  }

  private void noted(CommittedTxn txn) {
    for (CommittedTxn.Change change : txn.changes()) {
      if (change.path().startsWith("/c/assignments/a/")) {
        assigned.add(change.kind().name());
      }
    }
  }

  private HeddleController controller() {
    return HeddleController.builder(store.through(network), "c")
        .loops(name -> time.newLoop())
        .sessionTimeout(Duration.ofSeconds(12))
        .listener(new ControllerListener() {
          @Override
          public void planned(Plan plan) {
            plans.add(plan);
          }
        })
        .build();
  }

  /**
   * OFFLINE to MASTER on one instance takes one write: the only replica is told the top state at
   * once. Whether the answer to it is lost, or another one, it is written once.
   */
  @ParameterizedTest
  @MethodSource("replies")
  void decidesOnceWhicheverAnswerWasLost(int reply) {
    done(admin.createCluster());
    done(admin.addInstance(InstanceSpec.of("a")));
    Loop loop = time.newLoop();
    HeddleParticipant participant = HeddleParticipant.builder(store, "c", "a")
        .loops(name -> loop)
        .callbackExecutor(Runnable::run)
        .stateModel(
            StateModels.MASTER_SLAVE,
            StateModelFactory.ofHandler(
                partition -> context -> calls.add(context.from() + ">" + context.to())))
        .build();
    done(participant.start());
    HeddleController controller = controller();
    done(controller.start());
    store.onCommit(this::noted);
    network.loseReply(reply);

    done(admin.addResource(ResourceSpec.builder("db")
        .partitions(1)
        .replicas(1)
        .stateModel(StateModels.MASTER_SLAVE)
        .mode(new RebalanceMode.SemiAuto(ImmutableSortedMap.of(0, ImmutableList.of(A))))
        .build()));
    time.pass(Duration.ofSeconds(6));

    assertThat(calls).containsExactly("OFFLINE>SLAVE", "SLAVE>MASTER");
    assertThat(assigned).containsExactly("CREATED");
    assertThat(plans.get(plans.size() - 1).decisions()).isEmpty();
    assertThat(controller.epoch()).hasValue(1);
  }
}
