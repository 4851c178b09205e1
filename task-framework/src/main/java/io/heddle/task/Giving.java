// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Reason;
import io.heddle.model.ResourceKey;
import io.heddle.task.Workers.Worker;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongUnaryOperator;

/**
 * Chooses who runs which of a job's pending tasks. Confined to a pass.
 *
 * <p>Goals: few writes, no idle slot while tasks wait, even load. Method: each worker has room for
 * what it is likely to finish in two round trips ({@link Pace}); tasks go to the worker that has
 * fewest of the job, then fewest of all, then by a stable hash; each worker's share is one run of
 * neighbours if possible, so that it takes one range. Only workers that announced a task's command
 * are given it. A targeted task goes to the worker that has its partition, the one with fewest
 * tasks of the job if there are several.
 */
final class Giving {
  private final JobKey job;
  private final JobSpec spec;
  private final LongUnaryOperator tokens;
  private final List<Reason> reasons;

  /**
   * For one job.
   *
   * @param tokens takes a number of tokens, and gives the first
   * @param reasons told why tasks wait
   */
  Giving(JobKey job, JobSpec spec, LongUnaryOperator tokens, List<Reason> reasons) {
    this.job = job;
    this.spec = spec;
    this.tokens = tokens;
    this.reasons = reasons;
  }

  /** Finds the first pending tasks, at most so many. */
  interface Source {
    Deque<TaskRun> first(int limit);
  }

  /** What each worker is given. */
  Map<Worker, ImmutableList<WorkRange>> generic(Workers workers, Source source) {
    List<Worker> eligible = workers.with(spec.instanceTag());
    if (eligible.isEmpty()) {
      refuse(
          Reason.Code.NO_ELIGIBLE_INSTANCE,
          "no live, enabled instance that runs tasks" + withTag());
      return Map.of();
    }
    Map<Worker, List<WorkRange>> given = new LinkedHashMap<>();
    ImmutableSortedSet<String> commands = spec.commands();
    for (String command : commands) {
      List<Worker> able = eligible.stream().filter(w -> w.runs(command)).toList();
      Source own = commands.size() == 1 ? source : limit -> only(command, source, limit);
      if (able.isEmpty()) {
        if (!own.first(1).isEmpty()) {
          refuseCommand(command);
        }
      } else {
        deal(able, own)
            .forEach((worker, ranges) ->
                given.computeIfAbsent(worker, w -> new ArrayList<>()).addAll(ranges));
      }
    }
    return immutable(given);
  }

  private String withTag() {
    return spec.instanceTag().map(tag -> " has the tag " + tag).orElse("");
  }

  private void refuseCommand(String command) {
    refuse(
        Reason.Code.NO_INSTANCE_WITH_COMMAND,
        "no live, enabled instance that runs tasks"
            + spec.instanceTag().map(tag -> " and has the tag " + tag).orElse("")
            + " has registered the command " + command);
  }

  /** The first pending tasks of one of several commands: such jobs list their tasks. */
  private Deque<TaskRun> only(String command, Source source, int limit) {
    Deque<TaskRun> found = new ArrayDeque<>();
    int left = limit;
    for (TaskRun run : source.first(Integer.MAX_VALUE)) {
      int at = run.first();
      while (at < run.until() && left > 0) {
        int until = at;
        while (until < run.until() && until - at < left && spec.command(until).equals(command)) {
          until++;
        }
        if (until > at) {
          found.add(new TaskRun(at, until - at, run.row()));
          left -= until - at;
        }
        at = Math.max(until, at + 1);
      }
    }
    return found;
  }

  private Map<Worker, ImmutableList<WorkRange>> deal(List<Worker> eligible, Source source) {
    Map<Worker, Integer> rooms = new LinkedHashMap<>();
    long space = 0;
    for (Worker worker : eligible) {
      int room = worker.room(job, spec.concurrentTasksPerInstance());
      rooms.put(worker, room);
      space += room;
    }
    if (space == 0) {
      return Map.of();
    }
    Deque<TaskRun> pending = source.first((int) Math.min(space, Integer.MAX_VALUE));
    int tasks = pending.stream().mapToInt(TaskRun::count).sum();
    Map<Worker, ImmutableList<WorkRange>> given = new LinkedHashMap<>();
    for (Map.Entry<Worker, Integer> share : shares(rooms, tasks).entrySet()) {
      ImmutableList<WorkRange> ranges = take(pending, share.getValue(), share.getKey());
      if (!ranges.isEmpty()) {
        given.put(share.getKey(), ranges);
      }
    }
    return given;
  }

  /** A worker while shares are dealt out. */
  private record Hand(Worker worker, int has, int total, int rank) {}

