// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.task.Attempt.Cause;
import io.heddle.task.Attempt.Phase;
import io.heddle.task.WorkGroup.Order;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All tasks of one incarnation: takes up what is given, starts each token at most once and no more
 * than there are slots, and keeps how each ended until the controller has recorded it. No I/O, no
 * clock, no thread; events go in, {@link Effects} come out. Confined to its owner's loop.
 *
 * <p>An outcome is forgotten when its task is gone from the work <em>and</em> the controller has
 * acknowledged the report that first had it (rule R8). After the lease is lost nothing starts until
 * the work was read again; what ran is reported LOST, unless it ended anyway (rule R10).
 *
 * <p>How often is reported follows from how much was given ahead (rule R12): at once when no more
 * tasks wait for a slot than have ended since the last report, so that a lone task is reported
 * without delay and a slot never idles for want of a report; within a while otherwise, so that one
 * write serves many tasks.
 */
final class TaskRunner {
  /** About how many bytes of outcomes are reported at a time; the rest waits. */
  static final int MAX_BYTES = 64 * 1024;

  private static final int BYTES_PER_OUTCOME = 48;

  private final int slots;
  private final Effects effects;
  private final TreeMap<String, Bucket> buckets = new TreeMap<>();
  private final Map<Long, Attempt> attempts = new HashMap<>();
  private final Map<JobKey, Job> jobs = new LinkedHashMap<>();
  private final Deque<Job> runnable = new ArrayDeque<>();
  private int running;
  private boolean fenced;
  private boolean leaving;
  private boolean dispatching;

  /** How soon a bucket is to be reported. */
  enum Urgency {
    /** Within a while: more will have ended by then, and there is enough to do. */
    SOON,
    /** At once: the tasks that were given ahead run out, or there are none. */
    NOW
  }

  /** What the runner wants done. */
  interface Effects {
    /** Find out what a job is; {@link #loaded} or {@link #unknown} must be told. */
    void load(JobKey job);

    /** Run the user's code; {@link #returned} must be told once it has returned. */
    void start(Attempt attempt, JobContext job);

    /** Ask the user's code to return. */
    void cancel(Attempt attempt);

    /** A bucket is to be reported, at once or within a while. */
    void report(String bucket, Urgency urgency);
  }

  /** One bucket of work, and its outcomes. */
  private static final class Bucket {
    private long q;
    private long acknowledged;
    private Set<Long> tokens = new HashSet<>();

    /** What ended, in that order. */
    private final Map<Long, Attempt> outcomes = new LinkedHashMap<>();

    private int waiting;
    private int unreported;

    private List<Attempt> rendered = List.of();
    private long renderedAt;
  }

  /** One job, while it has attempts. */
  private static final class Job {
    private final Deque<Attempt> waiting = new ArrayDeque<>();
    private @Nullable JobContext context;
    private int running;
    private boolean isQueued;
  }

  TaskRunner(int slots, Effects effects) {
    this.slots = slots;
    this.effects = effects;
  }

  // Work.

  /** A work bucket for this incarnation was read. */
  void work(String name, WorkBucket work) {
    Bucket bucket = bucket(name);
    if (work.q() < bucket.q) {
      return;
    }
    bucket.q = work.q();
    bucket.acknowledged = Math.max(bucket.acknowledged, work.a());
    Set<Long> before = bucket.tokens;
    bucket.tokens = new HashSet<>();
    work.groups().forEach((job, group) -> {
      for (WorkRange range : group.ranges()) {
        for (int task = range.first(); task < range.end(); task++) {
          long token = range.tokenOf(task);
          bucket.tokens.add(token);
          if (!attempts.containsKey(token)) {
            add(new Attempt(job, name, task, token, range.attempt()));
          }
          obey(attempts.get(token), group.order());
        }
      }
    });
    before.removeAll(bucket.tokens);
    before.forEach(this::withdraw);
    forgetAcknowledged(bucket);
    reportRest(name, bucket);
    dispatch();
  }

  private Bucket bucket(String name) {
    return buckets.computeIfAbsent(name, n -> new Bucket());
  }

  private void add(Attempt attempt) {
    attempts.put(attempt.token, attempt);
    bucket(attempt.bucket).waiting++;
    if (leaving) {
      end(attempt, AttemptEnd.RELEASED, "");
      return;
    }
    @Nullable Job known = jobs.get(attempt.job);
    if (known == null) {
      known = new Job();
      jobs.put(attempt.job, known);
      effects.load(attempt.job);
    }
    known.waiting.add(attempt);
    enqueue(known);
  }

  private void obey(@Nullable Attempt attempt, Order order) {
    if (attempt == null || order == Order.RUN) {
      return;
    }
    if (attempt.phase == Phase.WAITING) {
      end(attempt, AttemptEnd.RELEASED, "");
    } else if (order == Order.CANCEL) {
      cancel(attempt, Cause.ORDER);
    }
  }

