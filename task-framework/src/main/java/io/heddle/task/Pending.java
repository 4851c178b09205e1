// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/** The tasks of a job that nobody has and that may be given out now. Pure. */
final class Pending {
  private Pending() {}

  /**
   * The first of them.
   *
   * @param tasks what is known of the job's tasks
   * @param total how many it has
   * @param given what was given out, by number
   * @param delayed tasks that wait, and until when
   * @param nowNanos now
   * @param limit no more than this many tasks
   */
  static Deque<TaskRun> first(
      TaskRuns tasks,
      int total,
      List<WorkRange> given,
      SortedMap<Integer, Long> delayed,
      long nowNanos,
      int limit) {
    Deque<TaskRun> found = new ArrayDeque<>();
    int left = limit;
    int index = 0;
    for (TaskRun run : tasks.between(0, total)) {
      if (run.row().state() != TaskState.PENDING) {
        continue;
      }
      int at = run.first();
      while (at < run.until() && left > 0) {
        while (index < given.size() && given.get(index).end() <= at) {
          index++;
        }
        int until = run.until();
        if (index < given.size() && given.get(index).first() < until) {
          WorkRange next = given.get(index);
          if (next.first() <= at) {
            at = Math.min(until, next.end());
            continue;
          }
          until = next.first();
        }
        left -=
            add(found, at, (int) Math.min(until, (long) at + left), run.row(), delayed, nowNanos);
        at = until;
      }
    }
    return found;
  }

  private static int add(
      Deque<TaskRun> found,
      int from,
      int until,
      TaskRow row,
      SortedMap<Integer, Long> delayed,
      long nowNanos) {
    int at = from;
    int added = 0;
    for (Map.Entry<Integer, Long> wait : delayed.subMap(from, until).entrySet()) {
      if (wait.getValue() - nowNanos <= 0) {
        continue;
      }
      if (wait.getKey() > at) {
        found.add(new TaskRun(at, wait.getKey() - at, row));
        added += wait.getKey() - at;
      }
      at = wait.getKey() + 1;
    }
    if (at < until) {
      found.add(new TaskRun(at, until - at, row));
      added += until - at;
    }
    return added;
  }
}
