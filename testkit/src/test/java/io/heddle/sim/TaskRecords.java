// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static io.heddle.sim.TaskLogCheck.violation;

import com.google.common.collect.ImmutableSet;
import io.heddle.store.memory.CommittedTxn.Change;
import io.heddle.store.memory.CommittedTxn.Kind;
import io.heddle.task.AttemptEnd;
import io.heddle.task.JobSpec;
import io.heddle.task.JobState;
import io.heddle.task.TaskDocuments;
import io.heddle.task.TaskDocuments.Ended;
import io.heddle.task.TaskDocuments.Job;
import io.heddle.task.TaskDocuments.Progress;
import io.heddle.task.TaskDocuments.Row;
import io.heddle.task.TaskDocuments.TaskId;
import io.heddle.task.TaskState;
import io.heddle.task.WorkflowSpec;
import io.heddle.task.WorkflowState;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of workflows, as the log has it: how an attempt ended is recorded once, by the
 * very transaction that takes it from the work, and only then; what is final stays so, and is
 * counted once. Confined to the simulation's thread.
 */
final class TaskRecords {
  private static final Row NEW = new Row(TaskState.PENDING, 0, 0, 0);

  private final TreeMap<String, Workflow> workflows = new TreeMap<>();
  private final Set<String> touched = new HashSet<>();
  private final TreeMap<TaskId, Row> changed = new TreeMap<>();
  private final Set<String> endedNow = new TreeSet<>();

  /** One workflow. */
  private static final class Workflow {
    private final long uid;
    private final WorkflowSpec spec;
    private final TreeMap<String, Job> jobs = new TreeMap<>();
    private WorkflowState state = WorkflowState.NOT_STARTED;
    private final TreeMap<String, TreeMap<Integer, Row>> rows = new TreeMap<>();

    Workflow(long uid, WorkflowSpec spec) {
      this.uid = uid;
      this.spec = spec;
    }

    int count(String job, TaskState wanted) {
      return (int) rows.getOrDefault(job, new TreeMap<>()).values().stream()
          .filter(row -> row.state() == wanted)
          .count();
    }

    Row row(String job, int task) {
      return rows.getOrDefault(job, new TreeMap<>()).getOrDefault(task, NEW);
    }
  }

  /** A transaction follows. */
  void begin() {
    touched.clear();
    changed.clear();
    endedNow.clear();
  }

  /** One of its changes. */
  void read(List<String> parts, Change change, long zxid) {
    if (parts.size() < 3) {
      return;
    }
    String name = parts.get(2);
    if (parts.get(0).equals("workflows")) {
      spec(name, change, zxid);
      return;
    }
    Workflow workflow = workflows.get(name);
    if (workflow == null || change.kind() == Kind.DELETED) {
      return;
    }
    touched.add(name);
    if (parts.size() == 3) {
      progress(workflow, TaskDocuments.progress(change.data()));
    } else {
      String chunk = parts.get(3);
      int dot = chunk.lastIndexOf('.');
      if (chunk.charAt(dot + 1) == 't') {
        rows(workflow, chunk.substring(0, dot), TaskDocuments.states(change.data()));
      }
    }
  }

  private void spec(String name, Change change, long zxid) {
    switch (change.kind()) {
      case CREATED -> workflows.put(name, new Workflow(zxid, TaskDocuments.spec(change.data())));
      case DELETED -> workflows.remove(name);
      case SET -> {
        // Only what is wanted of it changes.
      }
    }
  }

  private void progress(Workflow workflow, Progress progress) {
    if (progress.uid() != workflow.uid) {
      throw violation(
          "progress of another",
          "%s@%d has progress of %d".formatted(workflow.spec.name(), workflow.uid, progress.uid()));
    }
    if (workflow.state.isFinal() && workflow.state != progress.state()) {
      throw violation(
          "record goes back",
          "%s was %s, and is to be %s"
              .formatted(workflow.spec.name(), workflow.state, progress.state()));
    }
    if (!workflow.state.isFinal() && progress.state().isFinal()) {
      endedNow.add(workflow.spec.name());
    }
    workflow.state = progress.state();
    progress.jobs().forEach((name, job) -> {
      workflow.jobs.put(name, job);
      rows(workflow, name, job.rows());
    });
  }

  private void rows(Workflow workflow, String job, Map<Integer, Row> now) {
    now.forEach((task, row) -> {
      Row before = workflow.row(job, task);
      if (before.equals(row)) {
        return;
      }
      TaskId id = new TaskId(workflow.spec.name(), workflow.uid, job, task);
      if (before.state() != TaskState.PENDING || row.attempts() < before.attempts()) {
        throw violation(
            "record goes back", "%s was %s, and is to be %s".formatted(id, before, row));
      }
      changed.putIfAbsent(id, before);
      workflow.rows.computeIfAbsent(job, j -> new TreeMap<>()).put(task, row);
    });
  }

