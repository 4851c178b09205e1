// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import com.google.common.collect.ImmutableList;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.Token;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.Specs;
import io.heddle.store.memory.CommittedTxn;
import io.heddle.store.memory.CommittedTxn.Change;
import io.heddle.store.memory.CommittedTxn.Kind;
import io.heddle.task.AttemptEnd;
import io.heddle.task.TaskCallbackContext;
import io.heddle.task.TaskDocuments;
import io.heddle.task.TaskDocuments.Ended;
import io.heddle.task.TaskDocuments.Given;
import io.heddle.task.TaskDocuments.Outcomes;
import io.heddle.task.TaskDocuments.TaskId;
import io.heddle.task.TaskDocuments.Work;
import io.heddle.task.TaskState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads the store's transaction log, in order, and checks the task framework's rules on what is
 * written: who may write, and that sequences go up; that a token is given once, and a task to
 * nobody else before its former attempt ended, was released, or is lost with its incarnation; that
 * attempts count up; that an outcome stays until it is recorded and acknowledged, and is
 * acknowledged only when it is recorded; that what ended is recorded with the removal of its task
 * from the work, once; that targeted tasks follow their partitions. Confined to the simulation's
 * thread.
 */
final class TaskLogCheck {
  private final ClusterPaths paths;
  private final TaskRecords records;
  private final TreeMap<InstanceId, LiveInstance> live = new TreeMap<>();
  private final TreeMap<String, Work> work = new TreeMap<>();
  private final TreeMap<String, Outcomes> outcomes = new TreeMap<>();
  private final TreeMap<String, Long> sequences = new TreeMap<>();
  private final Map<Long, Given> tokens = new HashMap<>();
  private final TreeMap<TaskId, Given> latest = new TreeMap<>();
  private final TreeMap<TaskId, Ended> endOfLatest = new TreeMap<>();
  private final TreeMap<TaskId, Long> completions = new TreeMap<>();
  private final OutcomeCheck outcomeCheck = new OutcomeCheck();
  private final PartitionHolders holders =
      new PartitionHolders(TaskWorkflows.RESOURCE, TaskWorkflows.STATE);
  private final Map<Long, Ended> ends = new HashMap<>();
  private final RunningTasks running;
  private long epoch;

  TaskLogCheck(ClusterPaths paths, RunningTasks running) {
    this.paths = paths;
    this.running = running;
    this.records = new TaskRecords();
  }

  // What is asked.

  /** What was given under a token. */
  Optional<Given> given(long token) {
    return Optional.ofNullable(tokens.get(token));
  }

  /** The token under which a task completed, if that has reached the store. */
  Optional<Long> completion(TaskId task) {
    return Optional.ofNullable(completions.get(task));
  }

  /** How an attempt ended first, by what was reported. */
  Optional<Ended> end(long token) {
    return Optional.ofNullable(ends.get(token));
  }

  /** Whether a task's workflow has ended, or is gone. */
  boolean isOver(TaskId task) {
    return records.isOver(task);
  }

  /** A parent that is not on record as done with, if there is one. */
  Optional<String> unfinishedParent(TaskId task) {
    return records.unfinishedParent(task);
  }

  /** What is wrong with what a task is told of its parents' results, if anything is. */
  Optional<String> wrongParentResult(TaskId task, TaskCallbackContext context) {
    for (String parent : records.parents(task)) {
      List<String> told = context.parentResult(parent);
      for (int i = 0; i < told.size(); i++) {
        Optional<Long> counts = completion(new TaskId(task.workflow(), task.uid(), parent, i));
        if (!counts.map(SimTasks::result).orElse("").equals(told.get(i))) {
          return Optional.of("of %s/%d it is told [%s], but %s counts"
              .formatted(parent, i, told.get(i), counts.map(Token::format)));
        }
      }
    }
    return Optional.empty();
  }

  /** The identity of the workflow that has a name now. */
  long uid(String workflow) {
    return records.uid(workflow);
  }

  /** The work that somebody still has. */
  ImmutableList<String> left() {
    return work.entrySet().stream()
        .filter(bucket -> !bucket.getValue().given().isEmpty())
        .map(bucket -> "%s has %s; outcomes are %s; live is %s"
            .formatted(bucket.getKey(), bucket.getValue(), outcomes.get(bucket.getKey()), live))
        .collect(ImmutableList.toImmutableList());
  }

  /** How many tasks completed. */
  int completed() {
    return completions.size();
  }

