// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedMap;

/**
 * How far a workflow is.
 *
 * @param name the workflow
 * @param state where it is
 * @param info why it failed; empty otherwise
 * @param jobs its jobs by name, as far as something is known of them
 */
public record WorkflowStatus(
    String name, WorkflowState state, String info, ImmutableSortedMap<String, JobStatus> jobs) {
  static WorkflowStatus of(String name, WorkflowProgress progress) {
    ImmutableSortedMap.Builder<String, JobStatus> jobs = ImmutableSortedMap.naturalOrder();
    progress.jobs().forEach((job, p) -> jobs.put(job, JobStatus.of(p)));
    return new WorkflowStatus(name, progress.state(), progress.info(), jobs.buildOrThrow());
  }

  /** A job; one that has not started if nothing is known of it. */
  public JobStatus job(String job) {
    return jobs.getOrDefault(job, JobStatus.of(JobProgress.NOT_STARTED));
  }
}
