// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.HeddleController;
import io.heddle.model.InstanceSpec;
import io.heddle.participant.HeddleParticipant;
import io.heddle.runtime.Loop;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.Children;
import io.heddle.store.SessionOptions;
import io.heddle.store.StoreSession;
import io.heddle.store.memory.MemoryStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A whole cluster in the process: in-memory store, controller, participants, driver. */
final class TaskCluster implements AutoCloseable {
  static final Duration DEADLINE = Duration.ofSeconds(30);

  final MemoryStore store = new MemoryStore();
  final ClusterAdmin admin = ClusterAdmin.builder(store, ThreadLoop::new, "c").build();
  final TaskDriver driver = TaskDriver.builder(store, "c").build();
  private final Map<String, List<Loop>> loops = Collections.synchronizedMap(new LinkedHashMap<>());
  private final Map<String, HeddleParticipant> participants = new LinkedHashMap<>();
  private final Loop loop = new ThreadLoop("cluster-test");
  private final StoreSession session =
      store.open(SessionOptions.of(Duration.ofSeconds(10)), loop, event -> {});
  private HeddleController controller;

  TaskCluster() {
    get(admin.createCluster());
    controller = newController();
  }

  static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("no answer", e);
    }
  }

  private HeddleController newController() {
    HeddleController next = HeddleController.builder(store, "c")
        .sessionTimeout(Duration.ofSeconds(10))
        .extension(TaskExtension.create())
        .build();
    get(next.start());
    return next;
  }

  /** The controller leaves, and another one takes over. */
  void replaceController() {
    HeddleController next = newController();
    controller.close();
    controller = next;
    await(() -> next.epoch().isPresent());
  }

  void stopController() {
    controller.close();
    await(() -> children("/c").stream().noneMatch("leader"::equals));
  }

  void startController() {
    controller = newController();
  }

  /** The names below a znode; none if it is not there. */
  List<String> children(String path) {
    CompletableFuture<Children> answer = new CompletableFuture<>();
    loop.execute(() -> session.children(path, answer::complete));
    return get(answer) instanceof Children.Found found ? found.names() : List.of();
  }

  HeddleParticipant participant(String name, Consumer<TaskParticipant.Builder> tasks) {
    get(admin.addInstance(InstanceSpec.of(name)));
    return start(name, tasks);
  }

  HeddleParticipant start(String name, Consumer<TaskParticipant.Builder> tasks) {
    TaskParticipant.Builder builder = TaskParticipant.builder();
    tasks.accept(builder);
    HeddleParticipant participant = HeddleParticipant.builder(store, "c", name)
        .sessionTimeout(Duration.ofSeconds(10))
        .loops(loop -> {
          Loop made = new ThreadLoop(loop);
          loops.computeIfAbsent(name, n -> new ArrayList<>()).add(made);
          return made;
        })
        .extension(builder.build())
        .build();
    get(participant.start());
    participants.put(name, participant);
    return participant;
  }

  /** Its session ends as if its time were over. */
  void expire(String name) {
    List<Loop> own = List.copyOf(loops.getOrDefault(name, List.of()));
    store.expireSessionsOf(own::contains);
  }

  static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("it did not come about within " + DEADLINE);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
    }
  }

  @Override
  public void close() {
    driver.close();
    participants.values().forEach(HeddleParticipant::close);
    controller.close();
    admin.close();
    loop.execute(session::close);
    loop.close();
    store.close();
  }
}
