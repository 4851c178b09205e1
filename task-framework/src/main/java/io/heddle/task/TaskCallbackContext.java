// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.model.PartitionId;
import java.util.Optional;

/** What a task knows of itself. Thread-safe. */
public interface TaskCallbackContext {
  /** The workflow. */
  String workflow();

  /** The job. */
  String job();

  /** The task's number within its job, from 0. */
  int task();

  /** The command. */
  String command();

  /** The job's configuration, and the task's own laid over it. */
  ImmutableSortedMap<String, String> config();

  /** Which attempt this is, from 1; a later attempt always has a higher number. */
  int attempt();

  /**
   * The attempt's fencing token, to hand to whatever the task writes to: those of one task only go
   * up, and no token is ever run twice.
   */
  long token();

  /** The instance that it runs on. */
  InstanceId instance();

  /** The partition that it works on, if its job is targeted. */
  Optional<PartitionId> partition();

  /**
   * The results of a job that this one depends on, by the number of the task; empty strings for
   * tasks without a result.
   *
   * @throws IllegalArgumentException if the job is not a parent of this one
   */
  ImmutableList<String> parentResult(String job);

  /** Whether {@link Task#cancel} was called, or is about to be. */
  boolean isCancelled();
}
