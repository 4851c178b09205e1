// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.pipeline.SectionKey;
import io.heddle.schema.ClusterPaths;
import java.util.Optional;

/**
 * What the task framework adds to the snapshot. Immutable.
 *
 * @param paths the cluster's znodes
 * @param workflows those that have not ended, or are to be deleted, by name
 * @param work the work buckets by instance and name
 * @param outcomes the outcome buckets by instance and name
 * @param leftovers the znodes that each instance has in sections that the controller clears,
 *     however readable
 * @param paces how fast an instance works on a job, as far as this reign has seen
 * @param retries tasks that wait for their next attempt: until when, in the snapshot's monotonic
 *     time
 * @param expiring ended workflows, the first to expire first; not all
 * @param unreadable what cannot be read, by the workflow's name: it is left alone
 */
record TaskSection(
    ClusterPaths paths,
    ImmutableSortedMap<String, WorkflowView> workflows,
    ImmutableSortedMap<InstanceId, ImmutableSortedMap<String, WorkBucket>> work,
    ImmutableSortedMap<InstanceId, ImmutableSortedMap<String, OutcomeBucket>> outcomes,
    ImmutableSortedMap<InstanceId, ImmutableSortedSet<String>> leftovers,
    ImmutableMap<PaceKey, Pace> paces,
    ImmutableMap<JobKey, ImmutableSortedMap<Integer, Long>> retries,
    ImmutableList<Expiring> expiring,
    ImmutableSortedMap<String, Reason> unreadable) {
  static final SectionKey<TaskSection> KEY = SectionKey.of("tasks", TaskSection.class);

  boolean isUnreadable(String workflow) {
    return unreadable.containsKey(workflow);
  }

  /** A workflow that has not ended, if it is that one. */
  Optional<WorkflowView> workflow(WorkflowKey key) {
    return Optional.ofNullable(workflows.get(key.name())).filter(w -> w.key().equals(key));
  }

  /**
   * Names a pace.
   *
   * @param instance who works
   * @param job on what
   */
  record PaceKey(InstanceId instance, JobKey job) {}

  /**
   * An ended workflow that will be forgotten.
   *
   * @param workflow the workflow
   * @param atMillis when, by the wall clock
   * @param documents its documents, children before their parents, the spec last
   */
  record Expiring(WorkflowKey workflow, long atMillis, ImmutableList<String> documents) {}
}
