// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.controller.StaleDecisionException;
import io.heddle.controller.WriteBatch;
import io.heddle.schema.ClusterPaths;
import io.heddle.task.ProgressCodecs.Directory;
import io.heddle.task.ProgressCodecs.Results;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Says what each of the task framework's changes writes. Immutable. */
final class ChangeWriter {
  private final ClusterPaths paths;
  private final long epoch;

  ChangeWriter(ClusterPaths paths, long epoch) {
    this.paths = paths;
    this.epoch = epoch;
  }

  void render(TaskChange change, WriteBatch batch) {
    if (change instanceof TaskChange.Give give) {
      give(give, batch);
    } else if (change instanceof TaskChange.SetOrder order) {
      setOrder(order, batch);
    } else if (change instanceof TaskChange.Settle settle) {
      settle(settle, batch);
    } else if (change instanceof TaskChange.Recorded record) {
      record(record, batch);
    } else if (change instanceof TaskChange.Start start) {
      start(start, batch);
    } else if (change instanceof TaskChange.Fail fail) {
      fail(fail, batch);
    } else if (change instanceof TaskChange.Advance advance) {
      advance(advance, batch);
    } else if (change instanceof TaskChange.Remove remove) {
      remove(remove, batch);
    } else if (change instanceof TaskChange.Clear clear) {
      clear.paths().forEach(batch::delete);
    }
  }

  // Work.

  private void give(TaskChange.Give give, WriteBatch batch) {
    String path = TaskPaths.work(paths, give.instance(), give.job().bucket());
    batch.edit(path, WorkCodecs.WORK, before -> {
      Optional<WorkBucket> own = before.filter(b -> b.incarnation() == give.incarnation());
      if (own.isEmpty() && before.filter(b -> !b.groups().isEmpty()).isPresent()) {
        throw new StaleDecisionException(path + " is for another incarnation");
      }
      WorkBucket base =
          own.orElse(new WorkBucket(epoch, give.incarnation(), 0, 0, ImmutableSortedMap.of()));
      return Optional.of(
          base.with(give.job(), base.group(give.job()).plus(give.ranges()), epoch, give.q()));
    });
  }

  private void setOrder(TaskChange.SetOrder change, WriteBatch batch) {
    String path = TaskPaths.work(paths, change.instance(), change.job().bucket());
    batch.edit(path, WorkCodecs.WORK, before -> {
      WorkBucket bucket = before
          .filter(b -> b.incarnation() == change.incarnation())
          .orElseThrow(() -> new StaleDecisionException(path + " is for another incarnation"));
      WorkGroup group = bucket.group(change.job());
      return group.isEmpty()
          ? before
          : Optional.of(bucket.with(change.job(), group.with(change.order()), epoch, change.q()));
    });
  }

  private void settle(TaskChange.Settle settle, WriteBatch batch) {
    String path = TaskPaths.work(paths, settle.instance(), settle.bucket());
    batch.edit(path, WorkCodecs.WORK, before -> settled(settle, before, epoch));
  }

  /** A work bucket after tasks were taken out of it; empty if it goes. */
  static Optional<WorkBucket> settled(
      TaskChange.Settle settle, Optional<WorkBucket> before, long epoch) {
    String who = settle.instance() + "/" + settle.bucket();
    if (before.isPresent() != settle.before().isPresent()
        || (before.isPresent() && before.get().incarnation() != settle.before().getAsLong())) {
      throw new StaleDecisionException("the work of " + who + " is for another incarnation");
    }
    Optional<WorkBucket> rest = before.isEmpty()
        ? before
        : Optional.of(before
            .get()
            .minus(settle.settled())
            .orElseThrow(() -> new StaleDecisionException("the work of " + who + " changed")));
    if (settle.after().isEmpty()) {
      return Optional.empty();
    }
    long to = settle.after().getAsLong();
    if (rest.isPresent()
        && rest.get().incarnation() != to
        && !rest.get().groups().isEmpty()) {
      throw new StaleDecisionException("the work of " + who + " is not all settled");
    }
    return Optional.of(new WorkBucket(
        epoch,
        to,
        settle.q(),
        Math.max(settle.a(), rest.map(WorkBucket::a).orElse(0L)),
        rest.map(WorkBucket::groups).orElse(ImmutableSortedMap.of())));
  }

  // Progress.

  private interface Edit {
    WorkflowProgress apply(WorkflowProgress before);
  }

  private void edit(WorkflowKey key, WriteBatch batch, Edit edit) {
    batch.edit(
        TaskPaths.progressDirectory(paths, key.name()),
        ProgressCodecs.DIRECTORY,
        before -> Optional.of(before.orElse(new Directory())));
    batch.edit(TaskPaths.progress(paths, key.name()), ProgressCodecs.WORKFLOW, before -> {
      // Of another uid: left behind by a workflow of this name that was deleted.
      WorkflowProgress now =
          before.filter(p -> p.uid() == key.uid()).orElse(WorkflowProgress.notStarted(key.uid()));
      if (now.state().isFinal()) {
        throw new StaleDecisionException("workflow " + key + " has ended");
      }
      WorkflowProgress after = edit.apply(now);
      return after.equals(now) && before.isEmpty() ? before : Optional.of(after);
    });
  }