  /** A task is no longer in the work. */
  private void withdraw(long token) {
    @Nullable Attempt attempt = attempts.get(token);
    if (attempt == null || attempt.hasOutcome()) {
      return;
    }
    attempt.isWanted = false;
    if (attempt.phase == Phase.WAITING) {
      drop(attempt);
    } else {
      cancel(attempt, Cause.SUPERSEDED);
    }
  }

  private void drop(Attempt attempt) {
    if (attempt.phase == Phase.WAITING) {
      bucket(attempt.bucket).waiting--;
    }
    attempt.phase = Phase.ENDED;
    attempts.remove(attempt.token);
    settle(attempt);
  }

  /** Takes an attempt that will not start out of its job. */
  private void settle(Attempt attempt) {
    @Nullable Job job = jobs.get(attempt.job);
    if (job != null) {
      // Those that have ended are skipped when their turn comes.
      job.waiting.removeIf(waiting -> waiting.phase != Phase.WAITING);
      forgetIfDone(attempt.job, job);
    }
  }

  private void forgetIfDone(JobKey key, Job job) {
    if (job.waiting.isEmpty() && job.running == 0) {
      jobs.remove(key);
    }
  }

  // Jobs.

  /** A job is known now. */
  void loaded(JobContext context) {
    @Nullable Job job = jobs.get(context.key());
    if (job != null) {
      job.context = context;
      enqueue(job);
      dispatch();
    }
  }

  /** What a job is cannot be found out: none of its attempts starts. */
  void unknown(JobKey key, AttemptEnd end, String why) {
    @Nullable Job job = jobs.get(key);
    if (job != null) {
      for (Attempt attempt : ImmutableList.copyOf(job.waiting)) {
        end(attempt, end, why);
      }
    }
  }

  private void enqueue(Job job) {
    @Nullable JobContext context = job.context;
    if (!job.isQueued
        && !job.waiting.isEmpty()
        && context != null
        && job.running < context.spec().concurrentTasksPerInstance()) {
      job.isQueued = true;
      runnable.add(job);
    }
  }

  /** Starts what may start, the jobs in turns. */
  private void dispatch() {
    if (dispatching) {
      return;
    }
    dispatching = true;
    while (!fenced && !leaving && running < slots && !runnable.isEmpty()) {
      Job job = runnable.remove();
      job.isQueued = false;
      @Nullable Attempt next = job.waiting.poll();
      @Nullable JobContext context = job.context;
      if (next != null && context != null && next.phase == Phase.WAITING) {
        next.phase = Phase.RUNNING;
        bucket(next.bucket).waiting--;
        running++;
        job.running++;
        effects.start(next, context);
      }
      enqueue(job);
    }
    dispatching = false;
  }

  // What runs.

  /** The user's code has returned. */
  void returned(long token, AttemptEnd end, String info) {
    @Nullable Attempt attempt = attempts.get(token);
    if (attempt == null || attempt.phase == Phase.WAITING || attempt.phase == Phase.ENDED) {
      throw new IllegalStateException("no attempt with the token " + token + " runs");
    }
    running--;
    @Nullable Job job = jobs.get(attempt.job);
    if (job != null) {
      job.running--;
    }
    if (!attempt.isWanted) {
      drop(attempt);
    } else if (attempt.phase == Phase.ABANDONED) {
      attempt.phase = Phase.ENDED;
      forgetAcknowledged(bucket(attempt.bucket));
    } else {
      boolean counts = attempt.cancelled == null || end == AttemptEnd.COMPLETED;
      end(attempt, counts ? end : endOf(attempt), info);
    }
    if (job != null) {
      enqueue(job);
      forgetIfDone(attempt.job, job);
    }
    dispatch();
  }

  private static AttemptEnd endOf(Attempt attempt) {
    return attempt.cancelled == null ? AttemptEnd.LOST : attempt.cancelled.end();
  }

  /** An attempt took too long. */
  void timedOut(long token) {
    @Nullable Attempt attempt = attempts.get(token);
    if (attempt != null) {
      cancel(attempt, Cause.TIMEOUT);
    }
  }

  private void cancel(Attempt attempt, Cause cause) {
    if (attempt.phase == Phase.RUNNING && attempt.cancelled == null) {
      attempt.cancelled = cause;
      effects.cancel(attempt);
    }
  }

  /** An attempt has not returned for long after it was cancelled: its slot is lost. */
  void abandon(long token) {
    @Nullable Attempt attempt = attempts.get(token);
    if (attempt != null
        && attempt.phase == Phase.RUNNING
        && attempt.cancelled != null
        && attempt.isWanted) {
      attempt.phase = Phase.ABANDONED;
      outcome(attempt, attempt.cancelled.end(), "it ignores that it was cancelled");
    }
  }

  private void end(Attempt attempt, AttemptEnd end, String info) {
    boolean waited = attempt.phase == Phase.WAITING;
    attempt.phase = Phase.ENDED;
    if (waited) {
      bucket(attempt.bucket).waiting--;
    }
    outcome(attempt, end, info);
    if (waited) {
      settle(attempt);
    }
  }

