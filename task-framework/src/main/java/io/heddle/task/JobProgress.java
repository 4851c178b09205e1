// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedMap;

/**
 * How far a job is.
 *
 * @param state where it is
 * @param total how many tasks it has; 0 before it starts
 * @param place where what is known of its tasks is written down
 * @param counts how many of them ended how
 * @param info why it failed or was aborted; empty otherwise
 * @param tasks what is known of each task, if that is written down here
 * @param results the tasks' results by number, if they are written down here
 */
record JobProgress(
    JobState state,
    int total,
    Place place,
    Counts counts,
    String info,
    TaskRuns tasks,
    ImmutableSortedMap<Integer, String> results) {
  /** Where what is known of a job's tasks is written down. */
  enum Place {
    /** In the workflow's own document: there are few. */
    INLINE,
    /** In documents of their own. */
    CHUNKS
  }

  /** A job that waits. */
  static final JobProgress NOT_STARTED = of(JobState.NOT_STARTED, 0, Place.INLINE, "");

  static JobProgress of(JobState state, int total, Place place, String info) {
    return new JobProgress(
        state, total, place, Counts.NONE, info, TaskRuns.EMPTY, ImmutableSortedMap.of());
  }

  JobProgress with(JobState newState, String newInfo) {
    return new JobProgress(newState, total, place, counts, newInfo, tasks, results);
  }

  JobProgress plus(Counts more) {
    return new JobProgress(state, total, place, counts.plus(more), info, tasks, results);
  }

  JobProgress with(TaskRuns newTasks, ImmutableSortedMap<Integer, String> newResults) {
    return new JobProgress(state, total, place, counts, info, newTasks, newResults);
  }

  /** Whether every task has ended. */
  boolean isDone() {
    return counts.completed() + counts.failed() + counts.canceled() >= total;
  }
}
