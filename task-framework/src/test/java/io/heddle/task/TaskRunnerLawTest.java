// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Laws of the participant's side, under random work, ends, orders, fences and acknowledgements: no
 * token starts twice, no more run than there are slots, nothing starts without the lease, and what
 * ended stays in the report until it is acknowledged and gone from the work.
 */
class TaskRunnerLawTest {
  static Iterable<Long> seeds() {
    List<Long> seeds = new ArrayList<>();
    for (long seed = 1; seed <= 200; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void startsEachTokenOnceAndKeepsItsOutcome(long seed) {
    new Run(seed).run();
  }

  private static final class Run implements TaskRunner.Effects {
    private static final String BUCKET = "0";
    private static final List<WorkGroup.Order> ORDERS = List.of(WorkGroup.Order.values());

    private final Random random;
    private final int slots;
    private final int concurrent;
    private final TaskRunner runner;
    private final JobKey job = new WorkflowKey("w", 7).job("j");
    private final Set<Long> started = new HashSet<>();
    private final Set<Long> running = new LinkedHashSet<>();
    private final Set<Long> cancelled = new HashSet<>();
    private final TreeMap<Integer, WorkRange> work = new TreeMap<>();
    private final Map<Long, AttemptEnd> ended = new LinkedHashMap<>();
    private Optional<OutcomeBucket> written = Optional.empty();
    private WorkGroup.Order order = WorkGroup.Order.RUN;
    private boolean fenced;
    private boolean dirty;
    private long q;
    private long reportQ;
    private long acknowledged;
    private long token = 100;
    private int task;

    Run(long seed) {
      random = new Random(seed);
      slots = 1 + random.nextInt(4);
      concurrent = 1 + random.nextInt(4);
      runner = new TaskRunner(slots, this);
    }

    void run() {
      for (int step = 0; step < 300; step++) {
        step();
        check();
      }
      order = WorkGroup.Order.RUN;
      unfence();
      for (int step = 0; step < 2_000 && !work.isEmpty(); step++) {
        finishOne(AttemptEnd.COMPLETED);
        write();
        settle();
        check();
      }
      finishAll();
      assertThat(work).isEmpty();
      assertThat(runner.isRunning()).isFalse();
      assertThat(runner.isDrained()).isTrue();
    }

    private void finishAll() {
      while (!running.isEmpty()) {
        finishOne(AttemptEnd.CANCELED);
      }
      write();
      settle();
      write();
    }

    private void step() {
      switch (random.nextInt(10)) {
        case 0, 1 -> give();
        case 2, 3, 4 -> finishOne(random.nextBoolean() ? AttemptEnd.COMPLETED : AttemptEnd.FAILED);
        case 5 -> write();
        case 6 -> settle();
        case 7 -> {
          if (fenced) {
            unfence();
          } else if (random.nextInt(3) == 0) {
            fenced = true;
            runner.fence();
          }
        }
        case 8 -> {
          order = ORDERS.get(random.nextInt(ORDERS.size()));
          tell();
        }
        default -> takeAway();
      }
    }

    private void unfence() {
      fenced = false;
      tell();
      runner.unfence();
    }

    private void give() {
      int count = 1 + random.nextInt(5);
      work.put(task, new WorkRange(task, count, token, 1));
      task += count + 1;
      token += count + 1;
      tell();
    }

    /** The controller gives a task to somebody else, as if this incarnation were gone. */
    private void takeAway() {
      if (random.nextInt(4) == 0 && !work.isEmpty()) {
        remove(List.of(work.firstEntry().getValue().token()));
        tell();
      }
    }

    private void remove(List<Long> tokens) {
      List<WorkRange> rest = new ArrayList<>();
      for (WorkRange range : work.values()) {
        for (int t = range.first(); t < range.end(); t++) {
          if (!tokens.contains(range.tokenOf(t))) {
            rest.add(range.part(t, t + 1));
          }
        }
      }
      work.clear();
      rest.forEach(range -> work.put(range.first(), range));
    }

    /** The controller reads the report, takes what ended out of the work, and acknowledges. */
    private void settle() {
      if (written.isEmpty()) {
        return;
      }
      List<Long> tokens = new ArrayList<>();
      written
          .get()
          .groups()
          .values()
          .forEach(ranges -> ranges.forEach(range -> {
            for (int t = range.first(); t < range.until(); t++) {
              tokens.add(range.tokenOf(t));
            }
          }));
      remove(tokens);
      acknowledged = written.get().q();
      tell();
    }

    private void tell() {
      q++;
      WorkGroup group = new WorkGroup(order, ImmutableList.of()).plus(List.copyOf(work.values()));
      runner.work(
          BUCKET,
          new WorkBucket(
              1,
              1,
              q,
              acknowledged,
              group.isEmpty() ? ImmutableSortedMap.of() : ImmutableSortedMap.of(job, group)));
    }

    private void finishOne(AttemptEnd end) {
      if (running.isEmpty()) {
        return;
      }
      long first = new ArrayList<>(running).get(random.nextInt(running.size()));
      running.remove(first);
      runner.returned(first, end, "");
      if (isInWork(first)) {
        boolean counts = !cancelled.contains(first) || end == AttemptEnd.COMPLETED;
        ended.put(first, counts ? end : AttemptEnd.CANCELED);
      }
    }

    private boolean isInWork(long wanted) {
      return work.values().stream()
          .anyMatch(r -> wanted >= r.token() && wanted < r.token() + r.count());
    }

    private void write() {
      if (!dirty) {
        return;
      }
      dirty = false;
      runner.render(BUCKET, 1, ++reportQ).ifPresent(bucket -> {
        written = Optional.of(bucket);
        runner.written(BUCKET);
      });
    }

    private void check() {
      assertThat(running.size()).isLessThanOrEqualTo(Math.min(slots, concurrent));
      if (written.isEmpty() || dirty) {
        return;
      }
      Set<Long> reported = new HashSet<>();
      written
          .get()
          .groups()
          .values()
          .forEach(ranges -> ranges.forEach(range -> {
            for (int t = range.first(); t < range.until(); t++) {
              reported.add(range.tokenOf(t));
            }
          }));
      // Nothing more is to be reported: then all that ended and is still in the work is there.
      ended.keySet().stream()
          .filter(this::isInWork)
          .forEach(t -> assertThat(reported).as("reported").contains(t));
    }

    @Override
    public void load(JobKey wanted) {
      JobSpec spec = JobSpec.builder("j")
          .command("c")
          .numberOfTasks(1)
          .concurrentTasksPerInstance(concurrent)
          .build();
      runner.loaded(new JobContext(wanted, spec, ImmutableMap.of()));
    }

    @Override
    public void start(Attempt attempt, JobContext context) {
      assertThat(fenced).as("fenced").isFalse();
      assertThat(started.add(attempt.token))
          .as("token %s is new", attempt.token)
          .isTrue();
      running.add(attempt.token);
    }

    @Override
    public void cancel(Attempt attempt) {
      assertThat(cancelled.add(attempt.token)).as("cancelled once").isTrue();
      assertThat(running).contains(attempt.token);
    }

    @Override
    public void report(String bucket, TaskRunner.Urgency urgency) {
      dirty = true;
    }
  }
}