  private void start(TaskChange.Start start, WriteBatch batch) {
    edit(start.job().workflow(), batch, before -> {
      if (before.job(start.job().job()).state() != JobState.NOT_STARTED) {
        throw new StaleDecisionException("job " + start.job() + " has started");
      }
      return before
          .with(
              start.job().job(),
              JobProgress.of(JobState.IN_PROGRESS, start.total(), start.place(), ""))
          .with(WorkflowState.IN_PROGRESS, "");
    });
  }

  private void fail(TaskChange.Fail fail, WriteBatch batch) {
    String name = fail.job().job();
    edit(fail.job().workflow(), batch, before -> {
      JobProgress job = before.job(name);
      JobState state = switch (job.state()) {
        case NOT_STARTED -> JobState.FAILED;
        case IN_PROGRESS -> JobState.FAILING;
        case FAILING, ABORTING, COMPLETED, FAILED, ABORTED ->
          throw new StaleDecisionException("job " + fail.job() + " is " + job.state());
      };
      return WorkflowRules.advance(
          fail.document(),
          before.with(name, job.with(state, fail.info())),
          ImmutableSortedSet.of(),
          fail.nowMillis());
    });
  }

  private void advance(TaskChange.Advance advance, WriteBatch batch) {
    edit(
        advance.workflow(),
        batch,
        before -> WorkflowRules.advance(
            advance.document(), before, advance.drained(), advance.nowMillis()));
  }

  private void record(TaskChange.Recorded record, WriteBatch batch) {
    String name = record.job().job();
    edit(record.job().workflow(), batch, before -> {
      JobProgress job = before.job(name);
      if (job.state() == JobState.NOT_STARTED || job.place() != record.place()) {
        throw new StaleDecisionException("job " + record.job() + " is not what it was");
      }
      JobProgress after = job.plus(record.counts());
      if (!record.reason().isEmpty()) {
        after = after.with(after.state(), record.reason());
      }
      if (record.place() == JobProgress.Place.INLINE) {
        after = after.with(
            after.tasks().with(record.rows()), merged(after.results(), record.results()));
      }
      return WorkflowRules.advance(
          record.document(), before.with(name, after), ImmutableSortedSet.of(), record.nowMillis());
    });
    if (record.place() == JobProgress.Place.CHUNKS) {
      states(record, batch);
      results(record, batch);
    }
  }

  private void states(TaskChange.Recorded record, WriteBatch batch) {
    TreeMap<Integer, ImmutableList.Builder<TaskRun>> chunks = new TreeMap<>();
    for (TaskRun run : record.rows()) {
      int at = run.first();
      while (at < run.until()) {
        int chunk = at / TaskPaths.TASKS_PER_CHUNK;
        int until = Math.min(run.until(), (chunk + 1) * TaskPaths.TASKS_PER_CHUNK);
        chunks
            .computeIfAbsent(chunk, c -> ImmutableList.builder())
            .add(new TaskRun(at, until - at, run.row()));
        at = until;
      }
    }
    for (Map.Entry<Integer, ImmutableList.Builder<TaskRun>> chunk : chunks.entrySet()) {
      List<TaskRun> rows = chunk.getValue().build();
      batch.edit(
          TaskPaths.states(
              paths, record.job().workflow().name(), record.job().job(), chunk.getKey()),
          ProgressCodecs.STATES,
          before -> Optional.of(before.orElse(TaskRuns.EMPTY).with(rows)));
    }
  }

  private void results(TaskChange.Recorded record, WriteBatch batch) {
    TreeMap<Integer, TreeMap<Integer, String>> chunks = new TreeMap<>();
    record
        .results()
        .forEach((task, result) -> chunks
            .computeIfAbsent(task / TaskPaths.RESULTS_PER_CHUNK, c -> new TreeMap<>())
            .put(task, result));
    for (Map.Entry<Integer, TreeMap<Integer, String>> chunk : chunks.entrySet()) {
      batch.edit(
          TaskPaths.results(
              paths, record.job().workflow().name(), record.job().job(), chunk.getKey()),
          ProgressCodecs.RESULTS,
          before -> Optional.of(new Results(merged(
              before.map(Results::byTask).orElse(ImmutableSortedMap.of()), chunk.getValue()))));
    }
  }

  private static ImmutableSortedMap<Integer, String> merged(
      Map<Integer, String> before, Map<Integer, String> more) {
    TreeMap<Integer, String> all = new TreeMap<>(before);
    all.putAll(more);
    return ImmutableSortedMap.copyOfSorted(all);
  }

  private void remove(TaskChange.Remove remove, WriteBatch batch) {
    String spec = TaskPaths.spec(paths, remove.workflow().name());
    String progress = TaskPaths.progress(paths, remove.workflow().name());
    for (String path : remove.paths()) {
      if (path.equals(spec)) {
        batch.edit(path, SpecCodec.WORKFLOW, before -> Optional.empty());
      } else if (path.equals(progress)) {
        batch.edit(path, ProgressCodecs.WORKFLOW, before -> Optional.empty());
      } else if (TaskPaths.Chunk.of(path.substring(path.lastIndexOf('/') + 1))
          .filter(TaskPaths.Chunk::results)
          .isPresent()) {
        batch.edit(path, ProgressCodecs.RESULTS, before -> Optional.empty());
      } else {
        batch.edit(path, ProgressCodecs.STATES, before -> Optional.empty());
      }
    }
  }
}
