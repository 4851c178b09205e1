// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.Reason;
import io.heddle.pipeline.UnfinishedWork;
import io.heddle.task.TaskWorld.Attempt;
import io.heddle.task.WorkflowDocument.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ScheduleStageTest {
  private final TaskWorld world = new TaskWorld();

  private static JobSpec.Builder job(String name, int tasks, String... parents) {
    JobSpec.Builder job = JobSpec.builder(name).command("noop").numberOfTasks(tasks);
    for (String parent : parents) {
      job.parent(parent);
    }
    return job;
  }

  private WorkflowKey submit(JobSpec.Builder... jobs) {
    WorkflowSpec.Builder spec = WorkflowSpec.builder("w");
    for (JobSpec.Builder job : jobs) {
      spec.job(job);
    }
    WorkflowKey key = world.submit(spec.build());
    world.settle();
    return key;
  }

  private List<Attempt> all() {
    List<Attempt> attempts = new ArrayList<>();
    world.live.keySet().forEach(instance -> attempts.addAll(world.given(instance)));
    return attempts;
  }

  private void end(AttemptEnd end) {
    world.report(all(), end, "");
    world.settle();
  }

  @Test
  void completesALoneTaskAndItsWorkflow() {
    world.instance("a");
    WorkflowKey key = submit(job("only", 1));

    world.report(all().get(0), AttemptEnd.COMPLETED, "42");
    world.settle();

    assertThat(world.state(key)).isEqualTo(WorkflowState.COMPLETED);
    assertThat(world.progress(key).job("only").results()).containsEntry(0, "42");
    assertThat(all()).isEmpty();
  }

  @Test
  void recordsAResultDropsTheTaskAndAcknowledgesInOneDecision() {
    world.instance("a");
    WorkflowKey key = submit(job("only", 1));
    world.report(all().get(0), AttemptEnd.COMPLETED, "");

    List<io.heddle.pipeline.Decision> decisions = world.plan().decisions();

    assertThat(decisions).hasSize(1);
    world.carryOut(decisions.get(0));
    assertThat(world.state(key)).isEqualTo(WorkflowState.COMPLETED);
    WorkBucket work = world.work(InstanceId.of("a")).values().iterator().next();
    assertThat(work.groups()).isEmpty();
    assertThat(work.a()).isEqualTo(1);
  }

  @Test
  void spreadsTasksEvenlyUpToTheSlots() {
    for (String name : List.of("a", "b", "c")) {
      world.instance(name);
    }
    submit(job("many", 100).concurrentTasksPerInstance(2));

    assertThat(world.live.keySet()).allSatisfy(i -> assertThat(world.given(i)).hasSize(2));
  }

  @Test
  void givesNothingToOthersWhileItCannotBeReadWhetherTheOneThatHasItLives() {
    InstanceId a = world.instance("a");
    submit(job("only", 1));
    List<?> before = world.given(a);
    InstanceId b = world.instance("b");
    world.unclear.add(a);
    world.newLeader();

    world.settle();

    assertThat(world.given(a)).isEqualTo(before).isNotEmpty();
    assertThat(world.given(b)).isEmpty();
    assertThat(world.plan().reasons()).anySatisfy(reason -> {
      assertThat(reason.code()).isEqualTo(Reason.Code.AWAITING_INCARNATION_END);
      assertThat(reason.detail()).contains("/live/a/s");
    });
    world.unclear.clear();
    world.live.remove(a);
    world.settle();
    assertThat(world.given(b)).hasSameSizeAs(before);
  }

  @Test
  void usesOnlyInstancesWithTheTag() {
    world.instance("a");
    InstanceId tagged = world.instance("b", "ETL");
    submit(job("etl", 5).instanceTag("ETL").concurrentTasksPerInstance(5));

    assertThat(world.given(tagged)).hasSize(5);
    assertThat(all()).hasSize(5);
  }

  @Test
  void saysThatNobodyHasTheTag() {
    world.instance("a");
    submit(job("etl", 5).instanceTag("ETL"));

    assertThat(world.plan().reasons()).singleElement().satisfies(reason -> {
      assertThat(reason.code()).isEqualTo(Reason.Code.NO_ELIGIBLE_INSTANCE);
      assertThat(reason.entity()).isEqualTo("w/etl");
    });
  }

  @Test
  void givesFastWorkersMoreAhead() {
    InstanceId a = world.instance("a");
    submit(job("many", 1_000));

    for (int i = 0; i < 5; i++) {
      world.sleep(Duration.ofMillis(25));
      end(AttemptEnd.COMPLETED);
    }
    int fast = world.given(a).size();
    world.sleep(Duration.ofMinutes(10));
    end(AttemptEnd.COMPLETED);
    world.sleep(Duration.ofMinutes(10));
    end(AttemptEnd.COMPLETED);

    assertThat(fast).isGreaterThan(4);
    assertThat(world.given(a)).hasSizeLessThan(fast);
  }

  @Test
  void waitsForAllParents() {
    world.instance("a");
    WorkflowKey key = submit(job("a", 2), job("b", 1), job("c", 1, "a", "b"));

    assertThat(all()).extracting(x -> x.job().job()).containsOnly("a", "b");
    end(AttemptEnd.COMPLETED);
    assertThat(all()).extracting(x -> x.job().job()).containsOnly("a");
    end(AttemptEnd.COMPLETED);
    assertThat(all()).extracting(x -> x.job().job()).containsOnly("c");
    end(AttemptEnd.COMPLETED);

    assertThat(world.state(key)).isEqualTo(WorkflowState.COMPLETED);
  }

  @Test
  void triesAFailedTaskAgainUnderAHigherAttemptAndToken() {
    world.instance("a");
    submit(job("only", 1));
    Attempt first = all().get(0);

    end(AttemptEnd.FAILED);

    Attempt second = all().get(0);
    assertThat(second.number()).isEqualTo(2);
    assertThat(second.token()).isGreaterThan(first.token());
  }

  @Test
  void delaysARetry() {
    world.instance("a");
    submit(job("only", 1).taskRetryDelay(Duration.ofSeconds(5)));

    end(AttemptEnd.FAILED);

    assertThat(all()).isEmpty();
    assertThat(world.plan().wakeAtNanos()).isPresent();
    world.sleep(Duration.ofSeconds(5));
    world.settle();
    assertThat(all()).hasSize(1);
  }

  @Test
  void givesATaskUpAfterItsLastAttemptAndFailsTheWorkflow() {
    world.instance("a");
    WorkflowKey key = submit(job("only", 1).maxAttemptsPerTask(2), job("next", 1, "only"));

    end(AttemptEnd.FAILED);
    end(AttemptEnd.TIMED_OUT);

    assertThat(world.state(key)).isEqualTo(WorkflowState.FAILED);
    assertThat(world.progress(key).job("only").counts().failures()).isEqualTo(2);
    assertThat(world.progress(key).job("next").state()).isIn(JobState.FAILED, JobState.ABORTED);
    assertThat(world.progress(key).info()).contains("job only failed", "1 of 1 tasks");
  }

  @Test
  void neverRetriesAFatalFailure() {
    world.instance("a");
    WorkflowKey key = submit(job("only", 1));

    end(AttemptEnd.FATAL_FAILED);

    assertThat(world.state(key)).isEqualTo(WorkflowState.FAILED);
  }

  @Test
  void toleratesFailuresUpToTheThreshold() {
    world.instance("a");
    WorkflowKey key = submit(job("some", 3).failureThreshold(1).concurrentTasksPerInstance(3));
    List<Attempt> attempts = all();

    world.report(attempts.get(0), AttemptEnd.FATAL_FAILED, "");
    world.report(attempts.get(1), AttemptEnd.COMPLETED, "");
    world.report(attempts.get(2), AttemptEnd.COMPLETED, "");
    world.settle();

    assertThat(world.state(key)).isEqualTo(WorkflowState.COMPLETED);
    assertThat(world.progress(key).job("some").counts().failed()).isEqualTo(1);
  }

  @Test
  void stopsTheOtherTasksOfAFailingJob() {
    world.instance("a");
    WorkflowKey key = submit(job("some", 5).concurrentTasksPerInstance(3));
    List<Attempt> attempts = all();

    world.report(attempts.get(0), AttemptEnd.FATAL_FAILED, "");
    world.settle();

    assertThat(world.progress(key).job("some").state()).isEqualTo(JobState.FAILING);
    assertThat(group(key.job("some")).order()).isEqualTo(WorkGroup.Order.CANCEL);
    world.report(attempts.get(1), AttemptEnd.CANCELED, "");
    world.report(attempts.get(2), AttemptEnd.RELEASED, "");
    world.settle();
    assertThat(world.state(key)).isEqualTo(WorkflowState.FAILED);
    assertThat(all()).isEmpty();
  }

  private WorkGroup group(JobKey job) {
    return Objects.requireNonNull(world.work(InstanceId.of("a")).get(job.bucket()))
        .group(job);
  }

  @Test
  void runsAJobThatIgnoresItsParentsFailure() {
    world.instance("a");
    WorkflowKey key =
        submit(job("bad", 1), job("after", 1, "bad").onParentFailure(JobSpec.ParentFailure.IGNORE));

    end(AttemptEnd.FATAL_FAILED);
    assertThat(all()).extracting(x -> x.job().job()).containsOnly("after");
    end(AttemptEnd.COMPLETED);

    assertThat(world.state(key)).isEqualTo(WorkflowState.COMPLETED);
  }

  @Test
  void givesTheTasksOfALostInstanceToOthersUnderTheNextAttempt() {
    InstanceId a = world.instance("a");
    WorkflowKey key = submit(job("some", 3).concurrentTasksPerInstance(3));
    List<Attempt> attempts = world.given(a);
    world.report(attempts.get(1), AttemptEnd.COMPLETED, "kept");
    world.die(a);
    InstanceId b = world.instance("b");

    world.settle();

    assertThat(world.given(b)).extracting(Attempt::task).containsExactly(0, 2);
    assertThat(world.given(b)).allSatisfy(next -> {
      assertThat(next.number()).isEqualTo(2);
      assertThat(next.token()).isGreaterThan(attempts.get(2).token());
    });
    assertThat(world.work(a)).isEmpty();
    assertThat(world.row(key.job("some"), 1).state()).isEqualTo(TaskState.COMPLETED);
    assertThat(world.progress(key).job("some").counts()).isEqualTo(new Counts(1, 0, 0, 0, 2));
  }

  @Test
  void losesWhatAnEarlierIncarnationHadAndAcknowledgesWhatTheNextCarriesOver() {
    InstanceId a = world.instance("a");
    WorkflowKey key = submit(job("some", 2).concurrentTasksPerInstance(2));
    List<Attempt> attempts = world.given(a);
    world.report(attempts.get(0), AttemptEnd.COMPLETED, "");
    world.restart(a, 2);

    world.report(attempts.get(0), AttemptEnd.COMPLETED, "");
    world.settle();

    assertThat(world.progress(key).job("some").counts()).isEqualTo(new Counts(1, 0, 0, 0, 1));
    assertThat(world.given(a)).singleElement().satisfies(next -> {
      assertThat(next.task()).isEqualTo(1);
      assertThat(next.number()).isEqualTo(2);
    });
    WorkBucket work = world.work(a).values().iterator().next();
    assertThat(work.incarnation()).isEqualTo(2);
    assertThat(work.a()).isEqualTo(world.outcomes(a).values().iterator().next().q());
  }

  @Test
  void refusesTheResultOfASupersededAttempt() {
    InstanceId a = world.instance("a");
    WorkflowKey key = submit(job("only", 1));
    Attempt old = world.given(a).get(0);
    world.die(a);
    world.settle();
    world.restart(a, 2);
    world.report(old, AttemptEnd.COMPLETED, "late");
    world.settle();

    assertThat(world.row(key.job("only"), 0).state()).isEqualTo(TaskState.PENDING);
    assertThat(world.given(a))
        .singleElement()
        .satisfies(x -> assertThat(x.number()).isEqualTo(2));
    assertThat(world.work(a).values().iterator().next().a()).isPositive();
  }

  @Test
  void givesUpATaskThatKillsItsInstances() {
    InstanceId a = world.instance("a");
    WorkflowKey key = submit(job("poison", 1));
    for (int n = 2; n < 2 + TaskRow.MAX_LOSSES; n++) {
      world.restart(a, n);
      world.settle();
    }

    assertThat(world.state(key)).isEqualTo(WorkflowState.FAILED);
  }

  @Test
  void recallsWhatHasNotStartedOnADrainingInstance() {
    InstanceId a = world.instance("a");
    WorkflowKey key = submit(job("some", 2).concurrentTasksPerInstance(2));
    List<Attempt> attempts = world.given(a);
    world.specs.put(
        a,
        Objects.requireNonNull(world.specs.get(a)).toBuilder()
            .operation(InstanceOperation.EVACUATE)
            .build());
    InstanceId b = world.instance("b");
    world.settle();
    assertThat(group(key.job("some")).order()).isEqualTo(WorkGroup.Order.RECALL);

    world.report(attempts.get(1), AttemptEnd.RELEASED, "");
    world.settle();

    assertThat(world.given(b)).singleElement().satisfies(next -> {
      assertThat(next.task()).isEqualTo(attempts.get(1).task());
      assertThat(next.number()).isEqualTo(1);
      assertThat(next.token()).isGreaterThan(attempts.get(1).token());
    });
  }

  @Test
  void givesNothingToAnInstanceThatAnotherStageEmpties() {
    InstanceId a = world.instance("a");
    InstanceId b = world.instance("b");
    world.emptied.add(a);

    submit(job("many", 4).concurrentTasksPerInstance(4));

    assertThat(world.given(a)).isEmpty();
    assertThat(world.given(b)).hasSize(4);
  }

  @Test
  void tellsOtherStagesHowMuchEachInstanceHasNotFinished() {
    InstanceId a = world.instance("a");
    InstanceId b = world.instance("b");
    submit(job("many", 3).concurrentTasksPerInstance(3));
    assertThat(UnfinishedWork.of(world.draft()).pieces()).containsOnlyKeys(a, b);

    world.report(world.given(a), AttemptEnd.COMPLETED, "");
    world.settle();

    UnfinishedWork work = UnfinishedWork.of(world.draft());
    assertThat(work.on(a)).isZero();
    assertThat(work.on(b)).isEqualTo(world.given(b).size()).isPositive();
  }

  @Test
  void runsATargetedTaskWhereItsPartitionIs() {
    InstanceId a = world.instance("a");
    InstanceId b = world.instance("b");
    world.resource("docs", 3);
    world.replicas.put(a, new TreeMap<>(java.util.Map.of(0, "MASTER", 1, "SLAVE")));
    world.replicas.put(b, new TreeMap<>(java.util.Map.of(0, "SLAVE", 1, "MASTER")));
    submit(JobSpec.builder("backup")
        .command("backup")
        .concurrentTasksPerInstance(3)
        .target(JobTarget.of("docs", "SLAVE")));

    assertThat(world.given(a)).extracting(Attempt::task).containsExactly(1);
    assertThat(world.given(b)).extracting(Attempt::task).containsExactly(0);
    assertThat(world.plan().reasons())
        .singleElement()
        .satisfies(reason -> assertThat(reason.detail())
            .contains("1 tasks wait for a replica in [SLAVE]", "partition 2"));

    world.replicas.get(b).put(2, "SLAVE");
    world.settle();
    assertThat(world.given(b)).extracting(Attempt::task).containsExactly(0, 2);
  }

  @Test
  void failsAJobWhoseTargetDoesNotExist() {
    world.instance("a");
    WorkflowKey key =
        submit(JobSpec.builder("backup").command("backup").target(JobTarget.of("nothing")));

    assertThat(world.state(key)).isEqualTo(WorkflowState.FAILED);
    assertThat(world.progress(key).info()).contains("target resource nothing does not exist");
  }

  @Test
  void abortsACancelledWorkflowWhenItsTasksHaveEnded() {
    world.instance("a");
    WorkflowKey key = submit(job("some", 3), job("next", 1, "some"));

    world.target(key, Target.CANCEL);
    world.settle();
    assertThat(world.state(key)).isEqualTo(WorkflowState.STOPPING);
    end(AttemptEnd.CANCELED);

    assertThat(world.state(key)).isEqualTo(WorkflowState.ABORTED);
    assertThat(world.row(key.job("some"), 0).state()).isEqualTo(TaskState.CANCELED);
  }

  @Test
  void abortsACancelledWorkflowOfWhichTheLastTaskEndsInTheSamePass() {
    world.instance("a");
    WorkflowKey key = submit(job("only", 1));

    world.target(key, Target.CANCEL);
    world.report(all(), AttemptEnd.COMPLETED, "");
    world.settle();

    assertThat(world.state(key)).isEqualTo(WorkflowState.ABORTED);
    assertThat(all()).isEmpty();
  }

  @Test
  void startsNoJobOfAWorkflowThatFailsInTheSamePass() {
    world.instance("a");
    WorkflowKey key = submit(
        job("good", 1), job("bad", 1), job("child", 1, "good").concurrentTasksPerInstance(9));
    List<Attempt> given = all();
    world.report(
        given.stream().filter(x -> x.job().job().equals("good")).toList(),
        AttemptEnd.COMPLETED,
        "");
    world.pass();

    world.report(
        given.stream().filter(x -> x.job().job().equals("bad")).toList(),
        AttemptEnd.FATAL_FAILED,
        "");
    world.settle();

    assertThat(world.state(key)).isEqualTo(WorkflowState.FAILED);
    assertThat(world.progress(key).job("child").state()).isEqualTo(JobState.ABORTED);
    assertThat(all()).isEmpty();
  }

  @Test
  void removesEverythingOfADeletedWorkflow() {
    world.instance("a");
    WorkflowKey key = submit(job("some", 300).concurrentTasksPerInstance(200));
    world.report(all(), AttemptEnd.COMPLETED, "x");
    world.settle();

    world.target(key, Target.DELETE);
    world.settle();
    end(AttemptEnd.CANCELED);

    assertThat(world.documents.keySet())
        .noneMatch(path -> path.contains("/workflows/") || path.endsWith("/w"))
        .noneMatch(path -> path.contains("/w/"));
  }

  @Test
  void forgetsAnEndedWorkflowWhenItsRecordExpires() {
    world.instance("a");
    world.submit(WorkflowSpec.builder("w")
        .job(job("only", 1))
        .expiry(Duration.ofMinutes(1))
        .build());
    world.settle();
    end(AttemptEnd.COMPLETED);
    assertThat(world.plan().wakeAtNanos()).isPresent();

    world.sleep(Duration.ofMinutes(2));
    world.settle();

    assertThat(world.documents.keySet()).noneMatch(path -> path.endsWith("/w"));
  }

  @Test
  void knowsAllFromWhatIsWrittenAfterAChangeOfLeader() {
    world.instance("a");
    WorkflowKey key = submit(job("some", 150).concurrentTasksPerInstance(150));
    List<Attempt> attempts = all();
    world.report(attempts.subList(0, 50), AttemptEnd.COMPLETED, "");
    world.settle();

    world.newLeader();
    assertThat(world.pass()).isFalse();
    world.report(attempts.subList(50, 150), AttemptEnd.COMPLETED, "");
    world.settle();

    assertThat(world.state(key)).isEqualTo(WorkflowState.COMPLETED);
    assertThat(world.progress(key).job("some").counts().completed()).isEqualTo(150);
  }

  @Test
  void leavesAWorkflowAloneThatItCannotRead() {
    InstanceId a = world.instance("a");
    WorkflowKey key = submit(job("some", 1));
    Attempt attempt = all().get(0);
    String path = TaskPaths.progress(TaskWorld.PATHS, key.name());
    world.put(path, TestCodecs.RAW, "rubbish");

    world.report(attempt, AttemptEnd.COMPLETED, "");
    world.settle();

    assertThat(world.given(a)).containsExactly(attempt);
    assertThat(world.plan().reasons()).anyMatch(reason -> reason.code() == Reason.Code.UNREADABLE);
  }

  @Test
  void settlesInSeveralPassesWhatIsTooMuchForOne() {
    List<String> names = List.of("a", "b", "c", "d", "e", "f", "g", "h");
    names.forEach(world::instance);
    WorkflowKey key = submit(job("some", 480).concurrentTasksPerInstance(60));

    world.report(all(), AttemptEnd.COMPLETED, "x".repeat(900));
    world.pass();
    int first = world.progress(key).job("some").counts().completed();
    world.settle();

    assertThat(first).isBetween(1, 479);
    assertThat(world.state(key)).isEqualTo(WorkflowState.COMPLETED);
    assertThat(names)
        .allSatisfy(name -> assertThat(world.work(InstanceId.of(name)).values())
            .singleElement()
            .satisfies(work -> assertThat(work.a()).isPositive()));
  }
}
