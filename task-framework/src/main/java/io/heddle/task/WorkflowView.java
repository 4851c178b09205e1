// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Map;

/**
 * A workflow in the snapshot.
 *
 * @param key its identity
 * @param document its spec, and what is wanted of it
 * @param progress how far it is
 * @param tasks per job what is known of its tasks
 * @param sizes per document of progress, by path, its size in bytes
 */
record WorkflowView(
    WorkflowKey key,
    WorkflowDocument document,
    WorkflowProgress progress,
    ImmutableMap<String, TaskRuns> tasks,
    ImmutableMap<String, Integer> sizes) {
  /** What is known of a job's tasks. */
  TaskRuns tasks(String job) {
    return tasks.getOrDefault(job, TaskRuns.EMPTY);
  }

  /** How large a document of progress is; 0 if it is not there. */
  int size(String path) {
    return sizes.getOrDefault(path, 0);
  }

  /** The documents of its progress, children before their parents. */
  ImmutableList<String> documents() {
    return sizes.keySet().stream()
        .sorted(java.util.Comparator.reverseOrder())
        .collect(ImmutableList.toImmutableList());
  }

  /** A view of what has no chunks. */
  static WorkflowView of(
      WorkflowKey key,
      WorkflowDocument document,
      WorkflowProgress progress,
      Map<String, TaskRuns> chunks,
      Map<String, Integer> sizes) {
    ImmutableMap.Builder<String, TaskRuns> tasks = ImmutableMap.builder();
    for (JobSpec job : document.spec().jobs()) {
      JobProgress p = progress.job(job.name());
      tasks.put(
          job.name(),
          p.place() == JobProgress.Place.INLINE
              ? p.tasks()
              : chunks.getOrDefault(job.name(), TaskRuns.EMPTY));
    }
    return new WorkflowView(
        key, document, progress, tasks.buildOrThrow(), ImmutableMap.copyOf(sizes));
  }
}
