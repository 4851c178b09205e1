// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** Says what is known of a job's tasks after some of their attempts ended. Pure. */
final class Recording {
  private final JobKey job;
  private final WorkflowView workflow;
  private final JobSpec spec;
  private final JobProgress progress;

  Recording(JobKey job, WorkflowView workflow, Counts before) {
    this.job = job;
    this.workflow = workflow;
    this.spec = workflow.document().spec().job(job.job());
    this.progress = workflow.progress().job(job.job()).plus(before);
  }

  /**
   * What to record.
   *
   * @param ended sorted, disjoint
   */
  TaskChange.Recorded record(List<Settled> ended, long nowMillis) {
    List<TaskRun> rows = new ArrayList<>();
    TreeMap<Integer, String> results = new TreeMap<>();
    List<Integer> retried = new ArrayList<>();
    Counts counts = Counts.NONE;
    String reason = "";
    for (Settled piece : ended) {
      for (TaskRun run : workflow.tasks(job.job()).between(piece.first(), piece.until())) {
        TaskRow after = after(run.row(), piece);
        if (after.equals(run.row())) {
          continue;
        }
        rows.add(new TaskRun(run.first(), run.count(), after));
        counts = counts.plus(Counts.change(run.row(), after, run.count()));
        for (int task = run.first(); task < run.until(); task++) {
          if (after.state() == TaskState.COMPLETED && !piece.info().isEmpty()) {
            results.put(task, piece.info());
          }
          if (after.state() == TaskState.PENDING && after.failures() > run.row().failures()) {
            retried.add(task);
          }
        }
        if (after.state() == TaskState.FAILED) {
          reason = "task " + run.first() + ": " + piece.end() + " " + piece.info();
        }
      }
    }
    rows.sort(Comparator.comparingInt(TaskRun::first));
    return new TaskChange.Recorded(
        job,
        workflow.document(),
        progress.place(),
        ImmutableList.copyOf(rows),
        ImmutableSortedMap.copyOfSorted(results),
        counts,
        reason,
        ImmutableList.copyOf(retried),
        nowMillis);
  }

  private TaskRow after(TaskRow before, Settled piece) {
    if (before.state() != TaskState.PENDING || piece.attempt() <= before.attempts()) {
      return before;
    }
    boolean stopping =
        progress.state() == JobState.FAILING || progress.state() == JobState.ABORTING;
    return before.after(piece.end(), piece.attempt(), spec.maxAttemptsPerTask(), stopping);
  }
}
