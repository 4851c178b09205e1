// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.StateModels;
import io.heddle.participant.ParticipantExtension;
import io.heddle.participant.StateModelFactory;
import io.heddle.task.TaskDocuments.TaskId;
import io.heddle.task.TaskExtension;
import io.heddle.task.TaskParticipant;
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
import java.util.function.UnaryOperator;

/**
 * One seed: two controllers and three to five participants under faults while a user submits,
 * cancels and deletes workflows; then quiet. The history is checked all along, and in the end each
 * workflow must have ended, soon, as follows from what is recorded of its tasks, with the results
 * of the attempts that count.
 */
final class TaskScenario implements Scenario {
  private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration FAULTS = Duration.ofSeconds(30);

  /** Below the slow catch-up of 60 s: what was missed must be seen without it. */
  private static final Duration END_LIMIT = Duration.ofSeconds(45);

  private final Function<Simulation, Surroundings> surroundings;
  private final UnaryOperator<ParticipantExtension> extension;

  TaskScenario(Function<Simulation, Surroundings> surroundings) {
    this(surroundings, UnaryOperator.identity());
  }

  /**
   * With something put between.
   *
   * @param extension what is put around the participants' part of the task framework
   */
  TaskScenario(
      Function<Simulation, Surroundings> surroundings,
      UnaryOperator<ParticipantExtension> extension) {
    this.surroundings = surroundings;
    this.extension = extension;
  }

  /** Nothing is put between. */
  static TaskScenario plain() {
    return new TaskScenario(simulation -> Surroundings.PLAIN);
  }

  @Override
  public void run(Simulation simulation) {
    new Run(simulation, surroundings.apply(simulation), extension).run();
  }

  /** One run. */
  private static final class Run {
    private final Simulation simulation;
    private final SimCluster cluster;
    private final TaskLogCheck log;
    private final TaskCheck check;

    Run(
        Simulation simulation,
        Surroundings surroundings,
        UnaryOperator<ParticipantExtension> extension) {
      this.simulation = simulation;
      this.cluster = SimCluster.builder(simulation)
          .participants(3 + simulation.random("size").nextInt(3))
          .sessionTimeout(SESSION_TIMEOUT)
          .surroundings(surroundings)
          .extension(process -> TaskExtension.create())
          .participantExtension(process -> extension.apply(tasks(process)))
          .stateModel(
              StateModels.ONLINE_OFFLINE,
              process -> StateModelFactory.ofHandler(partition -> transition -> {}))
          .build();
      RunningTasks running = new RunningTasks(cluster);
      this.log = new TaskLogCheck(cluster.paths(), running);
      this.check = new TaskCheck(simulation, cluster, log, running);
      cluster.store().memory().onCommit(log::read);
    }

    private ParticipantExtension tasks(SimProcess process) {
      SimTasks tasks =
          new SimTasks(process, simulation.random("tasks " + cluster.processId(process)), check);
      return TaskParticipant.builder()
          .slots(6)
          .cancelGrace(Duration.ofSeconds(1))
          .executor(tasks.threads())
          .command(TaskWorkflows.COMMAND, tasks)
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
        throw new AssertionError("[convergence] not ended within %s: %s; left is %s"
            .formatted(END_LIMIT, workload.submitted(), log.left()));
      }
      for (TaskWorkload.Submitted submitted : workload.submitted()) {
        WorkflowEnds.check(submitted);
        submitted.spec().jobs().forEach(job -> checkResults(workload, submitted, job.name()));
      }
      assertThat(log.left()).as("[convergence] work that is left").isEmpty();
    }

    private void checkResults(TaskWorkload workload, TaskWorkload.Submitted submitted, String job) {
      List<String> results = workload.results(submitted, job);
      String workflow = submitted.spec().name();
      long uid = log.uid(workflow);
      for (int task = 0; task < results.size(); task++) {
        TaskId id = new TaskId(workflow, uid, job, task);
        assertThat(results.get(task))
            .as("[completion lost] the result of %s", id)
            .isEqualTo(log.completion(id).map(SimTasks::result).orElse(""));
      }
    }
  }
}
