// SPDX-License-Identifier: Apache-2.0
package io.heddle;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.HeddleController;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.embedded.OperationCounts;
import io.heddle.model.InstanceSpec;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.participant.HeddleParticipant;
import io.heddle.participant.StateModelFactory;
import io.heddle.participant.TransitionContext;
import io.heddle.participant.TransitionHandler;
import io.heddle.runtime.ThreadLoop;
import io.heddle.spectator.RoutingTableProvider;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** All roles on a real ZooKeeper server. */
class ClusterIT {
  private static final Duration DEADLINE = Duration.ofSeconds(60);
  private static final int PARTITIONS = 6;
  private static final int REPLICAS = 3;

  private final EmbeddedZooKeeper zooKeeper =
      EmbeddedZooKeeper.builder().fsync(false).start();
  private final ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
  private final ClusterAdmin admin =
      ClusterAdmin.builder(store, ThreadLoop::new, "c").build();
  private final RoutingTableProvider routing =
      RoutingTableProvider.builder(store, ThreadLoop::new, "c").build();
  private final Map<String, HeddleParticipant> participants = new TreeMap<>();
  private final List<HeddleController> controllers = new ArrayList<>();
  private final Map<String, Long> tokens = new ConcurrentHashMap<>();

  @BeforeEach
  void createTheCluster() throws Exception {
    get(admin.createCluster());
    controller("one");
    get(routing.start());
  }

  @AfterEach
  void close() {
    participants.values().forEach(HeddleParticipant::close);
    controllers.forEach(HeddleController::close);
    routing.close();
    admin.close();
    store.close();
    zooKeeper.close();
  }

  @Test
  void closingARoleAndThenItsStoreLeavesNoEphemeral() throws Exception {
    for (int round = 0; round < 5; round++) {
      ZooKeeperStore own = new ZooKeeperStore(zooKeeper.connectString());
      if (get(admin.instances()).isEmpty()) {
        get(admin.addInstance(InstanceSpec.of("short-lived")));
      }
      HeddleParticipant participant = HeddleParticipant.builder(own, "c", "short-lived")
          .sessionTimeout(Duration.ofSeconds(60))
          .stateModel(
              StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(partition -> new Handler()))
          .build();
      get(participant.start());
      assertThat(get(admin.liveInstances())).hasSize(1);

      participant.close();
      own.close();

      assertThat(get(admin.liveInstances())).as("round %s", round).isEmpty();
    }
  }

  private HeddleController controller(String id) throws Exception {
    HeddleController controller = HeddleController.builder(store, "c")
        .id(id)
        .sessionTimeout(Duration.ofSeconds(6))
        .build();
    controllers.add(controller);
    get(controller.start());
    return controller;
  }

  /** Serves at once, and notes the tokens. */
  private final class Handler implements TransitionHandler {
    @Override
    public void transition(TransitionContext context) {
      if (context.to().equals("MASTER")) {
        tokens.merge(context.partition().toString(), context.fencingToken(), (before, now) -> {
          assertThat(now).isGreaterThan(before);
          return now;
        });
      }
    }
  }

  private HeddleParticipant participant(String name) throws Exception {
    if (get(admin.instances()).keySet().stream().noneMatch(id -> id.name().equals(name))) {
      get(admin.addInstance(InstanceSpec.of(name)));
    }
    HeddleParticipant participant = HeddleParticipant.builder(store, "c", name)
        .sessionTimeout(Duration.ofSeconds(6))
        .stateModel(
            StateModels.MASTER_SLAVE, StateModelFactory.ofHandler(partition -> new Handler()))
        .build();
    participants.put(name, participant);
    get(participant.start());
    return participant;
  }

  private void addDocuments() throws Exception {
    get(admin.addResource(ResourceSpec.builder("documents")
        .partitions(PARTITIONS)
        .replicas(REPLICAS)
        .stateModel(StateModels.MASTER_SLAVE)
        .build()));
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  private void await(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + DEADLINE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("%s; %s", what, routing.table()).isLessThan(end);
      LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
    }
  }

  private boolean serves(int replicas) {
    for (int p = 0; p < PARTITIONS; p++) {
      if (routing.getInstances("documents", p, "MASTER").size() != 1
          || routing.getInstances("documents", p, "SLAVE").size() != replicas - 1) {
        return false;
      }
    }
    return true;
  }

