// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import io.heddle.model.InstanceId;
import io.heddle.schema.Buckets;
import io.heddle.schema.ClusterPaths;
import java.util.Optional;

/** The znodes of the task framework. */
final class TaskPaths {
  /** Tasks whose states are written in one document. */
  static final int TASKS_PER_CHUNK = 10_000;

  /** Tasks whose results are written in one document: at most {@link TaskResult#MAX_BYTES} each. */
  static final int RESULTS_PER_CHUNK = 100;

  private TaskPaths() {}

  /** A directory of workflows. */
  static String specs(ClusterPaths paths, String workflow) {
    return paths.in("workflows", Buckets.directory(workflow));
  }

  /** A workflow as submitted; written by the driver, deleted by the controller. */
  static String spec(ClusterPaths paths, String workflow) {
    return paths.in("workflows", Buckets.directory(workflow), workflow);
  }

  /** A directory of progress. */
  static String progressDirectory(ClusterPaths paths, String workflow) {
    return paths.in("progress", Buckets.directory(workflow));
  }

  /** A workflow's progress; written by the controller. */
  static String progress(ClusterPaths paths, String workflow) {
    return paths.in("progress", Buckets.directory(workflow), workflow);
  }

  /** The states of some tasks of a job. */
  static String states(ClusterPaths paths, String workflow, String job, int chunk) {
    return paths.in("progress", Buckets.directory(workflow), workflow, job + ".t" + chunk);
  }

  /** The results of some tasks of a job. */
  static String results(ClusterPaths paths, String workflow, String job, int chunk) {
    return paths.in("progress", Buckets.directory(workflow), workflow, job + ".r" + chunk);
  }

  static String work(ClusterPaths paths, InstanceId instance, String bucket) {
    return paths.in("work", instance.name(), bucket);
  }

  static String outcomes(ClusterPaths paths, InstanceId instance, String bucket) {
    return paths.in("outcomes", instance.name(), bucket);
  }

  /**
   * What a document below a workflow's progress holds.
   *
   * @param job the job
   * @param results whether it holds results, else states
   * @param chunk which part, from 0
   */
  record Chunk(String job, boolean results, int chunk) {
    /** Takes a name apart; empty if it is not one of a chunk. */
    static Optional<Chunk> of(String name) {
      int dot = name.lastIndexOf('.');
      if (dot < 1 || !name.substring(dot).matches("\\.[tr](0|[1-9][0-9]{0,6})")) {
        return Optional.empty();
      }
      return Optional.of(new Chunk(
          name.substring(0, dot),
          name.charAt(dot + 1) == 'r',
          Integer.parseInt(name.substring(dot + 2))));
    }
  }
}
