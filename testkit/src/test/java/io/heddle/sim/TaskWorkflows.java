// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import io.heddle.sim.SimTasks.Kind;
import io.heddle.task.JobSpec;
import io.heddle.task.JobSpec.ParentFailure;
import io.heddle.task.JobTarget;
import io.heddle.task.WorkflowSpec;
import io.heddle.testkit.SimRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Draws workflows: graphs of up to four jobs, generic and targeted, of all {@link Kind}s, with and
 * without tolerance of failures. Confined to the simulation's thread.
 */
final class TaskWorkflows {
  static final String COMMAND = "work";
  static final String RESOURCE = "parts";
  static final String STATE = "ONLINE";
  static final int PARTITIONS = 6;

  /** How long a task of which some are slow may take. */
  static final Duration TIME_OUT = Duration.ofMillis(700);

  private static final int MOST_JOBS = 4;

  /** More than are written down in the workflow's own document. */
  private static final int MANY = 120;

  private final SimRandom random;

  TaskWorkflows(SimRandom random) {
    this.random = random;
  }

  /** Another workflow. */
  WorkflowSpec next(String name) {
    WorkflowSpec.Builder workflow = WorkflowSpec.builder(name);
    boolean isLarge = random.chance(0.05);
    int jobs = isLarge ? 2 : 1 + random.nextInt(MOST_JOBS);
    for (int i = 0; i < jobs; i++) {
      JobSpec.Builder job = JobSpec.builder("j" + i)
          .command(COMMAND)
          .concurrentTasksPerInstance(isLarge ? 6 : 1 + random.nextInt(4));
      if (isLarge && i == 0) {
        job.numberOfTasks(MANY);
      } else if (random.chance(0.25)) {
        job.target(target());
      } else {
        job.numberOfTasks(1 + random.nextInt(8));
      }
      for (int parent = 0; parent < i; parent++) {
        if (random.chance(0.5)) {
          job.parent("j" + parent);
        }
      }
      workflow.job(ending(job));
    }
    return workflow.build();
  }

  private JobTarget target() {
    JobTarget all = JobTarget.of(RESOURCE, STATE);
    if (random.chance(0.5)) {
      return all;
    }
    Set<Integer> some = new TreeSet<>();
    for (int i = 0; i < 3; i++) {
      some.add(random.nextInt(PARTITIONS));
    }
    return all.only(some);
  }

  /** With a way to end. */
  private JobSpec.Builder ending(JobSpec.Builder job) {
    Kind kind =
        random.chance(0.55) ? Kind.STEADY : random.pick(List.of(Kind.FLAKY, Kind.FATAL, Kind.SLOW));
    job.config(SimTasks.KIND, kind.name())
        .failureThreshold(random.chance(0.5) ? 0 : random.nextInt(3))
        .onParentFailure(random.chance(0.3) ? ParentFailure.IGNORE : ParentFailure.FAIL);
    return switch (kind) {
      case STEADY, FATAL -> job;
      case FLAKY ->
        job.maxAttemptsPerTask(2 + random.nextInt(3))
            .taskRetryDelay(random.between(Duration.ZERO, Duration.ofMillis(500)));
      case SLOW -> job.maxAttemptsPerTask(1 + random.nextInt(4)).timeoutPerTask(TIME_OUT);
    };
  }
}
