// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.heddle;

import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.HeddleController;
import io.heddle.model.InstanceSpec;
import io.heddle.participant.HeddleParticipant;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.zookeeper.ZooKeeperStore;
import io.heddle.task.TaskExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One cluster with its roles, all in this process. Confined to the thread that does the work. */
final class BenchCluster implements AutoCloseable {
  /** How long a single step of a set-up may take. */
  static final Duration BOUND = Duration.ofMinutes(2);

  final ZooKeeperStore store;
  final String name;
  final ClusterAdmin admin;
  private final List<HeddleParticipant> participants = new ArrayList<>();
  private final List<Runnable> closings = new ArrayList<>();

  /** A new cluster, without instances and without a controller. */
  BenchCluster(String connectString, String name) throws Exception {
    this.name = name;
    this.store = new ZooKeeperStore(connectString);
    this.admin = ClusterAdmin.builder(store, ThreadLoop::new, name).build();
    get(admin.createCluster());
  }

  /** The answer. */
  static <T> T get(CompletionStage<T> stage)
      throws InterruptedException, ExecutionException, TimeoutException {
    return stage.toCompletableFuture().get(BOUND.toSeconds(), TimeUnit.SECONDS);
  }

  /** A controller with the task framework, started. */
  HeddleController controller() throws Exception {
    HeddleController controller =
        HeddleController.builder(store, name).extension(TaskExtension.create()).build();
    onClose(controller::close);
    get(controller.start());
    return controller;
  }

  /**
   * Adds instances and starts them, all at once.
   *
   * @param equipment what each of them can do
   */
  void participants(int count, Consumer<HeddleParticipant.Builder> equipment) throws Exception {
    List<CompletionStage<Void>> starts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String instance = "node-" + participants.size();
      get(admin.addInstance(InstanceSpec.of(instance)));
      HeddleParticipant.Builder builder = HeddleParticipant.builder(store, name, instance);
      equipment.accept(builder);
      HeddleParticipant participant = builder.build();
      participants.add(participant);
      starts.add(participant.start());
    }
    for (CompletionStage<Void> start : starts) {
      get(start);
    }
  }

  /** Does something before the cluster's own roles are closed. */
  void onClose(Runnable closing) {
    closings.add(0, closing);
  }

  @Override
  public void close() {
    participants.forEach(HeddleParticipant::close);
    closings.forEach(Runnable::run);
    admin.close();
    store.close();
  }
}
