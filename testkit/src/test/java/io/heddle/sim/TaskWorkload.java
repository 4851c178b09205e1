// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.ClusterAdmin;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModels;
import io.heddle.task.TaskDriver;
import io.heddle.task.WorkflowHandle;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowStatus;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.SimRandom;
import io.heddle.testkit.Simulation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A user who submits one workflow after another, cancels some, deletes some and submits others
 * under their names, and whose connection breaks now and then; while an administrator disables and
 * evacuates instances, and participants leave. What failed is done again. Confined to the
 * simulation's thread.
 */
final class TaskWorkload {
  private static final String DRIVER = "driver";
  private static final int MOST_WORKFLOWS = 20;
  private static final Duration AGAIN = Duration.ofSeconds(1);

  private final Simulation simulation;
  private final SimCluster cluster;
  private final SimRandom random;
  private final TaskWorkflows workflows;
  private final TaskDriver driver;
  private final Map<String, Submitted> byName = new LinkedHashMap<>();
  private final List<CompletionStage<?>> underWay = new ArrayList<>();
  private boolean over;
  private int recreated;

  /** What was submitted last under a name. */
  static final class Submitted {
    private final WorkflowSpec spec;
    private @Nullable WorkflowHandle handle;
    private @Nullable WorkflowStatus end;
    private boolean cancelled;
    private boolean deleted;

    Submitted(WorkflowSpec spec) {
      this.spec = spec;
    }

    WorkflowSpec spec() {
      return spec;
    }

    /** Whether somebody asked that it be cancelled. */
    boolean isCancelled() {
      return cancelled;
    }

    /** How it ended. */
    WorkflowStatus end() {
      if (end == null) {
        throw new IllegalStateException(spec.name() + " has not ended");
      }
      return end;
    }

    @Override
    public String toString() {
      return "%s: %s".formatted(handle, end == null ? "not ended" : end.state());
    }
  }

  TaskWorkload(Simulation simulation, SimCluster cluster) {
    this.simulation = simulation;
    this.cluster = cluster;
    this.random = simulation.random("workload");
    this.workflows = new TaskWorkflows(random);
    this.driver = TaskDriver.builder(cluster.store().memory(), cluster.paths().cluster())
        .loops(simulation.process(DRIVER))
        .sessionTimeout(cluster.sessionTimeout())
        .build();
  }

  /** Begins. Lets time pass. */
  void start() {
    var unused = cluster.await(cluster
        .admin()
        .addResource(ResourceSpec.builder(TaskWorkflows.RESOURCE)
            .partitions(TaskWorkflows.PARTITIONS)
            .replicas(2)
            .stateModel(StateModels.ONLINE_OFFLINE)
            .build()));
    repeat(Duration.ofSeconds(2), this::submit);
    repeat(Duration.ofSeconds(8), this::cancel);
    repeat(Duration.ofSeconds(6), this::recreate);
    repeat(Duration.ofSeconds(10), this::disturb);
    repeat(Duration.ofSeconds(5), this::operate);
    repeat(Duration.ofSeconds(15), this::leave);
  }

  private void repeat(Duration most, Runnable step) {
    simulation.schedule(random.between(Duration.ofMillis(20), most), () -> {
      if (!over) {
        step.run();
        repeat(most, step);
      }
    });
  }

  // Workflows.

  private void submit() {
    if (byName.size() < MOST_WORKFLOWS) {
      add("w" + (byName.size() + 1));
    }
  }

  private void add(String name) {
    Submitted submitted = new Submitted(workflows.next(name));
    byName.put(name, submitted);
    submit(submitted);
  }

  private void submit(Submitted submitted) {
    var unused = driver.submit(submitted.spec).whenComplete((handle, failure) -> {
      if (handle != null) {
        follow(submitted, handle);
      } else {
        String name = submitted.spec.name();
        simulation.trace(DRIVER, "could not submit " + name, String.valueOf(failure));
        find(name, found -> follow(submitted, found), () -> submit(submitted));
      }
    });
  }

  /** Whether one of a name is there; asked until that is known. */
  private void find(String name, Consumer<WorkflowHandle> there, Runnable absent) {
    var unused = driver.workflow(name).whenComplete((found, failure) -> {
      if (failure != null) {
        simulation.schedule(AGAIN, () -> find(name, there, absent));
      } else if (found.isPresent()) {
        there.accept(found.get());
      } else {
        absent.run();
      }
    });
  }

