// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.task.TaskDocuments.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Alters the task framework's documents, for deliberate bugs. Pure. */
public final class TaskAlterations {
  private TaskAlterations() {}

  /** Gives a task another token. */
  public interface Retoken {
    long token(TaskId task, long token);
  }

  // Work.

  /** A work bucket that is for another incarnation. */
  public static byte[] workOf(byte[] data, long incarnation) {
    WorkBucket work = WorkCodecs.WORK.decode(data);
    return WorkCodecs.WORK.encode(
        new WorkBucket(work.epoch(), incarnation, work.q(), work.a(), work.groups()));
  }

  /** A work bucket that acknowledges more. */
  public static byte[] acknowledging(byte[] data, long a) {
    WorkBucket work = WorkCodecs.WORK.decode(data);
    return WorkCodecs.WORK.encode(new WorkBucket(
        work.epoch(), work.incarnation(), work.q(), Math.max(a, work.a()), work.groups()));
  }

  /** A work bucket with other tokens. */
  public static byte[] workTokens(byte[] data, Retoken other) {
    WorkBucket work = WorkCodecs.WORK.decode(data);
    TreeMap<JobKey, WorkGroup> groups = new TreeMap<>();
    work.groups().forEach((job, group) -> {
      List<WorkRange> ranges = new ArrayList<>();
      for (WorkRange range : group.ranges()) {
        for (int task = range.first(); task < range.end(); task++) {
          long token = other.token(TaskId.of(job, task), range.tokenOf(task));
          ranges.add(new WorkRange(task, 1, token, range.attempt()));
        }
      }
      groups.put(job, new WorkGroup(group.order(), ImmutableList.copyOf(ranges)));
    });
    return WorkCodecs.WORK.encode(new WorkBucket(
        work.epoch(),
        work.incarnation(),
        work.q(),
        work.a(),
        ImmutableSortedMap.copyOfSorted(groups)));
  }

  // Outcomes.

  /** An outcome bucket with another sequence number. */
  public static byte[] outcomesAt(byte[] data, long q) {
    OutcomeBucket old = WorkCodecs.OUTCOMES.decode(data);
    return WorkCodecs.OUTCOMES.encode(
        new OutcomeBucket(old.incarnation(), q, old.s(), old.groups()));
  }

  /** An outcome bucket with only some outcomes, by their tokens. */
  public static byte[] outcomesWith(byte[] data, Predicate<Long> stays) {
    return outcomes(data, (task, range) -> stays.test(range.token()) ? List.of(range) : List.of());
  }

  /** An outcome bucket in which attempts have ended otherwise. */
  public static byte[] outcomesEnding(byte[] data, AttemptEnd from, AttemptEnd to) {
    return outcomes(
        data,
        (task, range) -> List.of(new OutcomeRange(
            range.first(),
            1,
            range.token(),
            range.end() == from ? to : range.end(),
            range.info())));
  }

  /** An outcome bucket with other tokens. */
  public static byte[] outcomeTokens(byte[] data, Retoken other) {
    return outcomes(
        data,
        (task, range) -> List.of(new OutcomeRange(
            range.first(), 1, other.token(task, range.token()), range.end(), range.info())));
  }

  private interface Change {
    List<OutcomeRange> apply(TaskId task, OutcomeRange one);
  }

  private static byte[] outcomes(byte[] data, Change change) {
    OutcomeBucket old = WorkCodecs.OUTCOMES.decode(data);
    TreeMap<JobKey, ImmutableList<OutcomeRange>> groups = new TreeMap<>();
    old.groups().forEach((job, ranges) -> {
      ImmutableList.Builder<OutcomeRange> changed = ImmutableList.builder();
      for (OutcomeRange range : ranges) {
        for (int task = range.first(); task < range.until(); task++) {
          OutcomeRange one =
              new OutcomeRange(task, 1, range.tokenOf(task), range.end(), range.info());
          changed.addAll(change.apply(TaskId.of(job, task), one));
        }
      }
      if (!changed.build().isEmpty()) {
        groups.put(job, changed.build());
      }
    });
    return WorkCodecs.OUTCOMES.encode(new OutcomeBucket(
        old.incarnation(), old.q(), old.s(), ImmutableSortedMap.copyOfSorted(groups)));
  }
}
