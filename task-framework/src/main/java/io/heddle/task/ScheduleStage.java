// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.Reason;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.ResourceView;
import io.heddle.pipeline.Snapshot;
import io.heddle.pipeline.Stage;
import io.heddle.pipeline.UnfinishedWork;
import io.heddle.task.WorkGroup.Order;
import io.heddle.task.Workers.Worker;
import io.heddle.task.WorkflowDocument.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Which jobs start, which tasks are given to whom, what is to be stopped, what is forgotten. Pure.
 * Runs after {@link SettleStage}: what is settled in this pass makes room, but is given out again
 * only by the next, when its attempt is on record.
 */
final class ScheduleStage implements Stage {
  /** Most tasks of a workflow that are written down in the workflow's own document. */
  static final int INLINE_TASKS = 100;

  /** Most documents that are removed in one go. */
  private static final int REMOVED_AT_ONCE = 100;

  @Override
  public Draft apply(Draft draft) {
    return new Pass(draft, draft.snapshot().sections().get(TaskSection.KEY)).run();
  }

  private static final class Pass {
    private final Draft draft;
    private final Snapshot snapshot;
    private final TaskSection section;
    private final AfterSettling settled;
    private final Given given;
    private final Workers workers;
    private final long q;
    private final List<Decision> decisions = new ArrayList<>();
    private final List<Reason> reasons = new ArrayList<>();
    private long taken = 1;
    private long wakeAt = Long.MAX_VALUE;

    Pass(Draft draft, TaskSection section) {
      this.draft = draft;
      this.snapshot = draft.snapshot();
      this.section = section;
      this.settled = draft.facts().get(AfterSettling.KEY);
      this.given = new Given(section.work());
      this.workers = new Workers(draft, section, settled);
      this.q = draft.number(draft.counter());
    }

    Draft run() {
      reasons.addAll(section.unreadable().values());
      section.workflows().values().forEach(this::workflow);
      stopStrangers();
      expire();
      Draft planned = draft
          .plus(decisions)
          .plusReasons(reasons)
          .taking(decisions.isEmpty() ? 0 : taken)
          .with(UnfinishedWork.KEY, UnfinishedWork.of(draft).plus(given.unfinished()));
      return wakeAt == Long.MAX_VALUE ? planned : planned.wakeAt(wakeAt);
    }

    private long tokens(long count) {
      long first = draft.number(draft.counter() + taken);
      taken += count;
      return first;
    }

    private void decide(String entity, String why, TaskChange change) {
      decisions.add(Decision.of(entity, why, new Change.OfExtension(TaskSection.KEY, change)));
    }

    // Workflows.

    private void workflow(WorkflowView view) {
      if (view.progress().state().isFinal()) {
        if (view.document().target() == Target.DELETE) {
          remove(view);
        }
        return;
      }
      if (advancesBySettling(view)) {
        return;
      }
      ImmutableSortedSet<String> drained = drained(view);
      WorkflowProgress advanced =
          WorkflowRules.advance(view.document(), view.progress(), drained, snapshot.nowMillis());
      if (!advanced.equals(view.progress())) {
        decide(
            view.key().name(),
            "its jobs' states changed",
            new TaskChange.Advance(view.key(), view.document(), drained, snapshot.nowMillis()));
        return;
      }
      new WorkflowStep(view).run();
    }

    /**
     * Whether what is settled in this pass changes states of the workflow or its jobs: the decision
     * that settles it writes that down, and what was decided from the states before would be stale.
     */
    private boolean advancesBySettling(WorkflowView view) {
      WorkflowProgress counted = view.progress();
      for (Map.Entry<String, JobProgress> job : view.progress().jobs().entrySet()) {
        Counts counts = settled.counts(view.key().job(job.getKey()));
        if (!counts.equals(Counts.NONE)) {
          counted = counted.with(job.getKey(), job.getValue().plus(counts));
        }
      }
      return !counted.equals(view.progress())
          && !WorkflowRules.advance(
                  view.document(), counted, ImmutableSortedSet.of(), snapshot.nowMillis())
              .equals(counted);
    }

