// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableTable;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.InstanceView;
import io.heddle.pipeline.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What became of the work that was given out. Pure.
 *
 * <p>Goals: every result that reached ZooKeeper counts, once, whoever is alive; nothing that is
 * still running elsewhere is given to somebody else. Method: a result counts if, and only if, the
 * work bucket still says that this token was given to this instance; recording it and taking the
 * task out of the work is one decision, so it can't count twice (rule R8). What else an incarnation
 * had that is gone is lost (rule R9): the snapshot shows the incarnation gone only after its
 * outcomes were read, since they are read after {@code live}. What is reported of tokens that are
 * not in the work, of older incarnations or of deleted workflows, is acknowledged and forgotten.
 *
 * <p>Example: DB-1 had tasks 0 to 9 of a job under tokens 100 to 109, reports 0 to 3 as completed
 * and dies. One decision takes all ten out of DB-1's work, records 0 to 3 as completed, and notes
 * for 4 to 9 that attempt 1 was lost; the next pass gives them out as attempt 2.
 *
 * <p>What one pass settles is bounded, since all of it may end up in one transaction; the rest is
 * settled by the next passes, which begin elsewhere, so that nobody waits for ever.
 */
final class SettleStage implements Stage {
  /** About how many bytes of documents one pass may touch. */
  static final int MAX_BYTES = 320 * 1024;

  /** How many documents one pass may touch. */
  static final int MAX_DOCUMENTS = 300;

  @Override
  public Draft apply(Draft draft) {
    return new Pass(draft, draft.snapshot().sections().get(TaskSection.KEY)).run();
  }

  /** What may still be touched in this pass. */
  private static final class Budget {
    private final TreeMap<String, Integer> touched = new TreeMap<>();
    private int bytes;

    /** Takes what is needed to touch documents, or nothing. */
    boolean take(Map<String, Integer> documents, int more) {
      int needed = more;
      int count = touched.size();
      for (Map.Entry<String, Integer> document : documents.entrySet()) {
        if (!touched.containsKey(document.getKey())) {
          needed += document.getValue();
          count++;
        }
      }
      if (!touched.isEmpty() && (bytes + needed > MAX_BYTES || count > MAX_DOCUMENTS)) {
        return false;
      }
      bytes += needed;
      touched.putAll(documents);
      return true;
    }
  }

  private static final class Pass {
    private final Draft draft;
    private final TaskSection section;
    private final long q;
    private final Budget budget = new Budget();
    private final List<Decision> decisions = new ArrayList<>();
    private final List<Reason> reasons = new ArrayList<>();
    private final ImmutableTable.Builder<InstanceId, String, WorkBucket> after =
        ImmutableTable.builder();
    private final TreeMap<JobKey, Counts> counts = new TreeMap<>();

    Pass(Draft draft, TaskSection section) {
      this.draft = draft;
      this.section = section;
      this.q = draft.number(draft.counter());
    }

    Draft run() {
      List<InstanceId> instances = instances();
      int start = instances.isEmpty() ? 0 : (int) (draft.counter() % instances.size());
      for (int i = 0; i < instances.size(); i++) {
        settle(instances.get((start + i) % instances.size()));
      }
      return draft
          .plus(decisions)
          .plusReasons(reasons)
          .taking(decisions.isEmpty() ? 0 : 1)
          .with(AfterSettling.KEY, new AfterSettling(after.build(), ImmutableMap.copyOf(counts)));
    }

    private List<InstanceId> instances() {
      TreeSet<InstanceId> all = new TreeSet<>(section.work().keySet());
      all.addAll(section.outcomes().keySet());
      return new ArrayList<>(all);
    }

    private void settle(InstanceId instance) {
      Optional<String> unclear = Optional.ofNullable(
              draft.snapshot().instances().get(instance))
          .flatMap(InstanceView::unclear);
      if (unclear.isPresent()) {
        // It may live, and what looks lost may run (rule R9).
        reasons.add(new Reason(
            Reason.Code.AWAITING_INCARNATION_END,
            instance + "/tasks",
            unclear.get() + " cannot be read"));
        return;
      }
      ImmutableSortedMap<String, WorkBucket> work =
          section.work().getOrDefault(instance, ImmutableSortedMap.of());
      ImmutableSortedMap<String, OutcomeBucket> outcomes =
          section.outcomes().getOrDefault(instance, ImmutableSortedMap.of());
      OptionalLong live = live(instance);
      TreeSet<String> buckets = new TreeSet<>(work.keySet());
      buckets.addAll(outcomes.keySet());
      for (String bucket : buckets) {
        new BucketStep(
                instance,
                bucket,
                Optional.ofNullable(work.get(bucket)),
                Optional.ofNullable(outcomes.get(bucket)),
                live)
            .run();
      }
    }