  /**
   * The transaction is read.
   *
   * @param taken what it takes from the work, and how that had ended
   */
  void check(Map<TaskId, Ended> taken) {
    taken.forEach((task, end) -> {
      if (end.end() == AttemptEnd.COMPLETED
          && isKnown(task)
          && state(task) != TaskState.COMPLETED) {
        throw violation(
            "completion lost", "%s, but it is recorded as %s".formatted(end, state(task)));
      }
    });
    taken.forEach(this::recordedOnce);
    changed.keySet().stream().filter(task -> !taken.containsKey(task)).forEach(task -> {
      throw violation(
          "recorded by nobody",
          "%s is to be %s, but is in nobody's work".formatted(task, row(task)));
    });
    touched.forEach(this::counts);
  }

  /** What the end of one attempt makes of its task's record. */
  private void recordedOnce(TaskId task, Ended end) {
    if (!isKnown(task)) {
      return;
    }
    Row now = row(task);
    Row before = changed.getOrDefault(task, now);
    Set<TaskState> allowed = switch (end.end()) {
      case COMPLETED -> Set.of(TaskState.COMPLETED);
      case FATAL_FAILED -> Set.of(TaskState.FAILED);
      case FAILED, TIMED_OUT, LOST -> Set.of(TaskState.PENDING, TaskState.FAILED);
      case CANCELED -> Set.of(TaskState.PENDING, TaskState.FAILED, TaskState.CANCELED);
      case RELEASED -> Set.of(TaskState.PENDING);
    };
    boolean isFailure = switch (end.end()) {
      case FAILED, TIMED_OUT, FATAL_FAILED -> true;
      case CANCELED -> now.state() != TaskState.CANCELED;
      case COMPLETED, LOST, RELEASED -> false;
    };
    Row expected = new Row(
        now.state(),
        before.attempts() + (end.end() == AttemptEnd.RELEASED ? 0 : 1),
        before.failures() + (isFailure ? 1 : 0),
        before.losses() + (end.end() == AttemptEnd.LOST ? 1 : 0));
    if (!now.equals(expected) || !allowed.contains(now.state())) {
      throw violation(
          "recorded wrongly",
          "%s was %s; after %s it is to be %s".formatted(task, before, end, now));
    }
  }

  private void counts(String name) {
    Workflow workflow = workflows.get(name);
    if (workflow == null) {
      return;
    }
    workflow.jobs.forEach((job, progress) -> {
      int completed = workflow.count(job, TaskState.COMPLETED);
      int failed = workflow.count(job, TaskState.FAILED);
      int canceled = workflow.count(job, TaskState.CANCELED);
      boolean isDone = progress.state() == JobState.COMPLETED;
      if (completed != progress.completed()
          || failed != progress.failed()
          || canceled != progress.canceled()
          || (isDone && completed + failed != progress.total())) {
        throw violation(
            "counted wrongly",
            "%s/%s is %s, but %d tasks are completed, %d failed, %d canceled"
                .formatted(name, job, progress, completed, failed, canceled));
      }
    });
  }

  private @Nullable Workflow workflow(TaskId task) {
    Workflow workflow = workflows.get(task.workflow());
    return workflow == null || workflow.uid != task.uid() ? null : workflow;
  }

  /** The identity of the workflow that has a name now. */
  long uid(String name) {
    Workflow workflow = workflows.get(name);
    if (workflow == null) {
      throw violation("workflow lost", name + " is not there");
    }
    return workflow.uid;
  }

  /** Names of workflows that end with this transaction. */
  Set<String> ended() {
    return endedNow;
  }

  /** Whether a task's workflow has ended, or is gone. */
  boolean isOver(TaskId task) {
    Workflow workflow = workflow(task);
    return workflow == null || workflow.state.isFinal();
  }

  /** The partition that a task works on. */
  Optional<Integer> partition(TaskId task) {
    Workflow workflow = workflow(task);
    return workflow == null
        ? Optional.empty()
        : TaskDocuments.partition(workflow.spec.job(task.job()), task.task());
  }

  /** What is recorded of a task. */
  Row row(TaskId task) {
    Workflow workflow = workflow(task);
    return workflow == null ? NEW : workflow.row(task.job(), task.task());
  }

  private boolean isKnown(TaskId task) {
    return workflow(task) != null;
  }

  /** Where a task is, by what is recorded of it. */
  TaskState state(TaskId task) {
    return row(task).state();
  }

  /** The parents of a task's job. */
  ImmutableSet<String> parents(TaskId task) {
    Workflow workflow = workflow(task);
    return workflow == null ? ImmutableSet.of() : workflow.spec.job(task.job()).parents();
  }

  /** A parent that is not on record as done with, if there is one. */
  Optional<String> unfinishedParent(TaskId task) {
    Workflow workflow = workflow(task);
    if (workflow == null) {
      return Optional.empty();
    }
    boolean tolerant =
        workflow.spec.job(task.job()).onParentFailure() == JobSpec.ParentFailure.IGNORE;
    for (String parent : parents(task)) {
      Job job = workflow.jobs.get(parent);
      boolean isDone = job != null
          && (job.state() == JobState.COMPLETED || (tolerant && job.state().isFinal()));
      if (!isDone) {
        return Optional.of("of job " + parent + " is recorded " + job);
      }
    }
    return Optional.empty();
  }
}