    private ImmutableSortedSet<String> drained(WorkflowView view) {
      TreeSet<String> drained = new TreeSet<>();
      view.progress().jobs().forEach((name, job) -> {
        boolean stopping = job.state() == JobState.FAILING || job.state() == JobState.ABORTING;
        if (stopping && given.parts(view.key().job(name)).isEmpty()) {
          drained.add(name);
        }
      });
      return ImmutableSortedSet.copyOfSorted(drained);
    }

    private void remove(WorkflowView view) {
      List<String> documents = new ArrayList<>(view.documents());
      documents.add(TaskPaths.spec(section.paths(), view.key().name()));
      removeSome(view.key(), documents, "it was deleted");
    }

    private void removeSome(WorkflowKey key, List<String> documents, String why) {
      // Progress and spec, the last two, go together: a spec without progress would run again.
      int count = documents.size() <= REMOVED_AT_ONCE
          ? documents.size()
          : Math.min(REMOVED_AT_ONCE, documents.size() - 2);
      decide(
          key.name(),
          why,
          new TaskChange.Remove(key, ImmutableList.copyOf(documents.subList(0, count))));
    }

    private void expire() {
      for (TaskSection.Expiring expiring : section.expiring()) {
        long left = expiring.atMillis() - snapshot.nowMillis();
        if (left <= 0) {
          removeSome(expiring.workflow(), expiring.documents(), "its record has expired");
        } else {
          wake(snapshot.nowNanos() + Math.min(left, 3_600_000) * 1_000_000);
          return;
        }
      }
    }

    private void wake(long nanos) {
      wakeAt = Math.min(wakeAt, nanos);
    }

    /** Work of workflows that are gone: their tasks are stopped, their results forgotten. */
    private void stopStrangers() {
      for (JobKey job : given.jobs()) {
        boolean known = section.workflow(job.workflow()).isPresent()
            || section.isUnreadable(job.workflow().name());
        if (!known) {
          order(job, Order.CANCEL, "its workflow is gone");
        }
      }
    }

    private void order(JobKey job, Order order, String why) {
      for (Given.Part part : given.parts(job)) {
        if (part.group().order() != order && isLive(part)) {
          decide(
              job.entity() + "@" + part.instance(),
              why,
              new TaskChange.SetOrder(part.instance(), part.incarnation(), job, order, q));
        }
      }
    }

    private boolean isLive(Given.Part part) {
      return Optional.ofNullable(snapshot.instances().get(part.instance()))
          .flatMap(i -> i.live())
          .filter(live -> live.incarnation() == part.incarnation())
          .isPresent();
    }

    /** One workflow's jobs. */
    private final class WorkflowStep {
      private final WorkflowView view;
      private int inline;

      WorkflowStep(WorkflowView view) {
        this.view = view;
        this.inline = view.progress().jobs().values().stream()
            .filter(job -> job.place() == JobProgress.Place.INLINE)
            .mapToInt(JobProgress::total)
            .sum();
      }

      void run() {
        for (JobSpec spec : view.document().spec().jobs()) {
          JobKey key = view.key().job(spec.name());
          JobProgress job = view.progress().job(spec.name());
          switch (job.state()) {
            case NOT_STARTED -> {
              if (WorkflowRules.isReady(spec, view.progress())) {
                start(key, spec);
              }
            }
            case IN_PROGRESS -> give(key, spec, job.total());
            case FAILING, ABORTING -> order(key, Order.CANCEL, "the job stops");
            case COMPLETED, FAILED, ABORTED -> {
              // Nothing is left to do.
            }
          }
        }
      }

