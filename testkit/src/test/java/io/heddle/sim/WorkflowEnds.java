// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import io.heddle.sim.SimTasks.Kind;
import io.heddle.task.JobSpec;
import io.heddle.task.JobSpec.ParentFailure;
import io.heddle.task.JobState;
import io.heddle.task.JobStatus;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowState;
import io.heddle.task.WorkflowStatus;
import java.util.List;

/** Whether a workflow ended as follows from how its tasks did. Pure. */
final class WorkflowEnds {
  private final WorkflowSpec spec;
  private final WorkflowStatus end;
  private final boolean isCancelled;

  private WorkflowEnds(TaskWorkload.Submitted submitted) {
    this.spec = submitted.spec();
    this.end = submitted.end();
    this.isCancelled = submitted.isCancelled();
  }

  static void check(TaskWorkload.Submitted submitted) {
    WorkflowEnds ends = new WorkflowEnds(submitted);
    ends.spec.jobs().forEach(ends::job);
    ends.workflow();
  }

  private static boolean isSteady(JobSpec job) {
    return Kind.of(job.config()) == Kind.STEADY;
  }

  private JobState state(String job) {
    return end.job(job).state();
  }

  private void job(JobSpec job) {
    JobStatus status = end.job(job.name());
    boolean tooMany = status.failed() > job.failureThreshold();
    boolean byParent = job.onParentFailure() == ParentFailure.FAIL
        && job.parents().stream().anyMatch(parent -> state(parent) != JobState.COMPLETED);
    boolean follows = switch (status.state()) {
      case COMPLETED -> !tooMany && status.completed() + status.failed() == status.total();
      case FAILED -> tooMany || byParent;
      case ABORTED -> end.state() != WorkflowState.COMPLETED;
      case NOT_STARTED, IN_PROGRESS, FAILING, ABORTING -> false;
    };
    assertThat(follows).as("[wrong end] of job %s of %s", job.name(), end).isTrue();
    if (isSteady(job)) {
      assertThat(status.failed())
          .as("[completion lost] by %s of %s", job.name(), end)
          .isZero();
    }
  }

  private void workflow() {
    List<String> failed = spec.jobs().stream()
        .map(JobSpec::name)
        .filter(job -> state(job) == JobState.FAILED && !isTolerated(job))
        .toList();
    boolean follows = switch (end.state()) {
      case COMPLETED -> failed.isEmpty();
      case FAILED -> !failed.isEmpty();
      case ABORTED -> isCancelled;
      case NOT_STARTED, IN_PROGRESS, STOPPING -> false;
    };
    assertThat(follows)
        .as("[wrong end] %s; failed are %s, cancelled: %s", end, failed, isCancelled)
        .isTrue();
    if (!isCancelled && spec.jobs().stream().allMatch(WorkflowEnds::isSteady)) {
      assertThat(end.state()).as("[completion lost] %s", end).isEqualTo(WorkflowState.COMPLETED);
    }
  }

  private boolean isTolerated(String failed) {
    ImmutableList<JobSpec> children = spec.jobs().stream()
        .filter(job -> job.parents().contains(failed))
        .collect(ImmutableList.toImmutableList());
    return !children.isEmpty()
        && children.stream().allMatch(job -> job.onParentFailure() == ParentFailure.IGNORE);
  }
}
