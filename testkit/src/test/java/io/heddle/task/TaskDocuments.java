// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.util.Comparator;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Opens the task framework's documents to the simulation's checks. Tasks are told one by one, where
 * the documents have ranges. Pure.
 */
public final class TaskDocuments {
  private TaskDocuments() {}

  /** A task's identity. */
  public record TaskId(String workflow, long uid, String job, int task)
      implements Comparable<TaskId> {
    private static final Comparator<TaskId> ORDER = Comparator.comparing(TaskId::workflow)
        .thenComparingLong(TaskId::uid)
        .thenComparing(TaskId::job)
        .thenComparingInt(TaskId::task);

    static TaskId of(JobKey job, int task) {
      return new TaskId(job.workflow().name(), job.workflow().uid(), job.job(), task);
    }

    @Override
    public int compareTo(TaskId other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return workflow + "@" + uid + "/" + job + "/" + task;
    }
  }

  /** A task that was given to somebody. */
  public record Given(TaskId task, long token, int attempt) {}

  /** What an incarnation is given. */
  public record Work(long epoch, long incarnation, long q, long a, ImmutableList<Given> given) {
    /** Whether a token is in it. */
    public boolean has(long token) {
      return given.stream().anyMatch(one -> one.token() == token);
    }
  }

  /** An attempt that ended. */
  public record Ended(TaskId task, long token, AttemptEnd end, String info) {}

  /** What an incarnation reports. */
  public record Outcomes(long incarnation, long q, long s, ImmutableList<Ended> ended) {}

  /** What is recorded of a task. */
  public record Row(TaskState state, int attempts, int failures, int losses) {}

  /** What is recorded of a job; rows only where they are written with the workflow. */
  public record Job(
      JobState state,
      int total,
      int completed,
      int failed,
      int canceled,
      ImmutableSortedMap<Integer, Row> rows) {}

  /** What is recorded of a workflow. */
  public record Progress(long uid, WorkflowState state, ImmutableSortedMap<String, Job> jobs) {}

  /** Reads a work bucket. */
  public static Work work(byte[] data) {
    WorkBucket bucket = WorkCodecs.WORK.decode(data);
    ImmutableList.Builder<Given> given = ImmutableList.builder();
    bucket.groups().forEach((job, group) -> {
      for (WorkRange range : group.ranges()) {
        for (int task = range.first(); task < range.end(); task++) {
          given.add(new Given(TaskId.of(job, task), range.tokenOf(task), range.attempt()));
        }
      }
    });
    return new Work(bucket.epoch(), bucket.incarnation(), bucket.q(), bucket.a(), given.build());
  }

  /** Reads an outcome bucket. */
  public static Outcomes outcomes(byte[] data) {
    OutcomeBucket bucket = WorkCodecs.OUTCOMES.decode(data);
    ImmutableList.Builder<Ended> ended = ImmutableList.builder();
    bucket.groups().forEach((job, ranges) -> {
      for (OutcomeRange range : ranges) {
        for (int task = range.first(); task < range.until(); task++) {
          ended.add(
              new Ended(TaskId.of(job, task), range.tokenOf(task), range.end(), range.info()));
        }
      }
    });
    return new Outcomes(bucket.incarnation(), bucket.q(), bucket.s(), ended.build());
  }

  /** Reads a workflow's spec. */
  public static WorkflowSpec spec(byte[] data) {
    return SpecCodec.WORKFLOW.decode(data).spec();
  }

  /** The partition that a task works on, if its job is targeted. */
  public static Optional<Integer> partition(JobSpec job, int task) {
    return job.target().map(target -> target.partition(task));
  }

  /** Reads a workflow's progress. */
  public static Progress progress(byte[] data) {
    WorkflowProgress progress = ProgressCodecs.WORKFLOW.decode(data);
    TreeMap<String, Job> jobs = new TreeMap<>();
    progress.jobs().forEach((name, job) -> jobs.put(name, job(job)));
    return new Progress(progress.uid(), progress.state(), ImmutableSortedMap.copyOfSorted(jobs));
  }

  private static Job job(JobProgress job) {
    Counts counts = job.counts();
    return new Job(
        job.state(),
        job.total(),
        counts.completed(),
        counts.failed(),
        counts.canceled(),
        rows(job.tasks()));
  }

  /** Reads the states of some of a job's tasks. */
  public static ImmutableSortedMap<Integer, Row> states(byte[] data) {
    return rows(ProgressCodecs.STATES.decode(data));
  }

  private static ImmutableSortedMap<Integer, Row> rows(TaskRuns runs) {
    ImmutableSortedMap.Builder<Integer, Row> rows = ImmutableSortedMap.naturalOrder();
    for (TaskRun run : runs.runs()) {
      TaskRow row = run.row();
      Row told = new Row(row.state(), row.attempts(), row.failures(), row.losses());
      for (int task = run.first(); task < run.until(); task++) {
        rows.put(task, told);
      }
    }
    return rows.buildOrThrow();
  }
}
