// SPDX-License-Identifier: Apache-2.0
package io.heddle.sim;

import static io.heddle.sim.TaskLogCheck.violation;

import com.google.common.collect.ImmutableSet;
import io.heddle.store.memory.CommittedTxn.Change;
import io.heddle.store.memory.CommittedTxn.Kind;
import io.heddle.task.AttemptEnd;
import io.heddle.task.JobState;
import io.heddle.task.TaskDocuments;
import io.heddle.task.TaskDocuments.Ended;
import io.heddle.task.TaskDocuments.Job;
import io.heddle.task.TaskDocuments.Progress;
import io.heddle.task.TaskDocuments.Row;
import io.heddle.task.TaskDocuments.TaskId;
import io.heddle.task.TaskState;
import io.heddle.task.WorkflowSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is recorded of workflows, as the log has it: a completed task stays so, is counted once, and
 * is recorded by the very transaction that takes it from the work, and only then. Confined to the
 * simulation's thread.
 */
final class TaskRecords {
  private static final Row NEW = new Row(TaskState.PENDING, 0, 0, 0);

  private final TreeMap<String, Workflow> workflows = new TreeMap<>();
  private final Set<String> touched = new HashSet<>();
  private final Set<TaskId> completedNow = new HashSet<>();

  /** One workflow. */
  private static final class Workflow {
    private final long uid;
    private final WorkflowSpec spec;
    private final TreeMap<String, Job> jobs = new TreeMap<>();
    private final TreeMap<String, TreeMap<Integer, Row>> rows = new TreeMap<>();

    Workflow(long uid, WorkflowSpec spec) {
      this.uid = uid;
      this.spec = spec;
    }

    Row row(String job, int task) {
      return rows.getOrDefault(job, new TreeMap<>()).getOrDefault(task, NEW);
    }
  }

  /** A transaction follows. */
  void begin() {
    touched.clear();
    completedNow.clear();
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
      if (row.state() == TaskState.COMPLETED) {
        completedNow.add(id);
      }
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
    for (TaskId task : completedNow) {
      Ended end = taken.get(task);
      if (end == null || end.end() != AttemptEnd.COMPLETED) {
        throw violation(
            "completed by nobody", "%s is recorded as completed, but %s".formatted(task, end));
      }
    }
    touched.forEach(this::counts);
  }

  private void counts(String name) {
    Workflow workflow = workflows.get(name);
    if (workflow == null) {
      return;
    }
    workflow.jobs.forEach((job, progress) -> {
      long completed = workflow.rows.getOrDefault(job, new TreeMap<>()).values().stream()
          .filter(row -> row.state() == TaskState.COMPLETED)
          .count();
      boolean isDone = progress.state() == JobState.COMPLETED;
      if (completed != progress.completed() || (isDone && completed != progress.total())) {
        throw violation(
            "counted wrongly",
            "%s/%s is %s with %d completed of %d, but %d tasks are completed"
                .formatted(
                    name,
                    job,
                    progress.state(),
                    progress.completed(),
                    progress.total(),
                    completed));
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

  private boolean isKnown(TaskId task) {
    return workflow(task) != null;
  }

  /** What is recorded of a task. */
  TaskState state(TaskId task) {
    Workflow workflow = workflow(task);
    return workflow == null
        ? NEW.state()
        : workflow.row(task.job(), task.task()).state();
  }

  /** The parents of a task's job. */
  ImmutableSet<String> parents(TaskId task) {
    Workflow workflow = workflow(task);
    return workflow == null ? ImmutableSet.of() : workflow.spec.job(task.job()).parents();
  }

  /** A parent that is not recorded as completed, if there is one. */
  Optional<String> unfinishedParent(TaskId task) {
    Workflow workflow = workflow(task);
    if (workflow == null) {
      return Optional.empty();
    }
    for (String parent : parents(task)) {
      Job job = workflow.jobs.get(parent);
      if (job == null || job.state() != JobState.COMPLETED) {
        return Optional.of("job " + parent + " has not completed");
      }
    }
    return Optional.empty();
  }
}
