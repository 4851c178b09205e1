// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import java.util.List;
import java.util.OptionalLong;

/** What the task framework's decisions change: requests to {@link ChangeWriter}. */
sealed interface TaskChange {
  /**
   * Gives an incarnation tasks.
   *
   * @param instance the instance
   * @param incarnation its living incarnation
   * @param job the job
   * @param ranges the tasks
   * @param q the sequence number of the change
   */
  record Give(
      InstanceId instance, long incarnation, JobKey job, ImmutableList<WorkRange> ranges, long q)
      implements TaskChange {}

  /**
   * Tells an incarnation what to do with the tasks that it has.
   *
   * @param instance the instance
   * @param incarnation its living incarnation
   * @param job the job
   * @param order what to do
   * @param q the sequence number of the change
   */
  record SetOrder(InstanceId instance, long incarnation, JobKey job, WorkGroup.Order order, long q)
      implements TaskChange {}

  /**
   * Takes ended tasks out of an instance's work, and acknowledges its outcomes. Always in one
   * decision with the {@link Recorded}s of those tasks.
   *
   * @param instance the instance
   * @param bucket the bucket
   * @param before the incarnation that its work is for now; empty if there is no work bucket
   * @param after the incarnation that its work is for afterwards; empty if the bucket goes
   * @param settled the tasks by job, each list sorted by number
   * @param a the outcome sequence that is processed then; raises only
   * @param q the sequence number of the change
   */
  record Settle(
      InstanceId instance,
      String bucket,
      OptionalLong before,
      OptionalLong after,
      ImmutableSortedMap<JobKey, List<Settled>> settled,
      long a,
      long q)
      implements TaskChange {}

  /**
   * Records what is known of tasks now, and what follows for job and workflow.
   *
   * @param job the job
   * @param document its workflow
   * @param place where it is written
   * @param rows what is known now, sorted by number
   * @param results new results by number
   * @param counts what that adds to the job's counts
   * @param reason why a task was given up, the last one; empty if none was
   * @param retried tasks that wait for another attempt after a failure
   * @param nowMillis wall-clock time, in case this ends the workflow
   */
  record Recorded(
      JobKey job,
      WorkflowDocument document,
      JobProgress.Place place,
      ImmutableList<TaskRun> rows,
      ImmutableSortedMap<Integer, String> results,
      Counts counts,
      String reason,
      ImmutableList<Integer> retried,
      long nowMillis)
      implements TaskChange {}

  /**
   * Starts a job.
   *
   * @param job the job
   * @param total how many tasks it has
   * @param place where what is known of them is to be written
   */
  record Start(JobKey job, int total, JobProgress.Place place) implements TaskChange {}

  /**
   * Fails a job that cannot start.
   *
   * @param job the job
   * @param document its workflow
   * @param info why
   * @param nowMillis wall-clock time, in case this ends the workflow
   */
  record Fail(JobKey job, WorkflowDocument document, String info, long nowMillis)
      implements TaskChange {}

  /**
   * Draws conclusions for jobs and workflow.
   *
   * @param workflow the workflow
   * @param document its spec
   * @param drained jobs of which no instance has a task any more
   * @param nowMillis wall-clock time, in case this ends the workflow
   */
  record Advance(
      WorkflowKey workflow,
      WorkflowDocument document,
      ImmutableSortedSet<String> drained,
      long nowMillis)
      implements TaskChange {}

  /**
   * Removes documents of a workflow that ended.
   *
   * @param workflow the workflow
   * @param paths which, children before their parents
   */
  record Remove(WorkflowKey workflow, ImmutableList<String> paths) implements TaskChange {}

  /**
   * Removes what an instance left. Always in one decision with the proof that it is gone.
   *
   * @param instance the instance
   * @param paths which znodes, children before their parents
   */
  record Clear(InstanceId instance, ImmutableList<String> paths) implements TaskChange {}
}
