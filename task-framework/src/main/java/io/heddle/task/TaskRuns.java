// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;

/**
 * What is known of a job's tasks, or of some of them, as runs. Tasks in no run are
 * {@link TaskRow#NEW}. Immutable.
 *
 * @param runs by number, disjoint, neighbours differ
 */
record TaskRuns(ImmutableList<TaskRun> runs) {
  /** Nothing is known. */
  static final TaskRuns EMPTY = new TaskRuns(ImmutableList.of());

  TaskRuns {
    int end = 0;
    for (TaskRun run : runs) {
      if (run.first() < end) {
        throw new IllegalArgumentException("runs of tasks overlap at " + run.first());
      }
      end = run.until();
    }
  }

  /** All tasks of a range, as runs, the new ones too. */
  List<TaskRun> between(int from, int until) {
    List<TaskRun> pieces = new ArrayList<>();
    int at = from;
    for (int i = indexOf(from); i < runs.size() && runs.get(i).first() < until; i++) {
      TaskRun run = runs.get(i);
      if (run.until() <= at) {
        continue;
      }
      if (run.first() > at) {
        pieces.add(new TaskRun(at, run.first() - at, TaskRow.NEW));
        at = run.first();
      }
      int end = Math.min(until, run.until());
      pieces.add(new TaskRun(at, end - at, run.row()));
      at = end;
    }
    if (at < until) {
      pieces.add(new TaskRun(at, until - at, TaskRow.NEW));
    }
    return pieces;
  }

  /** The index of the last run that begins at or before a task, or 0. */
  private int indexOf(int task) {
    int low = 0;
    int high = runs.size() - 1;
    int found = 0;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (runs.get(middle).first() <= task) {
        found = middle;
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return found;
  }

  /** What is known of a task. */
  TaskRow row(int task) {
    return between(task, task + 1).get(0).row();
  }

  /**
   * With other rows.
   *
   * @param changed sorted, disjoint
   */
  TaskRuns with(List<TaskRun> changed) {
    List<TaskRun> all = new ArrayList<>(runs.size() + changed.size() + 1);
    int at = 0;
    for (TaskRun change : changed) {
      append(all, at, change.first());
      push(all, change);
      at = change.until();
    }
    append(all, at, Integer.MAX_VALUE);
    return new TaskRuns(ImmutableList.copyOf(all));
  }

  /** Appends what is known of the tasks of a range. */
  private void append(List<TaskRun> all, int from, int until) {
    for (int i = indexOf(from); i < runs.size() && runs.get(i).first() < until; i++) {
      TaskRun run = runs.get(i);
      int first = Math.max(from, run.first());
      int end = Math.min(until, run.until());
      if (first < end) {
        push(all, new TaskRun(first, end - first, run.row()));
      }
    }
  }

  private static void push(List<TaskRun> all, TaskRun run) {
    if (run.row().equals(TaskRow.NEW)) {
      return;
    }
    int last = all.size() - 1;
    if (last >= 0
        && all.get(last).until() == run.first()
        && all.get(last).row().equals(run.row())) {
      TaskRun before = all.get(last);
      all.set(last, new TaskRun(before.first(), before.count() + run.count(), run.row()));
    } else {
      all.add(run);
    }
  }

  /** These and those, which all come after these. */
  TaskRuns then(TaskRuns more) {
    List<TaskRun> all = new ArrayList<>(runs.size() + more.runs.size());
    all.addAll(runs);
    more.runs.forEach(run -> push(all, run));
    return new TaskRuns(ImmutableList.copyOf(all));
  }
}
