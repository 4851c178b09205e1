// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import java.util.Comparator;

/**
 * A workflow's identity: what is deleted and submitted again under one name is something else.
 *
 * @param name its name
 * @param uid the transaction that created its spec
 */
record WorkflowKey(String name, long uid) implements Comparable<WorkflowKey> {
  private static final Comparator<WorkflowKey> ORDER =
      Comparator.comparing(WorkflowKey::name).thenComparingLong(WorkflowKey::uid);

  /** A job of it. */
  JobKey job(String job) {
    return new JobKey(this, job);
  }

  @Override
  public int compareTo(WorkflowKey other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return name + "@" + uid;
  }
}
