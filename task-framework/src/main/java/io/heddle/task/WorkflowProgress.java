// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedMap;
import java.util.TreeMap;

/**
 * How far a workflow is. Written by the controller.
 *
 * @param uid which workflow of that name
 * @param state where it is
 * @param info why it failed or was aborted; empty otherwise
 * @param endedMillis when it ended, by the controller's wall clock; 0 before
 * @param jobs its jobs by name; one that is not here has not started
 */
record WorkflowProgress(
    long uid,
    WorkflowState state,
    String info,
    long endedMillis,
    ImmutableSortedMap<String, JobProgress> jobs) {
  static WorkflowProgress notStarted(long uid) {
    return new WorkflowProgress(uid, WorkflowState.NOT_STARTED, "", 0, ImmutableSortedMap.of());
  }

  JobProgress job(String name) {
    return jobs.getOrDefault(name, JobProgress.NOT_STARTED);
  }

  WorkflowProgress with(String name, JobProgress job) {
    TreeMap<String, JobProgress> all = new TreeMap<>(jobs);
    all.put(name, job);
    return new WorkflowProgress(
        uid, state, info, endedMillis, ImmutableSortedMap.copyOfSorted(all));
  }

  WorkflowProgress with(WorkflowState newState, String newInfo) {
    return new WorkflowProgress(uid, newState, newInfo, endedMillis, jobs);
  }

  WorkflowProgress endedAt(long millis) {
    return new WorkflowProgress(uid, state, info, millis, jobs);
  }
}