  private long mastersOn(String instance) {
    long masters = 0;
    for (int p = 0; p < PARTITIONS; p++) {
      masters += routing.getInstances("documents", p, "MASTER").stream()
          .filter(route -> route.instance().name().equals(instance))
          .count();
    }
    return masters;
  }

  @Test
  void bringsAResourceUpEvenly() throws Exception {
    addDocuments();
    participant("a");
    participant("b");
    participant("d");

    await(
        "six partitions of three",
        () ->
            serves(REPLICAS) && mastersOn("a") == 2 && mastersOn("b") == 2 && mastersOn("d") == 2);
  }

  @Test
  void aStoppedParticipantHandsItsRolesOverFirst() throws Exception {
    addDocuments();
    participant("a");
    participant("b");
    HeddleParticipant leaving = participant("d");
    await("all served", () -> serves(REPLICAS));

    get(leaving.stop(Duration.ofSeconds(20)));

    await("served by the others", () -> serves(2));
    assertThat(mastersOn("d")).isZero();
  }

  @Test
  void aLostSessionFailsOver() throws Exception {
    addDocuments();
    participant("a");
    participant("b");
    participant("d");
    await("all served", () -> serves(REPLICAS) && mastersOn("d") == 2);

    participants.get("d").close();

    await("served by the others", () -> serves(2));
  }

  @Test
  void aStandbyTakesOverWithoutATransition() throws Exception {
    addDocuments();
    participant("a");
    participant("b");
    participant("d");
    await("all served", () -> serves(REPLICAS) && mastersOn("a") == 2 && mastersOn("b") == 2);
    HeddleController standby = controller("two");
    Map<String, Long> before = Map.copyOf(tokens);

    controllers.get(0).close();

    await("the standby is in office", () -> standby.epoch().isPresent());
    participant("e");
    await("it moves masters to the newcomer", () -> serves(REPLICAS) && mastersOn("e") >= 1);
    assertThat(before).isNotEmpty();
  }

  @Test
  void aDeletedResourceGoesForGood() throws Exception {
    addDocuments();
    participant("a");
    await("served", () -> serves(1));

    get(admin.removeResource(ResourceId.of("documents")));
    get(admin.awaitRemoved(ResourceId.of("documents"), DEADLINE));

    await("nobody serves", () -> routing.getInstances("documents", 0).isEmpty());
  }

  @Test
  void anIdleClusterWritesNothing() throws Exception {
    addDocuments();
    participant("a");
    participant("b");
    participant("d");
    await("all served", () -> serves(REPLICAS) && mastersOn("a") == 2 && mastersOn("b") == 2);
    awaitQuiet();
    OperationCounts before = zooKeeper.operations();

    // Nothing signals that nothing happens: several lease probes go by.
    long multis = before.multis() + 12;
    await("lease probes", () -> zooKeeper.operations().multis() >= multis);

    assertThat(zooKeeper.operations().since(before).writes()).isZero();
  }

  /** Waits until two lease probes have gone by without a write. */
  private void awaitQuiet() {
    OperationCounts[] last = {zooKeeper.operations()};
    await("quiet", () -> {
      OperationCounts now = zooKeeper.operations();
      if (now.writes() != last[0].writes()) {
        last[0] = now;
      }
      return now.multis() >= last[0].multis() + 3;
    });
  }

  @Test
  void oneTransitionOfFortyInstancesTakesFourWrites() throws Exception {
    for (int i = 0; i < 40; i++) {
      participant("i" + i);
    }
    get(admin.addResource(ResourceSpec.builder("documents")
        .partitions(1)
        .replicas(1)
        .stateModel(StateModels.MASTER_SLAVE)
        .build()));
    await("served", () -> !routing.getInstances("documents", 0, "MASTER").isEmpty());
    awaitQuiet();
    OperationCounts before = zooKeeper.operations();

    get(admin.updateResource(
        ResourceId.of("documents"), spec -> spec.toBuilder().replicas(2).build()));
    await("a slave", () -> routing.getInstances("documents", 0, "SLAVE").size() == 1);
    awaitQuiet();

    OperationCounts spent = zooKeeper.operations().since(before);
    // One of the writes is the administrator's.
    assertThat(spent.writes()).isLessThanOrEqualTo(4);
    assertThat(spent.reads()).isLessThanOrEqualTo(20);
  }
}