    private OptionalLong live(InstanceId instance) {
      @Nullable InstanceView view = draft.snapshot().instances().get(instance);
      return view == null || view.live().isEmpty()
          ? OptionalLong.empty()
          : OptionalLong.of(view.live().get().incarnation());
    }

    /** One bucket of one instance. */
    private final class BucketStep {
      private final InstanceId instance;
      private final String bucket;
      private final Optional<WorkBucket> work;
      private final Optional<OutcomeBucket> outcomes;
      private final OptionalLong live;
      private final boolean isGone;
      private final TreeMap<JobKey, List<Settled>> settled = new TreeMap<>();
      private boolean isComplete = true;

      BucketStep(
          InstanceId instance,
          String bucket,
          Optional<WorkBucket> work,
          Optional<OutcomeBucket> outcomes,
          OptionalLong live) {
        this.instance = instance;
        this.bucket = bucket;
        this.work = work;
        this.outcomes = outcomes;
        this.live = live;
        this.isGone =
            work.isPresent() && !OptionalLong.of(work.get().incarnation()).equals(live);
      }

      void run() {
        if (!isGone && !hasNews()) {
          return;
        }
        if (!budget.take(Map.of(TaskPaths.work(section.paths(), instance, bucket), bytes()), 0)) {
          return;
        }
        work.ifPresent(w -> w.groups().forEach(this::group));
        if (isComplete || !settled.isEmpty()) {
          decide();
        }
      }

      private int bytes() {
        return work.map(WorkBucket::bytes).orElse(128);
      }

      /** Whether the living incarnation reports something that is not acknowledged. */
      private boolean hasNews() {
        return outcomes
            .filter(o -> !o.groups().isEmpty())
            .filter(o -> OptionalLong.of(o.incarnation()).equals(live))
            .filter(o -> o.q() > work.map(WorkBucket::a).orElse(0L))
            .isPresent();
      }

      private void group(JobKey job, WorkGroup group) {
        if (section.isUnreadable(job.workflow().name())) {
          // What ended could not be recorded.
          isComplete = false;
          return;
        }
        List<Settled> ended = new ArrayList<>();
        for (OutcomeRange outcome : reported(job)) {
          for (WorkRange range : group.ranges()) {
            match(range, outcome).ifPresent(ended::add);
          }
        }
        ended = sorted(ended);
        if (isGone) {
          ended = withLosses(group, ended);
        }
        List<Settled> taken = new ArrayList<>();
        for (Settled piece : ended) {
          take(job, piece, taken);
        }
        if (!taken.isEmpty()) {
          settled.put(job, taken);
        }
      }

      private ImmutableList<OutcomeRange> reported(JobKey job) {
        return outcomes
            .map(o -> o.groups().getOrDefault(job, ImmutableList.of()))
            .orElse(ImmutableList.of());
      }

      private Optional<Settled> match(WorkRange range, OutcomeRange outcome) {
        int from = Math.max(range.first(), outcome.first());
        int until = Math.min(range.end(), outcome.until());
        if (from >= until || range.tokenOf(from) != outcome.tokenOf(from)) {
          return Optional.empty();
        }
        return Optional.of(new Settled(
            from,
            until - from,
            range.tokenOf(from),
            range.attempt(),
            outcome.end(),
            outcome.info()));
      }

      private List<Settled> withLosses(WorkGroup group, List<Settled> ended) {
        WorkGroup rest = group
            .minus(ended)
            .orElseThrow(() -> new IllegalStateException("what matched is not there"));
        List<Settled> all = new ArrayList<>(ended);
        for (WorkRange range : rest.ranges()) {
          all.add(new Settled(
              range.first(), range.count(), range.token(), range.attempt(), AttemptEnd.LOST, ""));
        }
        return sorted(all);
      }

      /** By number; what is reported twice counts once, whoever reported it so. */
      private static List<Settled> sorted(List<Settled> pieces) {
        List<Settled> sorted = new ArrayList<>();
        int end = 0;
        for (Settled piece : ImmutableList.sortedCopyOf(
            Comparator.comparingInt(Settled::first).thenComparing(Settled::until), pieces)) {
          if (piece.first() >= end) {
            sorted.add(piece);
            end = piece.until();
          }
        }
        return sorted;
      }

