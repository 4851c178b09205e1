// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.participant.ParticipantExtension;
import io.heddle.task.JobSpec;
import io.heddle.task.TaskDocuments.TaskId;
import io.heddle.task.TaskExtension;
import io.heddle.task.TaskParticipant;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowState;
import io.heddle.task.WorkflowStatus;
import io.heddle.testkit.FaultOptions;
import io.heddle.testkit.FaultPlan;
import io.heddle.testkit.Scenario;
import io.heddle.testkit.SimCluster;
import io.heddle.testkit.SimProcess;
import io.heddle.testkit.Simulation;
import io.heddle.testkit.Surroundings;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * One seed: two controllers and three to five participants under faults while a user submits
 * workflows; then quiet. The history is checked all along, and in the end each workflow must have
 * completed, soon, with the results of the attempts that count.
 */
final class TaskScenario implements Scenario {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration FAULTS = Duration.ofSeconds(30);

  /** Below the slow catch-up of 60 s: what was missed must be seen without it. */
  private static final Duration END_LIMIT = Duration.ofSeconds(45);

  private final Function<Simulation, Surroundings> surroundings;

  TaskScenario(Function<Simulation, Surroundings> surroundings) {
    this.surroundings = surroundings;
  }

  /** Nothing is put between. */
  static TaskScenario plain() {
    return new TaskScenario(simulation -> Surroundings.PLAIN);
  }

  @Override
  public void run(Simulation simulation) {
    new Run(simulation, surroundings.apply(simulation)).run();
  }

  /** One run. */
  private static final class Run {
    private final Simulation simulation;
    private final SimCluster cluster;
    private final TaskLogCheck log;
    private final TaskCheck check;

    Run(Simulation simulation, Surroundings surroundings) {
      this.simulation = simulation;
      this.cluster = SimCluster.builder(simulation)
          .participants(3 + simulation.random("size").nextInt(3))
          .sessionTimeout(SESSION_TIMEOUT)
          .surroundings(surroundings)
          .extension(process -> TaskExtension.create())
          .participantExtension(this::tasks)
          .build();
      this.log = new TaskLogCheck(cluster.paths());
      this.check = new TaskCheck(simulation, cluster, log);
      cluster.store().memory().onCommit(log::read);
    }

    private ParticipantExtension tasks(SimProcess process) {
      SimTasks tasks =
          new SimTasks(process, simulation.random("tasks " + cluster.processId(process)), check);
      return TaskParticipant.builder()
          .slots(6)
          .cancelGrace(Duration.ofSeconds(1))
          .executor(tasks)
          .command(TaskWorkload.COMMAND, tasks)
          .build();
    }

    void run() {
      cluster.start();
      TaskWorkload workload = new TaskWorkload(simulation, cluster);
      workload.start();
      FaultPlan faults = FaultPlan.start(
          simulation, cluster, FaultOptions.usual(SESSION_TIMEOUT).lasting(FAULTS));
      boolean over = simulation.runUntil(faults::isOver, FAULTS.plusSeconds(1));
      assertThat(over).isTrue();
      workload.stop();
      checkEnds(workload);
      cluster.settle(END_LIMIT);
      // Otherwise nothing was tested.
      assertThat(faults.count()).isGreaterThan(10);
      assertThat(log.completed()).isGreaterThan(20);
    }

    private void checkEnds(TaskWorkload workload) {
      if (!simulation.runUntil(workload::isDone, END_LIMIT)) {
        throw new AssertionError("[convergence] not ended within %s: of %s only %s; left is %s"
            .formatted(END_LIMIT, workload.submitted(), workload.ends().keySet(), log.left()));
      }
      workload.ends().forEach((name, end) -> checkEnd(workload, workload.spec(name), end));
      assertThat(log.left()).as("[convergence] work that is left").isEmpty();
    }

    private void checkEnd(TaskWorkload workload, WorkflowSpec spec, WorkflowStatus end) {
      assertThat(end.state()).as("[completion lost] %s", end).isEqualTo(WorkflowState.COMPLETED);
      for (JobSpec job : spec.jobs()) {
        assertThat(end.job(job.name()).completed())
            .as("[completion lost] %s of %s", job.name(), end)
            .isEqualTo(job.numberOfTasks());
        List<String> results = workload.results(spec.name(), job.name());
        long uid = log.uid(spec.name());
        for (int task = 0; task < results.size(); task++) {
          TaskId id = new TaskId(spec.name(), uid, job.name(), task);
          assertThat(log.completion(id).map(SimTasks::result))
              .as("[completion lost] the result of %s", id)
              .contains(results.get(task));
        }
      }
    }
  }
}
