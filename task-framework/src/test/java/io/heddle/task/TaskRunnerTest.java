// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import io.heddle.task.TaskRunner.Urgency;
import io.heddle.task.WorkGroup.Order;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TaskRunnerTest {
  private static final JobKey JOB = new WorkflowKey("w", 7).job("j");

  private final List<Attempt> started = new ArrayList<>();
  private final List<Attempt> cancelled = new ArrayList<>();
  private final List<Urgency> reports = new ArrayList<>();
  private final TaskRunner runner = new TaskRunner(10, new Recorder());
  private long q;

  private final class Recorder implements TaskRunner.Effects {
    @Override
    public void load(JobKey job) {
      JobSpec spec = JobSpec.builder("j")
          .command("c")
          .numberOfTasks(1)
          .concurrentTasksPerInstance(2)
          .build();
      runner.loaded(new JobContext(job, spec, ImmutableMap.of()));
    }

    @Override
    public void start(Attempt attempt, JobContext job) {
      started.add(attempt);
    }

    @Override
    public void cancel(Attempt attempt) {
      cancelled.add(attempt);
    }

    @Override
    public void report(String bucket, Urgency urgency) {
      reports.add(urgency);
    }
  }

  private void work(int tasks, Order order, long acknowledged) {
    WorkGroup group =
        new WorkGroup(order, ImmutableList.of(new WorkRange(0, Math.max(1, tasks), 100, 1)));
    q++;
    runner.work(
        "0",
        new WorkBucket(
            1,
            2,
            q,
            acknowledged,
            tasks == 0 ? ImmutableSortedMap.of() : ImmutableSortedMap.of(JOB, group)));
  }

  private Optional<OutcomeBucket> report(long reportQ) {
    Optional<OutcomeBucket> bucket = runner.render("0", 2, reportQ);
    if (bucket.isPresent()) {
      runner.written("0");
    }
    return bucket;
  }

  private static List<OutcomeRange> ranges(Optional<OutcomeBucket> bucket) {
    return bucket.orElseThrow().groups().getOrDefault(JOB, ImmutableList.of());
  }

  @Test
  void reportsALoneTaskAtOnceAndManyTogether() {
    work(1, Order.RUN, 0);
    runner.returned(100, AttemptEnd.COMPLETED, "");
    assertThat(reports).containsExactly(Urgency.NOW);

    reports.clear();
    work(100, Order.RUN, 0);
    runner.returned(101, AttemptEnd.COMPLETED, "");
    assertThat(reports).doesNotContain(Urgency.NOW).contains(Urgency.SOON);
  }

  @Test
  void writesNeighboursThatEndedAlikeAsOneRange() {
    work(3, Order.RUN, 0);
    for (long token = 100; token < 103; token++) {
      runner.returned(token, AttemptEnd.COMPLETED, "");
    }

    assertThat(ranges(report(5)))
        .containsExactly(new OutcomeRange(0, 3, 100, AttemptEnd.COMPLETED, ""));
  }

  @Test
  void keepsWhatAnOlderIncarnationReportedUntilItIsAcknowledged() {
    runner.carryOver(
        "0",
        new OutcomeBucket(
            1,
            3,
            0,
            ImmutableSortedMap.of(
                JOB, ImmutableList.of(new OutcomeRange(4, 2, 50, AttemptEnd.COMPLETED, "r")))));
    assertThat(ranges(report(10))).hasSize(1);

    work(1, Order.RUN, 9);
    runner.returned(100, AttemptEnd.COMPLETED, "");
    assertThat(ranges(report(11))).hasSize(2);

    work(0, Order.RUN, 11);
    assertThat(runner.isDrained()).isTrue();
  }

  @Test
  void reportsWhatRanAsLostWhenTheLeaseIsLostUnlessItEndedAnyway() {
    work(3, Order.RUN, 0);

    runner.fence();
    runner.returned(100, AttemptEnd.FAILED, "interrupted");
    runner.returned(101, AttemptEnd.COMPLETED, "done");

    assertThat(cancelled).extracting(a -> a.token).containsExactlyInAnyOrder(100L, 101L);
    assertThat(started).hasSize(2);
    assertThat(ranges(report(5)))
        .extracting(OutcomeRange::end)
        .containsExactly(AttemptEnd.LOST, AttemptEnd.COMPLETED);
    runner.unfence();
    assertThat(started).hasSize(3);
  }

  @Test
  void givesBackWhatHasNotStartedWhenRecalledAndLetsTheRestEnd() {
    work(4, Order.RUN, 0);

    work(4, Order.RECALL, 0);

    assertThat(cancelled).isEmpty();
    assertThat(ranges(report(5)))
        .containsExactly(new OutcomeRange(2, 2, 102, AttemptEnd.RELEASED, ""));
    runner.returned(100, AttemptEnd.COMPLETED, "");
    assertThat(ranges(report(6))).hasSize(2);
  }

  @Test
  void keepsTheSlotOfATaskThatIgnoresCancel() {
    work(3, Order.RUN, 0);

    runner.timedOut(100);
    runner.abandon(100);

    assertThat(ranges(report(5)))
        .containsExactly(
            new OutcomeRange(0, 1, 100, AttemptEnd.TIMED_OUT, "it ignores that it was cancelled"));
    assertThat(started).hasSize(2);
    runner.returned(100, AttemptEnd.COMPLETED, "too late");
    assertThat(started).hasSize(3);
    assertThat(report(6)).isEmpty();
  }

  @Test
  void reportsInPartsWhatIsTooMuchForOneBucket() {
    work(200, Order.RUN, 0);
    String info = "x".repeat(900);
    for (long token = 100; token < 300; token++) {
      runner.returned(token, AttemptEnd.COMPLETED, info + token);
    }

    int first = ranges(report(5)).size();
    reports.clear();
    assertThat(report(6)).isEmpty();
    work(0, Order.RUN, 5);

    assertThat(first).isBetween(1, 199);
    assertThat(reports).contains(Urgency.NOW);
    assertThat(ranges(report(7))).isNotEmpty();
  }
}
