// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.harness.FragileNetwork;
import io.heddle.harness.VirtualTime;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.runtime.Loop;
import io.heddle.schema.ClusterPaths;
import io.heddle.store.Commit;
import io.heddle.store.Op;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** Waiting for a removal by a watch, on virtual time. */
class AwaitRemovedTest {
  private static final ResourceId DOCUMENTS = ResourceId.of("documents");
  private static final String PATH = new ClusterPaths("c").resource(DOCUMENTS);

  private final VirtualTime time = new VirtualTime();
  private final MemoryStore store = new MemoryStore(time.newLoop(), new FragileNetwork());
  private final FragileNetwork network = new FragileNetwork();
  private final Loop adminLoop = time.newLoop();
  private final ClusterAdmin admin =
      ClusterAdmin.builder(store.through(network), name -> adminLoop, "c").build();
  private final StoreSession controller =
      store.open(SessionOptions.of(Duration.ofHours(9)), time.newLoop(), event -> {});

  AwaitRemovedTest() {
    done(admin.createCluster());
    done(admin.addResource(
        ResourceSpec.builder("documents").stateModel(StateModels.MASTER_SLAVE).build()));
    done(admin.removeResource(DOCUMENTS));
  }

  private void done(CompletionStage<?> stage) {
    time.pass(Duration.ofMillis(100));
    assertThat(stage.toCompletableFuture()).isCompleted();
  }

  private CompletableFuture<Void> awaiting() {
    CompletableFuture<Void> removed =
        admin.awaitRemoved(DOCUMENTS, Duration.ofHours(8)).toCompletableFuture();
    time.pass(Duration.ofMillis(100));
    assertThat(removed).isNotDone();
    return removed;
  }

  private void commit(Op op) {
    List<Commit> answers = new ArrayList<>();
    controller.commit(List.of(op), answers::add);
    time.pass(Duration.ofMillis(1));
    assertThat(answers).singleElement().isInstanceOf(Commit.Applied.class);
  }

  private void delete() {
    commit(new Op.Delete(PATH, Op.ANY_VERSION));
  }

  @Test
  void asksNothingWhileItWaitsAndKnowsAtOnce() {
    CompletableFuture<Void> one = awaiting();
    CompletableFuture<Void> two = awaiting();
    long reads = store.operations().reads();

    time.pass(Duration.ofHours(1));
    commit(new Op.Create("/c/resources/other", new byte[0], Op.CreateMode.PERSISTENT, List.of()));
    assertThat(store.operations().reads()).isEqualTo(reads);
    delete();

    assertThat(one).isCompleted();
    assertThat(two).isCompleted();
  }

  @Test
  void seesWhatHappenedWhileItWasCutOff() {
    CompletableFuture<Void> removed = awaiting();
    network.cut();
    time.pass(Duration.ofMillis(100));
    delete();
    network.heal();

    time.pass(Duration.ofSeconds(5));

    assertThat(removed).isCompleted();
  }

  @Test
  void goesOnInTheNextSession() {
    CompletableFuture<Void> removed = awaiting();
    store.expireSessionsOf(loop -> loop == adminLoop);
    time.pass(Duration.ofSeconds(5));
    assertThat(removed).isNotDone();

    delete();

    assertThat(removed).isCompleted();
  }

  @Test
  void takesAnotherOfTheNameForNoneOfIt() {
    CompletableFuture<Void> removed = awaiting();
    network.cut();
    time.pass(Duration.ofMillis(100));
    delete();
    commit(new Op.Create(PATH, new byte[0], Op.CreateMode.PERSISTENT, List.of()));
    network.heal();

    time.pass(Duration.ofSeconds(5));

    assertThat(removed).isCompleted();
  }
}
