// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.admin.ClusterAdmin;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceId;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.SimRandom;
import io.heddle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * An administrator who never rests: the preferred masters of one resource rotate, so that top
 * states are handed over all the time; a second resource is placed by Heddle; a third is removed
 * and added again under its name; instances are disabled and evacuated; participants leave
 * gracefully, and come back. Each kind of change goes on when the one before was answered, well or
 * badly. Confined to the simulation's thread.
 */
final class Churn {
  private static final ResourceId ROTATING = ResourceId.of("rotating");
  private static final ResourceId AGAIN = ResourceId.of("again");
  private static final int PARTITIONS = 2;
  private static final Duration REMOVAL_LIMIT = Duration.ofSeconds(15);

  private final Simulation simulation;
  private final SimCluster cluster;
  private final ClusterAdmin admin;
  private final SimRandom random;
  private final ImmutableList<InstanceId> instances;
  private final List<CompletionStage<?>> underWay = new ArrayList<>();
  private boolean over;
  private long changes;

  Churn(Simulation simulation, SimCluster cluster) {
    this.simulation = simulation;
    this.cluster = cluster;
    this.admin = cluster.admin();
    this.random = simulation.random("churn");
    this.instances = cluster.participants().stream()
        .map(InstanceId::of)
        .collect(ImmutableList.toImmutableList());
  }

  /** Adds the resources, and begins. Lets time pass. */
  void start() {
    var unused = cluster.await(admin.addResource(ResourceSpec.builder(ROTATING.name())
        .partitions(PARTITIONS)
        .replicas(2)
        .stateModel(StateModels.MASTER_SLAVE)
        .mode(rotated())
        .build()));
    unused = cluster.await(admin.addResource(ResourceSpec.builder("spread")
        .partitions(3)
        .replicas(2)
        .stateModel(StateModels.MASTER_SLAVE)
        .build()));
    unused = cluster.await(admin.addResource(again()));
    repeat(Duration.ofMillis(1_500), this::rotate);
    repeat(Duration.ofSeconds(4), this::recreate);
    repeat(Duration.ofSeconds(6), this::operate);
    repeat(Duration.ofSeconds(20), this::leave);
  }

  private static ResourceSpec again() {
    return ResourceSpec.builder(AGAIN.name())
        .replicas(2)
        .stateModel(StateModels.MASTER_SLAVE)
        .build();
  }

  private RebalanceMode rotated() {
    ImmutableSortedMap.Builder<Integer, ImmutableList<InstanceId>> lists =
        ImmutableSortedMap.naturalOrder();
    for (int partition = 0; partition < PARTITIONS; partition++) {
      int first = random.nextInt(instances.size());
      ImmutableList.Builder<InstanceId> list = ImmutableList.builder();
      for (int i = 0; i < instances.size(); i++) {
        list.add(instances.get((first + i) % instances.size()));
      }
      lists.put(partition, list.build());
    }
    return new RebalanceMode.SemiAuto(lists.buildOrThrow());
  }

  private void repeat(Duration most, Supplier<CompletionStage<?>> change) {
    simulation.schedule(random.between(Duration.ofMillis(20), most), () -> {
      if (over) {
        return;
      }
      changes++;
      CompletionStage<?> answer = change.get();
      underWay.add(answer);
      var unused = answer.whenComplete((value, failure) -> {
        underWay.remove(answer);
        repeat(most, change);
      });
    });
  }

  private CompletionStage<?> rotate() {
    RebalanceMode mode = rotated();
    return admin.updateResource(ROTATING, spec -> spec.toBuilder().mode(mode).build());
  }

  private CompletionStage<?> recreate() {
    return admin
        .removeResource(AGAIN)
        .handle((spec, failure) -> true)
        .thenCompose(any -> admin.awaitRemoved(AGAIN, REMOVAL_LIMIT))
        .thenCompose(gone -> admin.addResource(again()));
  }

  private CompletionStage<?> operate() {
    InstanceOperation operation = random.pick(List.of(
        InstanceOperation.ENABLE,
        InstanceOperation.ENABLE,
        InstanceOperation.DISABLE,
        InstanceOperation.EVACUATE));
    return admin.setOperation(random.pick(instances), operation);
  }

  /** Asks a participant to leave; some time later its process, if it still runs, is replaced. */
  private CompletionStage<?> leave() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    String name = random.pick(cluster.participants());
    SimProcess process = cluster.process(name);
    if (process.isAlive()) {
      cluster.leave(name, random.between(Duration.ofSeconds(1), Duration.ofSeconds(10)));
    }
    simulation.schedule(random.between(Duration.ZERO, Duration.ofSeconds(12)), () -> {
      if (process.isAlive()) {
        cluster.crash(name);
        cluster.restart(name);
      }
      done.complete(null);
    });
    return done;
  }

  /** Ends it: everything exists and is enabled afterwards. Lets time pass. */
  void stop() {
    over = true;
    boolean unused = simulation.runUntil(underWay::isEmpty, Duration.ofMinutes(2));
    instances.forEach(
        instance -> cluster.await(admin.setOperation(instance, InstanceOperation.ENABLE)));
    boolean missing =
        cluster.await(admin.resource(AGAIN)).map(ResourceSpec::deleting).orElse(true);
    if (missing) {
      cluster.await(admin.awaitRemoved(AGAIN, Duration.ofSeconds(50)));
      var key = cluster.await(admin.addResource(again()));
      simulation.trace("churn", "adds again", key);
    }
  }

  /** How many changes were asked for. */
  long changes() {
    return changes;
  }
}
