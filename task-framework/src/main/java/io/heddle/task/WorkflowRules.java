// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.task.JobSpec.ParentFailure;
import io.heddle.task.WorkflowDocument.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What follows for jobs and workflow from what is known of the tasks. Pure.
 *
 * <p>A job that fails fails the jobs that depend on it, unless they ignore that. Its failure counts
 * unless there are such jobs and all of them ignore it. The first failure that counts stops the
 * workflow: jobs that have not started are aborted, those that run are stopped, and when the last
 * has ended the workflow is FAILED.
 */
final class WorkflowRules {
  private WorkflowRules() {}

  /**
   * The next state of a workflow.
   *
   * @param drained jobs of which no instance has a task any more
   * @param nowMillis the end's time, if this ends it
   */
  static WorkflowProgress advance(
      WorkflowDocument document, WorkflowProgress before, Set<String> drained, long nowMillis) {
    if (before.state().isFinal()) {
      return before;
    }
    WorkflowProgress progress = before;
    for (JobSpec job : document.spec().jobs()) {
      progress = put(progress, job.name(), job(job, progress, drained.contains(job.name())));
    }
    Optional<String> cause = causeToStop(document, progress);
    if (cause.isPresent()) {
      progress = stop(document.spec(), progress, cause.get());
    }
    return end(document, progress, nowMillis);
  }

  private static WorkflowProgress put(WorkflowProgress progress, String name, JobProgress job) {
    return progress.job(name).equals(job) ? progress : progress.with(name, job);
  }

  private static JobProgress job(JobSpec spec, WorkflowProgress progress, boolean drained) {
    JobProgress job = progress.job(spec.name());
    return switch (job.state()) {
      case NOT_STARTED -> waiting(spec, job, progress);
      case IN_PROGRESS -> running(spec, job);
      case FAILING -> drained || job.isDone() ? job.with(JobState.FAILED, job.info()) : job;
      case ABORTING -> drained || job.isDone() ? job.with(JobState.ABORTED, job.info()) : job;
      case COMPLETED, FAILED, ABORTED -> job;
    };
  }

  private static JobProgress waiting(JobSpec spec, JobProgress job, WorkflowProgress progress) {
    if (spec.onParentFailure() == ParentFailure.IGNORE) {
      return job;
    }
    for (String parent : spec.parents()) {
      JobState state = progress.job(parent).state();
      if (state == JobState.FAILED || state == JobState.ABORTED) {
        return job.with(JobState.FAILED, "its parent " + parent + " is " + state);
      }
    }
    return job;
  }

  private static JobProgress running(JobSpec spec, JobProgress job) {
    if (job.counts().failed() > spec.failureThreshold()) {
      String info = job.counts().failed() + " of " + job.total() + " tasks were given up; "
          + spec.failureThreshold() + " are tolerated; " + job.info();
      return job.with(job.isDone() ? JobState.FAILED : JobState.FAILING, info);
    }
    return job.isDone() ? job.with(JobState.COMPLETED, "") : job;
  }

  /** Whether a job may start now. */
  static boolean isReady(JobSpec spec, WorkflowProgress progress) {
    return progress.job(spec.name()).state() == JobState.NOT_STARTED
        && (progress.state() == WorkflowState.NOT_STARTED
            || progress.state() == WorkflowState.IN_PROGRESS)
        && spec.parents().stream().allMatch(parent -> {
          JobState state = progress.job(parent).state();
          return state == JobState.COMPLETED
              || (state.isFinal() && spec.onParentFailure() == ParentFailure.IGNORE);
        });
  }

  private static Optional<String> causeToStop(
      WorkflowDocument document, WorkflowProgress progress) {
    if (progress.state() == WorkflowState.STOPPING) {
      return Optional.of(progress.info());
    }
    if (document.target() != Target.RUN) {
      return Optional.of("");
    }
    return document.spec().jobs().stream()
        .filter(job -> {
          JobState state = progress.job(job.name()).state();
          return (state == JobState.FAILED || state == JobState.FAILING)
              && !isTolerated(job.name(), document.spec());
        })
        .findFirst()
        .map(job -> "job " + job.name() + " failed: " + progress.job(job.name()).info());
  }

  private static boolean isTolerated(String failed, WorkflowSpec spec) {
    List<JobSpec> children =
        spec.jobs().stream().filter(job -> job.parents().contains(failed)).toList();
    return !children.isEmpty()
        && children.stream().allMatch(c -> c.onParentFailure() == ParentFailure.IGNORE);
  }

  private static WorkflowProgress stop(WorkflowSpec spec, WorkflowProgress before, String info) {
    WorkflowProgress progress = before.with(WorkflowState.STOPPING, info);
    for (JobSpec job : spec.jobs()) {
      JobProgress now = progress.job(job.name());
      if (now.state() == JobState.NOT_STARTED) {
        progress = progress.with(job.name(), now.with(JobState.ABORTED, "the workflow stopped"));
      } else if (now.state() == JobState.IN_PROGRESS) {
        progress = progress.with(job.name(), now.with(JobState.ABORTING, "the workflow stopped"));
      }
    }
    return progress;
  }

  private static WorkflowProgress end(
      WorkflowDocument document, WorkflowProgress progress, long nowMillis) {
    boolean all = document.spec().jobs().stream()
        .allMatch(job -> progress.job(job.name()).state().isFinal());
    if (!all) {
      return progress;
    }
    if (progress.state() != WorkflowState.STOPPING) {
      return progress.with(WorkflowState.COMPLETED, "").endedAt(nowMillis);
    }
    WorkflowState state = progress.info().isEmpty() ? WorkflowState.ABORTED : WorkflowState.FAILED;
    return progress.with(state, progress.info()).endedAt(nowMillis);
  }
}