  /** What is recorded. */
  TaskRecords records() {
    return records;
  }

  // What is read.

  void read(CommittedTxn txn) {
    TreeMap<String, Optional<Work>> before = new TreeMap<>();
    records.begin();
    for (Change change : txn.changes()) {
      if (!change.path().startsWith(paths.root())) {
        continue;
      }
      List<String> parts = paths.parts(change.path());
      if (parts.isEmpty()) {
        continue;
      }
      switch (parts.get(0)) {
        case "epoch" -> epoch(change);
        case "live" -> live(parts, change);
        case "work" -> work(parts, change, before);
        case "outcomes" -> outcomes(parts, change);
        case "reports" -> holders.read(parts, change);
        case "workflows", "progress" -> records.read(parts, change, txn.zxid());
        default -> {}
      }
    }
    // Only now: the order of operations within a transaction means nothing.
    TreeMap<TaskId, Ended> taken = new TreeMap<>();
    before.forEach((path, old) -> taken(path, old, taken));
    before.keySet().forEach(this::given);
    before.forEach((path, old) -> {
      Work now = work.get(path);
      if (now != null) {
        outcomeCheck.written(path, old.orElse(null), now, outcomes.get(path));
      }
    });
    records.check(taken);
    records.ended().forEach(this::ended);
  }

  static AssertionError violation(String check, String detail) {
    return new AssertionError("[" + check + "] " + detail);
  }

  private void epoch(Change change) {
    long base = Specs.EPOCH.decode(change.data()).base();
    epoch = change.kind() == Kind.CREATED ? base : epoch + 1;
  }

  private void live(List<String> parts, Change change) {
    if (parts.size() != 3) {
      return;
    }
    InstanceId instance = InstanceId.of(parts.get(1));
    if (change.kind() == Kind.DELETED) {
      live.remove(instance);
      return;
    }
    LiveInstance now = Specs.LIVE.decode(change.data());
    live.put(instance, now);
    running
        .oneOf(instance, now.process())
        .filter(one -> change.kind() == Kind.CREATED)
        .ifPresent(one -> {
          throw violation(
              "registers over a task", "%s, while it runs token %s".formatted(now, one));
        });
  }

  private boolean isLiving(String path, long incarnation) {
    InstanceId instance = InstanceId.of(path.substring(0, path.indexOf('/')));
    return Optional.ofNullable(live.get(instance))
        .filter(one -> one.incarnation() == incarnation)
        .isPresent();
  }

  private void sequence(String path, long q) {
    Long last = sequences.put(path, q);
    if (last != null && q < last) {
      throw violation(
          "sequence goes back",
          "%s: from %s to %s".formatted(path, Token.format(last), Token.format(q)));
    }
  }

  private void work(List<String> parts, Change change, Map<String, Optional<Work>> before) {
    if (parts.size() != 3) {
      return;
    }
    String path = parts.get(1) + "/" + parts.get(2);
    Work old = work.get(path);
    before.putIfAbsent(path, Optional.ofNullable(old));
    if (change.kind() == Kind.DELETED) {
      work.remove(path);
      if (old != null && isLiving(path, old.incarnation())) {
        throw violation("deleted in force", "work/%s is the living's".formatted(path));
      }
      return;
    }
    Work now = TaskDocuments.work(change.data());
    if (now.epoch() != epoch) {
      throw violation(
          "older epoch",
          "work/%s is written with epoch %d in epoch %d".formatted(path, now.epoch(), epoch));
    }
    sequence("work/" + path, now.q());
    work.put(path, now);
  }

  private void outcomes(List<String> parts, Change change) {
    if (parts.size() != 3) {
      return;
    }
    String path = parts.get(1) + "/" + parts.get(2);
    Outcomes old = outcomes.get(path);
    if (change.kind() == Kind.DELETED) {
      outcomes.remove(path);
      outcomeCheck.written(path, old, Optional.empty(), work.get(path));
      return;
    }
    Outcomes now = TaskDocuments.outcomes(change.data());
    if (!isLiving(path, now.incarnation())) {
      throw violation(
          "outcomes of the dead",
          "outcomes/%s is written by incarnation %d".formatted(path, now.incarnation()));
    }
    sequence("outcomes/" + path, now.q());
    outcomes.put(path, now);
    outcomeCheck.written(path, old, Optional.of(now), work.get(path));
    now.ended().forEach(this::reported);
    now.ended().stream()
        .filter(ended -> ended.end() == AttemptEnd.COMPLETED && isIn(path, ended.token()))
        .forEach(this::completed);
  }