  private Map<Worker, Integer> shares(Map<Worker, Integer> rooms, int tasks) {
    PriorityQueue<Hand> hands = new PriorityQueue<>(Comparator.comparingInt(Hand::has)
        .thenComparingInt(Hand::total)
        .thenComparingInt(Hand::rank)
        .thenComparing(hand -> hand.worker().id()));
    Map<Worker, Integer> left = new LinkedHashMap<>(rooms);
    rooms.forEach((worker, room) -> {
      if (room > 0) {
        hands.add(new Hand(worker, worker.given(job), worker.total(), worker.rank(job)));
      }
    });
    Map<Worker, Integer> shares = new LinkedHashMap<>();
    rooms.keySet().forEach(worker -> shares.put(worker, 0));
    for (int i = 0; i < tasks && !hands.isEmpty(); i++) {
      Hand hand = hands.remove();
      shares.merge(hand.worker(), 1, Integer::sum);
      if (left.merge(hand.worker(), -1, Integer::sum) > 0) {
        hands.add(new Hand(hand.worker(), hand.has() + 1, hand.total() + 1, hand.rank()));
      }
    }
    return shares;
  }

  private ImmutableList<WorkRange> take(Deque<TaskRun> pending, int share, Worker worker) {
    ImmutableList.Builder<WorkRange> ranges = ImmutableList.builder();
    int left = share;
    while (left > 0 && !pending.isEmpty() && worker.hasSpace(job)) {
      TaskRun run = pending.removeFirst();
      int count = Math.min(left, run.count());
      if (count < run.count()) {
        pending.addFirst(new TaskRun(run.first() + count, run.count() - count, run.row()));
      }
      ranges.add(range(run.first(), count, run.row(), worker));
      left -= count;
    }
    return ranges.build();
  }

  private WorkRange range(int first, int count, TaskRow row, Worker worker) {
    WorkRange range = new WorkRange(first, count, tokens.applyAsLong(count), row.attempts() + 1);
    worker.give(job, range);
    return range;
  }

  /** What each worker is given of a job that follows partitions. */
  Map<Worker, ImmutableList<WorkRange>> targeted(
      Workers workers, JobTarget target, ResourceKey resource, Source source) {
    Deque<TaskRun> pending = source.first(Integer.MAX_VALUE);
    if (pending.isEmpty()) {
      return Map.of();
    }
    Map<Integer, List<Worker>> holders = holders(workers, target, resource);
    Map<Worker, List<WorkRange>> given = new LinkedHashMap<>();
    TreeSet<String> unable = new TreeSet<>();
    int waiting = 0;
    int example = -1;
    for (TaskRun run : new ArrayDeque<>(pending)) {
      for (int task = run.first(); task < run.until(); task++) {
        int partition = target.partition(task);
        List<Worker> candidates = holders.getOrDefault(partition, List.of());
        String command = spec.command(task);
        if (candidates.isEmpty()) {
          waiting++;
          example = partition;
        } else if (candidates.stream().noneMatch(w -> w.runs(command))) {
          unable.add(command);
        }
        Optional<Worker> chosen = candidates.stream()
            .filter(w -> w.runs(command))
            .filter(w -> w.room(job, spec.concurrentTasksPerInstance()) > 0)
            .min(Comparator.<Worker>comparingInt(w -> w.given(job))
                .thenComparingInt(Worker::total)
                .thenComparing(Worker::id));
        if (chosen.isPresent()) {
          given
              .computeIfAbsent(chosen.get(), w -> new ArrayList<>())
              .add(range(task, 1, run.row(), chosen.get()));
        }
      }
    }
    unable.forEach(this::refuseCommand);
    if (waiting > 0) {
      refuse(
          Reason.Code.DEPENDENCY_PENDING,
          waiting + " tasks wait for a replica"
              + (target.states().isEmpty() ? "" : " in " + target.states())
              + " on a live, enabled instance, such as of partition " + example);
    }
    return immutable(given);
  }

  private static Map<Worker, ImmutableList<WorkRange>> immutable(
      Map<Worker, List<WorkRange>> given) {
    Map<Worker, ImmutableList<WorkRange>> result = new LinkedHashMap<>();
    given.forEach((worker, ranges) -> result.put(worker, ImmutableList.copyOf(ranges)));
    return result;
  }

  private Map<Integer, List<Worker>> holders(
      Workers workers, JobTarget target, ResourceKey resource) {
    TreeMap<Integer, List<Worker>> holders = new TreeMap<>();
    for (Worker worker : workers.with(spec.instanceTag())) {
      for (int partition : worker.partitions(resource, target)) {
        holders.computeIfAbsent(partition, p -> new ArrayList<>()).add(worker);
      }
    }
    return holders;
  }

  private void refuse(Reason.Code code, String detail) {
    reasons.add(new Reason(code, job.entity(), detail));
  }
}
