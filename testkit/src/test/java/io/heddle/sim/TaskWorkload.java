// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.ClusterAdmin;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.task.JobSpec;
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
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * A user who submits one workflow after another, whose connection breaks now and then, while an
 * administrator disables and evacuates instances, and participants leave. A submission that failed
 * is made again until the workflow is there. Confined to the simulation's thread.
 */
final class TaskWorkload {
  static final String COMMAND = "work";
  private static final String DRIVER = "driver";
  private static final int MOST_JOBS = 4;
  private static final int MOST_WORKFLOWS = 20;

  private final Simulation simulation;
  private final SimCluster cluster;
  private final SimRandom random;
  private final TaskDriver driver;
  private final Map<String, WorkflowSpec> specs = new LinkedHashMap<>();
  private final Map<String, WorkflowHandle> handles = new LinkedHashMap<>();
  private final Map<String, WorkflowStatus> ends = new LinkedHashMap<>();
  private final List<CompletionStage<?>> underWay = new ArrayList<>();
  private boolean over;

  TaskWorkload(Simulation simulation, SimCluster cluster) {
    this.simulation = simulation;
    this.cluster = cluster;
    this.random = simulation.random("workload");
    this.driver = TaskDriver.builder(cluster.store().memory(), cluster.paths().cluster())
        .loops(simulation.process(DRIVER))
        .sessionTimeout(cluster.sessionTimeout())
        .build();
  }

  /** Begins. */
  void start() {
    repeat(Duration.ofSeconds(2), this::submit);
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
    if (specs.size() < MOST_WORKFLOWS) {
      String name = "w" + (specs.size() + 1);
      WorkflowSpec spec = workflow(name);
      specs.put(name, spec);
      submit(spec);
    }
  }

  private WorkflowSpec workflow(String name) {
    WorkflowSpec.Builder workflow = WorkflowSpec.builder(name);
    // Too many tasks for the workflow's own document; not so many that they take long.
    boolean isLarge = random.chance(0.05);
    int jobs = isLarge ? 2 : 1 + random.nextInt(MOST_JOBS);
    for (int i = 0; i < jobs; i++) {
      JobSpec.Builder job = JobSpec.builder("j" + i)
          .command(COMMAND)
          .numberOfTasks(isLarge && i == 0 ? 120 : 1 + random.nextInt(8))
          .concurrentTasksPerInstance(isLarge ? 6 : 1 + random.nextInt(4));
      for (int parent = 0; parent < i; parent++) {
        if (random.chance(0.5)) {
          job.parent("j" + parent);
        }
      }
      workflow.job(job);
    }
    return workflow.build();
  }

  private void submit(WorkflowSpec spec) {
    var unused = driver.submit(spec).whenComplete((handle, failure) -> {
      if (handle != null) {
        follow(handle);
      } else {
        simulation.trace(DRIVER, "could not submit " + spec.name(), String.valueOf(failure));
        find(spec);
      }
    });
  }

  /** Whether it is there nevertheless is not known. */
  private void find(WorkflowSpec spec) {
    var unused = driver.workflow(spec.name()).whenComplete((found, failure) -> {
      Optional<WorkflowHandle> handle = failure == null ? found : Optional.empty();
      if (handle.isPresent()) {
        follow(handle.get());
      } else {
        simulation.schedule(Duration.ofSeconds(1), () -> submit(spec));
      }
    });
  }

  private void follow(WorkflowHandle handle) {
    simulation.trace(DRIVER, "submitted", handle);
    handles.put(handle.name(), handle);
    var unused = handle.completion().whenComplete((status, failure) -> {
      if (status != null) {
        simulation.trace(DRIVER, "knows the end of " + handle.name(), status.state());
        ends.put(handle.name(), status);
      } else {
        simulation.schedule(Duration.ZERO, () -> {
          throw new AssertionError("[lost sight] of " + handle, failure);
        });
      }
    });
  }

  /** Whether the ends of all workflows are known. */
  boolean isDone() {
    return ends.size() == specs.size();
  }

  /** The names of what was submitted. */
  Set<String> submitted() {
    return specs.keySet();
  }

  /** What was submitted under a name. */
  WorkflowSpec spec(String name) {
    return Objects.requireNonNull(specs.get(name), name);
  }

  /** How each ended. */
  Map<String, WorkflowStatus> ends() {
    return ends;
  }

  /** The results of a job's tasks. Lets time pass. */
  ImmutableList<String> results(String workflow, String job) {
    WorkflowHandle handle = handles.get(workflow);
    if (handle == null) {
      throw new AssertionError("[lost sight] workflow " + workflow + " was never there");
    }
    return cluster.await(handle.results(job));
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