  private boolean isIn(String path, long token) {
    Work given = work.get(path);
    return given != null && given.has(token);
  }

  private void reported(Ended ended) {
    Ended first = ends.putIfAbsent(ended.token(), ended);
    if (first != null && !first.equals(ended)) {
      throw violation("ends twice", "%s was reported, and now %s".formatted(first, ended));
    }
    if (ended.end() == AttemptEnd.RELEASED && running.hasBegun(ended.token())) {
      throw violation("released, but begun", ended.toString());
    }
  }

  private void completed(Ended ended) {
    Long before = completions.put(ended.task(), ended.token());
    if (before != null && before != ended.token()) {
      throw violation(
          "completed twice",
          "%s completes under %s after %s"
              .formatted(ended.task(), Token.format(ended.token()), Token.format(before)));
    }
  }

  // What follows.

  private void taken(String path, Optional<Work> before, Map<TaskId, Ended> taken) {
    if (before.isEmpty()) {
      return;
    }
    Outcomes reported = outcomes.get(path);
    for (Given given : before.get().given()) {
      if (isIn(path, given.token())) {
        continue;
      }
      Optional<Ended> ended = reported == null
          ? Optional.empty()
          : reported.ended().stream().filter(e -> e.token() == given.token()).findFirst();
      if (ended.isEmpty() && isLiving(path, before.get().incarnation())) {
        throw violation(
            "taken away too early",
            "%s is taken from work/%s, which lives and has not told its end"
                .formatted(given, path));
      }
      Ended end = ended.orElse(new Ended(given.task(), given.token(), AttemptEnd.LOST, ""));
      taken.put(given.task(), end);
      endOfLatest.put(given.task(), end);
    }
  }

  private void given(String path) {
    Work now = work.get(path);
    if (now == null) {
      return;
    }
    TreeSet<TaskId> seen = new TreeSet<>();
    for (Given given : now.given()) {
      if (!seen.add(given.task())) {
        throw violation("given twice", "%s is twice in work/%s".formatted(given, path));
      }
      Given known = tokens.get(given.token());
      if (known == null) {
        gives(path, given);
      } else if (!known.equals(given)
          || !given.equals(latest.get(given.task()))
          || endOfLatest.containsKey(given.task())) {
        throw violation(
            "token given again",
            "%s is given to %s, but that token was given as %s".formatted(given, path, known));
      }
    }
  }

  /** A workflow ends. */
  private void ended(String workflow) {
    work.forEach((path, now) -> now.given().stream()
        .filter(given -> given.task().workflow().equals(workflow) && isOver(given.task()))
        .forEach(given -> {
          throw violation("ended too early", "%s is still in work/%s".formatted(given, path));
        }));
  }

  private void gives(String path, Given given) {
    tokens.put(given.token(), given);
    Given former = latest.put(given.task(), given);
    Ended end = endOfLatest.remove(given.task());
    if (former != null) {
      if (end == null) {
        throw violation(
            "given twice",
            "%s is given to %s, but %s has not ended".formatted(given, path, former));
      }
      int next = former.attempt() + (end.end() == AttemptEnd.RELEASED ? 0 : 1);
      if (given.token() <= former.token() || given.attempt() != next) {
        throw violation(
            "attempts out of order",
            "%s is given to %s after %s, which ended as %s".formatted(given, path, former, end));
      }
    } else if (given.attempt() != 1) {
      throw violation("attempts out of order", "%s is the first".formatted(given));
    }
    if (completions.containsKey(given.task()) || records.state(given.task()) != TaskState.PENDING) {
      throw violation("completed runs again", "%s is given to %s".formatted(given, path));
    }
    unfinishedParent(given.task()).ifPresent(parent -> {
      throw violation("given before its parents", "%s: %s".formatted(given, parent));
    });
    if (isOver(given.task())) {
      throw violation("given too late", "%s is given to %s".formatted(given, path));
    }
    String instance = path.substring(0, path.indexOf('/'));
    long incarnation = Objects.requireNonNull(work.get(path)).incarnation();
    records.partition(given.task()).ifPresent(partition -> {
      if (!holders.hasHad(instance, incarnation, partition)) {
        throw violation(
            "not where its partition is",
            "%s is given to %s, which never had partition %d".formatted(given, path, partition));
      }
    });
  }
}
