// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

/**
 * How far a job is.
 *
 * @param state where it is
 * @param total how many tasks it has; 0 before it starts
 * @param completed how many completed
 * @param failed how many were given up
 * @param canceled how many were cancelled
 * @param failedAttempts how many attempts failed
 * @param lostAttempts how many attempts were lost with their instance
 * @param info why it failed or was aborted, or why the last task was given up; empty otherwise
 */
public record JobStatus(
    JobState state,
    int total,
    int completed,
    int failed,
    int canceled,
    int failedAttempts,
    int lostAttempts,
    String info) {
  static JobStatus of(JobProgress job) {
    Counts counts = job.counts();
    return new JobStatus(
        job.state(),
        job.total(),
        counts.completed(),
        counts.failed(),
        counts.canceled(),
        counts.failures(),
        counts.losses(),
        job.info());
  }
}