      /** Takes a piece, in parts that each fall in one document, as far as the budget allows. */
      private void take(JobKey job, Settled piece, List<Settled> taken) {
        int at = piece.first();
        while (at < piece.until()) {
          int size = isRecorded(piece) ? TaskPaths.RESULTS_PER_CHUNK : TaskPaths.TASKS_PER_CHUNK;
          int until = Math.min(piece.until(), (at / size + 1) * size);
          Settled part = new Settled(
              at,
              until - at,
              piece.token() + (at - piece.first()),
              piece.attempt(),
              piece.end(),
              piece.info());
          if (!isComplete || !budget.take(documents(job, part), 64 + bytes(part))) {
            isComplete = false;
            return;
          }
          taken.add(part);
          at = until;
        }
      }

      private int bytes(Settled part) {
        return isRecorded(part) ? part.count() * (TaskResult.bytes(part.info()) + 8) : 0;
      }

      private Map<String, Integer> documents(JobKey job, Settled part) {
        Optional<WorkflowView> workflow = workflow(job);
        TreeMap<String, Integer> documents = new TreeMap<>();
        if (workflow.isPresent()) {
          WorkflowView view = workflow.get();
          String name = job.workflow().name();
          add(documents, view, TaskPaths.progress(section.paths(), name));
          if (view.progress().job(job.job()).place() == JobProgress.Place.CHUNKS) {
            add(
                documents,
                view,
                TaskPaths.states(
                    section.paths(), name, job.job(), part.first() / TaskPaths.TASKS_PER_CHUNK));
            if (isRecorded(part)) {
              add(
                  documents,
                  view,
                  TaskPaths.results(
                      section.paths(),
                      name,
                      job.job(),
                      part.first() / TaskPaths.RESULTS_PER_CHUNK));
            }
          }
        }
        return documents;
      }

      private void add(Map<String, Integer> documents, WorkflowView view, String path) {
        documents.put(path, view.size(path) + 512);
      }

      private void decide() {
        ImmutableSortedMap<JobKey, List<Settled>> gone = ImmutableSortedMap.copyOfSorted(settled);
        OptionalLong before =
            work.isPresent() ? OptionalLong.of(work.get().incarnation()) : OptionalLong.empty();
        OptionalLong to = isGone ? (isComplete ? live : before) : live;
        long a = isComplete ? outcomes.map(OutcomeBucket::q).orElse(0L) : 0;
        List<Change> changes = new ArrayList<>();
        changes.add(change(new TaskChange.Settle(instance, bucket, before, to, gone, a, q)));
        gone.forEach((job, pieces) -> record(job, pieces).ifPresent(changes::add));
        decisions.add(new Decision(
            instance + "/tasks-" + bucket,
            isGone ? "its incarnation is gone" : "tasks ended",
            ImmutableList.copyOf(changes)));
        afterwards(before, to, gone, a).ifPresent(b -> after.put(instance, bucket, b));
      }

      private Optional<WorkBucket> afterwards(
          OptionalLong before,
          OptionalLong to,
          ImmutableSortedMap<JobKey, List<Settled>> gone,
          long a) {
        TaskChange.Settle settle = new TaskChange.Settle(instance, bucket, before, to, gone, a, q);
        return ChangeWriter.settled(settle, work, draft.snapshot().epoch());
      }

      private Optional<Change> record(JobKey job, List<Settled> pieces) {
        Optional<WorkflowView> workflow = workflow(job);
        if (workflow.isEmpty()) {
          return Optional.empty();
        }
        TaskChange.Recorded record = new Recording(
                job, workflow.get(), counts.getOrDefault(job, Counts.NONE))
            .record(pieces, draft.snapshot().nowMillis());
        counts.merge(job, record.counts(), Counts::plus);
        return record.rows().isEmpty() ? Optional.empty() : Optional.of(change(record));
      }
    }

    private static boolean isRecorded(Settled piece) {
      return piece.end() == AttemptEnd.COMPLETED && !piece.info().isEmpty();
    }

    private Optional<WorkflowView> workflow(JobKey job) {
      return Optional.ofNullable(section.workflows().get(job.workflow().name()))
          .filter(view -> view.key().equals(job.workflow()))
          .filter(view -> view.progress().jobs().containsKey(job.job()));
    }

    private static Change change(TaskChange request) {
      return new Change.OfExtension(TaskSection.KEY, request);
    }
  }
}