  private void follow(Submitted submitted, WorkflowHandle handle) {
    simulation.trace(DRIVER, "submitted", handle);
    submitted.handle = handle;
    var unused = handle.completion().whenComplete((status, failure) -> {
      if (status != null) {
        simulation.trace(DRIVER, "knows the end of " + handle.name(), status.state());
        submitted.end = status;
      } else if (!submitted.deleted) {
        simulation.schedule(Duration.ZERO, () -> {
          throw new AssertionError("[lost sight] of " + handle, failure);
        });
      }
    });
  }

  private Optional<Submitted> some() {
    List<Submitted> all =
        byName.values().stream().filter(s -> s.handle != null && !s.deleted).toList();
    return all.isEmpty() ? Optional.empty() : Optional.of(random.pick(all));
  }

  private void cancel() {
    some().ifPresent(submitted -> {
      submitted.cancelled = true;
      var unused = handle(submitted).cancel();
    });
  }

  private static WorkflowHandle handle(Submitted submitted) {
    if (submitted.handle == null) {
      throw new AssertionError("[lost sight] " + submitted.spec.name() + " was never there");
    }
    return submitted.handle;
  }

  /** Deletes one, running or ended, and submits another under its name. */
  private void recreate() {
    some().ifPresent(submitted -> {
      submitted.deleted = true;
      recreated++;
      delete(submitted);
    });
  }

  private void delete(Submitted submitted) {
    var unused = handle(submitted).delete().whenComplete((ordered, failure) -> {
      if (failure == null) {
        awaitGone(submitted);
      } else {
        simulation.schedule(AGAIN, () -> delete(submitted));
      }
    });
  }

  private void awaitGone(Submitted submitted) {
    String name = submitted.spec.name();
    find(
        name,
        found -> simulation.schedule(Duration.ofMillis(100), () -> awaitGone(submitted)),
        () -> add(name));
  }

  /** Whether the ends of all workflows are known. */
  boolean isDone() {
    return byName.values().stream().allMatch(s -> s.end != null && !s.deleted);
  }

  /** What was submitted last under each name. */
  ImmutableList<Submitted> submitted() {
    return ImmutableList.copyOf(byName.values());
  }

  /** How often a name was used again. */
  int recreated() {
    return recreated;
  }

  /** The results of a job's tasks. Lets time pass. */
  ImmutableList<String> results(Submitted submitted, String job) {
    return cluster.await(handle(submitted).results(job));
  }

  // What goes on beside.

  private void disturb() {
    if (random.chance(0.3)) {
      cluster.store().expireSessionsOf(DRIVER);
      return;
    }
    cluster.store().network().cut(DRIVER);
    simulation.schedule(
        random.between(Duration.ZERO, cluster.sessionTimeout().multipliedBy(2)),
        () -> cluster.store().network().heal(DRIVER));
  }

  private void operate() {
    InstanceOperation operation = random.pick(List.of(
        InstanceOperation.ENABLE,
        InstanceOperation.ENABLE,
        InstanceOperation.DISABLE,
        InstanceOperation.EVACUATE));
    InstanceId instance = InstanceId.of(random.pick(cluster.participants()));
    CompletionStage<?> answer = cluster.admin().setOperation(instance, operation);
    underWay.add(answer);
    var unused = answer.whenComplete((value, failure) -> underWay.remove(answer));
  }

  /** Asks a participant to leave; some time later its process, if it still runs, is replaced. */
  private void leave() {
    String name = random.pick(cluster.participants());
    SimProcess process = cluster.process(name);
    if (process.isAlive()) {
      cluster.leave(name, random.between(Duration.ofSeconds(1), Duration.ofSeconds(10)));
      simulation.schedule(random.between(Duration.ZERO, Duration.ofSeconds(12)), () -> {
        if (process.isAlive()) {
          cluster.crash(name);
          cluster.restart(name);
        }
      });
    }
  }

  /** Ends it: everything is enabled and runs afterwards. Lets time pass. */
  void stop() {
    over = true;
    cluster.store().network().heal(DRIVER);
    boolean unused = simulation.runUntil(underWay::isEmpty, Duration.ofMinutes(2));
    simulation.runFor(Duration.ofSeconds(12));
    ClusterAdmin admin = cluster.admin();
    cluster
        .participants()
        .forEach(name ->
            cluster.await(admin.setOperation(InstanceId.of(name), InstanceOperation.ENABLE)));
  }
}