  private void outcome(Attempt attempt, AttemptEnd end, String info) {
    attempt.end = end;
    attempt.info = info;
    Bucket bucket = bucket(attempt.bucket);
    bucket.outcomes.put(attempt.token, attempt);
    bucket.unreported++;
    reportRest(attempt.bucket, bucket);
  }

  // The lease.

  /** The lease is lost. */
  void fence() {
    fenced = true;
    ImmutableList.copyOf(attempts.values()).forEach(a -> cancel(a, Cause.LEASE));
  }

  /** The lease is held again, and the work was read since. */
  void unfence() {
    fenced = false;
    dispatch();
  }

  /** Takes nothing new: gives back what has not started, and lets the rest end. */
  void leave() {
    leaving = true;
    for (Attempt attempt : ImmutableList.copyOf(attempts.values())) {
      if (attempt.phase == Phase.WAITING) {
        end(attempt, AttemptEnd.RELEASED, "");
      }
    }
  }

  /** Whether any of the user's code runs. */
  boolean isRunning() {
    return running > 0;
  }

  /** Whether nothing runs and nothing is left to be acknowledged. */
  boolean isDrained() {
    return attempts.isEmpty();
  }

  // Outcomes.

  /** Takes over how attempts of an older incarnation ended (rule R5). */
  void carryOver(String name, OutcomeBucket old) {
    old.groups().forEach((job, ranges) -> {
      for (OutcomeRange range : ranges) {
        for (int task = range.first(); task < range.until(); task++) {
          // Its number is not needed any more: the controller knows it by the token.
          Attempt attempt = new Attempt(job, name, task, range.tokenOf(task), 1);
          attempts.put(attempt.token, attempt);
          attempt.phase = Phase.ENDED;
          outcome(attempt, range.end(), range.info());
        }
      }
    });
  }

  private void forgetAcknowledged(Bucket bucket) {
    bucket.outcomes.values().removeIf(attempt -> {
      boolean known = attempt.reportedAt > 0
          && attempt.reportedAt <= bucket.acknowledged
          && !bucket.tokens.contains(attempt.token);
      if (known && attempt.phase == Phase.ENDED) {
        attempts.remove(attempt.token);
      }
      return known && attempt.phase == Phase.ENDED;
    });
  }

  /**
   * What is to be written of a bucket, if there is anything that was not written yet.
   *
   * @param q the sequence number of the report
   */
  Optional<OutcomeBucket> render(String name, long incarnation, long q) {
    Bucket bucket = bucket(name);
    List<Attempt> shown = new ArrayList<>();
    int bytes = 0;
    for (Attempt attempt : bucket.outcomes.values()) {
      bytes += BYTES_PER_OUTCOME + (attempt.info.isEmpty() ? 0 : TaskResult.bytes(attempt.info));
      if (bytes > MAX_BYTES && !shown.isEmpty()) {
        break;
      }
      shown.add(attempt);
    }
    if (shown.stream().allMatch(attempt -> attempt.reportedAt > 0)) {
      return Optional.empty();
    }
    bucket.rendered = shown;
    bucket.renderedAt = q;
    return Optional.of(new OutcomeBucket(incarnation, q, bucket.q, groups(shown)));
  }

  private static ImmutableSortedMap<JobKey, ImmutableList<OutcomeRange>> groups(
      List<Attempt> shown) {
    TreeMap<JobKey, List<OutcomeRange>> groups = new TreeMap<>();
    List<Attempt> sorted = new ArrayList<>(shown);
    sorted.sort(Comparator.<Attempt, JobKey>comparing(a -> a.job)
        .thenComparingInt(a -> a.task)
        .thenComparingLong(a -> a.token));
    for (Attempt attempt : sorted) {
      List<OutcomeRange> ranges = groups.computeIfAbsent(attempt.job, j -> new ArrayList<>());
      OutcomeRange next =
          new OutcomeRange(attempt.task, 1, attempt.token, attempt.end, attempt.info);
      int last = ranges.size() - 1;
      if (last >= 0 && ranges.get(last).meets(next)) {
        OutcomeRange grown = ranges.get(last);
        ranges.set(
            last,
            new OutcomeRange(
                grown.first(), grown.count() + 1, grown.token(), grown.end(), grown.info()));
      } else {
        ranges.add(next);
      }
    }
    ImmutableSortedMap.Builder<JobKey, ImmutableList<OutcomeRange>> result =
        ImmutableSortedMap.naturalOrder();
    groups.forEach((job, ranges) -> result.put(job, ImmutableList.copyOf(ranges)));
    return result.buildOrThrow();
  }

  /** What was rendered last of a bucket is written. */
  void written(String name) {
    Bucket bucket = bucket(name);
    for (Attempt attempt : bucket.rendered) {
      if (attempt.reportedAt == 0) {
        attempt.reportedAt = bucket.renderedAt;
        bucket.unreported--;
      }
    }
    bucket.rendered = List.of();
    forgetAcknowledged(bucket);
    reportRest(name, bucket);
  }

  private void reportRest(String name, Bucket bucket) {
    if (bucket.unreported > 0) {
      effects.report(name, bucket.waiting <= bucket.unreported ? Urgency.NOW : Urgency.SOON);
    }
  }
}
