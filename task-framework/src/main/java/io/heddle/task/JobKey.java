// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.schema.Buckets;
import java.util.Comparator;

/**
 * A job's identity.
 *
 * @param workflow its workflow
 * @param job its name within the workflow
 */
record JobKey(WorkflowKey workflow, String job) implements Comparable<JobKey> {
  private static final Comparator<JobKey> ORDER =
      Comparator.comparing(JobKey::workflow).thenComparing(JobKey::job);

  /** The bucket that all of this job on one instance falls in. */
  String bucket() {
    return Buckets.hash(workflow.name() + "/" + job, workflow.uid());
  }

  /** {@code workflow/job}, for messages. */
  String entity() {
    return workflow.name() + "/" + job;
  }

  @Override
  public int compareTo(JobKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return workflow + "/" + job;
  }
}