      private void start(JobKey key, JobSpec spec) {
        int total = spec.ownTasks();
        if (spec.target().isPresent()) {
          JobTarget target = spec.target().get();
          if (snapshot.unreadableResources().contains(target.resource())) {
            reasons.add(new Reason(
                Reason.Code.DEPENDENCY_PENDING,
                key.entity(),
                "resource " + target.resource() + " cannot be read"));
            return;
          }
          Optional<String> problem = problem(target);
          if (problem.isPresent()) {
            fail(key, problem.get());
            return;
          }
          total = target.tasks(resource(target).orElseThrow().spec().partitions());
        }
        JobProgress.Place place =
            inline + total <= INLINE_TASKS ? JobProgress.Place.INLINE : JobProgress.Place.CHUNKS;
        inline += place == JobProgress.Place.INLINE ? total : 0;
        decide(key.entity(), "its parents have ended", new TaskChange.Start(key, total, place));
        give(key, spec, total);
      }

      private Optional<ResourceView> resource(JobTarget target) {
        return Optional.ofNullable(snapshot.resources().get(target.resource()))
            .filter(resource -> !resource.spec().deleting());
      }

      private Optional<String> problem(JobTarget target) {
        Optional<ResourceView> resource = resource(target);
        if (resource.isEmpty()) {
          return Optional.of("its target resource " + target.resource() + " does not exist");
        }
        int partitions = resource.get().spec().partitions();
        if (!target.partitions().isEmpty() && target.partitions().last() >= partitions) {
          return Optional.of("its target partition " + target.partitions().last()
              + " does not exist: " + target.resource() + " has " + partitions);
        }
        return Optional.empty();
      }

      private void fail(JobKey key, String info) {
        decide(
            key.entity(),
            info,
            new TaskChange.Fail(key, view.document(), info, snapshot.nowMillis()));
      }

      private void give(JobKey key, JobSpec spec, int total) {
        int failed = view.progress().job(spec.name()).counts().failed()
            + settled.counts(key).failed();
        if (failed > spec.failureThreshold()) {
          return;
        }
        recall(key);
        Giving giving = new Giving(key, spec, this::take, reasons);
        ImmutableSortedMap<Integer, Long> delayed =
            section.retries().getOrDefault(key, ImmutableSortedMap.of());
        delayed.values().stream()
            .filter(until -> until - snapshot.nowNanos() > 0)
            .forEach(Pass.this::wake);
        Giving.Source source = limit -> Pending.first(
            view.tasks(spec.name()), total, given.ranges(key), delayed, snapshot.nowNanos(), limit);
        if (spec.target().isEmpty()) {
          given(key, giving.generic(workers, source));
          return;
        }
        Optional<ResourceView> resource = resource(spec.target().get());
        if (resource.isPresent()) {
          given(
              key, giving.targeted(workers, spec.target().get(), resource.get().key(), source));
        } else if (!snapshot.unreadableResources().contains(spec.target().get().resource())) {
          fail(key, "its target resource " + spec.target().get().resource() + " is gone");
        }
      }

      private long take(long count) {
        return tokens(count);
      }

      private void given(JobKey key, Map<Worker, ImmutableList<WorkRange>> shares) {
        shares.forEach((worker, ranges) -> decide(
            key.entity() + "@" + worker.id(),
            "tasks are due",
            new TaskChange.Give(worker.id(), worker.incarnation(), key, ranges, q)));
      }

      /** What has not started on an instance that is to be left goes back. */
      private void recall(JobKey key) {
        for (Given.Part part : given.parts(key)) {
          boolean mayTake = workers.mayTake(part.instance());
          Order wanted = mayTake ? Order.RUN : Order.RECALL;
          if (part.group().order() != wanted && isLive(part)) {
            decide(
                key.entity() + "@" + part.instance(),
                mayTake ? "its instance takes tasks again" : "its instance is to take no tasks",
                new TaskChange.SetOrder(part.instance(), part.incarnation(), key, wanted, q));
          }
        }
      }
    }
  }
}
