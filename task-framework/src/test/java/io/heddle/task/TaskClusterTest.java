// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.model.InstanceId;
import io.heddle.participant.HeddleParticipant;
import io.heddle.store.memory.OperationCounts;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class TaskClusterTest {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final TaskCluster cluster = new TaskCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  /** A task that returns at once. */
  private static Task task(Body body) {
    return new Task() {
      @Override
      public TaskResult run() throws Exception {
        return body.run();
      }

      @Override
      public void cancel() {
        // It is interrupted.
      }
    };
  }

  private interface Body {
    TaskResult run() throws Exception;
  }

  private static void noop(TaskParticipant.Builder builder) {
    builder.command("noop", context -> task(TaskResult::completed));
  }

  private static JobSpec.Builder noops(String name, int tasks) {
    return JobSpec.builder(name).command("noop").numberOfTasks(tasks);
  }

  private WorkflowHandle submit(String name, JobSpec.Builder... jobs) {
    WorkflowSpec.Builder spec = WorkflowSpec.builder(name);
    for (JobSpec.Builder job : jobs) {
      spec.job(job);
    }
    return TaskCluster.get(cluster.driver.submit(spec.build()));
  }

  @Test
  void runsALoneTaskWithFewWrites() throws Exception {
    cluster.participant("a", TaskClusterTest::noop);
    OperationCounts before = cluster.store.operations();

    WorkflowStatus end = submit("lone", noops("only", 1)).await(BOUND);

    OperationCounts counts = cluster.store.operations().since(before);
    assertThat(end.state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(counts.writes()).isLessThanOrEqualTo(8);
  }

  @Test
  void clearsARemovedInstanceAndLosesNothingThatItCompleted() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    HeddleParticipant a = cluster.participant(
        "a",
        builder -> builder.command(
            "noop",
            context -> task(() -> {
              started.countDown();
              release.await();
              return TaskResult.completed("by a");
            })));
    WorkflowHandle handle = submit("w", noops("only", 1));
    assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
    cluster.stopController();
    release.countDown();
    TaskCluster.await(() -> cluster.children("/c/outcomes/a").size() == 1);
    a.close();
    TaskCluster.await(() -> cluster.children("/c/live/a").isEmpty());
    TaskCluster.get(cluster.admin.removeInstance(InstanceId.of("a")));

    cluster.startController();

    // Nobody is there who could have run it again.
    assertThat(handle.await(BOUND).state()).isEqualTo(WorkflowState.COMPLETED);
    for (String section : List.of("work", "outcomes", "payloads", "commands", "messages")) {
      TaskCluster.await(() -> cluster.children("/c/" + section).isEmpty());
    }
    assertThat(cluster.children("/c/incarnations")).containsExactly("a");
    cluster.participant("a", TaskClusterTest::noop);
    assertThat(submit("again", noops("only", 3)).await(BOUND).state())
        .isEqualTo(WorkflowState.COMPLETED);
  }

  @Test
  void readsAsMuchForALoneTaskHoweverManyWorkflowsHaveEnded() throws Exception {
    cluster.participant("a", TaskClusterTest::noop);
    long first = readsOfOne("w0");
    for (int i = 1; i < 30; i++) {
      submit("w" + i, noops("only", 1)).await(BOUND);
    }

    long last = readsOfOne("w30");

    assertThat(last).isLessThanOrEqualTo(first + 5);
  }

  private long readsOfOne(String name) throws Exception {
    OperationCounts before = cluster.store.operations();
    submit(name, noops("only", 1)).await(BOUND);
    return cluster.store.operations().since(before).reads();
  }

  @Test
  void runsTenThousandTasksWithFewWritesEach() throws Exception {
    for (int i = 0; i < 10; i++) {
      cluster.participant("p" + i, TaskClusterTest::noop);
    }
    OperationCounts before = cluster.store.operations();

    WorkflowStatus end = submit("bulk", noops("many", 10_000)).await(BOUND);

    OperationCounts counts = cluster.store.operations().since(before);
    assertThat(end.state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(end.job("many").completed()).isEqualTo(10_000);
    assertThat(counts.writes()).isLessThan(2_000);
  }

  @Test
  void carriesResultsToTheJobsThatDependOnThem() throws Exception {
    cluster.participant(
        "a",
        builder -> builder
            .command("square", c -> task(() -> TaskResult.completed("" + c.task() * c.task())))
            .command(
                "sum",
                c -> task(() -> TaskResult.completed(""
                    + c.parentResult("squares").stream()
                        .mapToInt(Integer::parseInt)
                        .sum()))));

    WorkflowHandle workflow = submit(
        "sums",
        JobSpec.builder("squares")
            .command("square")
            .numberOfTasks(250)
            .concurrentTasksPerInstance(20),
        JobSpec.builder("sum").command("sum").parent("squares").numberOfTasks(1));

    assertThat(workflow.await(BOUND).state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(TaskCluster.get(workflow.results("sum"))).containsExactly("5177125");
    assertThat(TaskCluster.get(workflow.results("squares"))).hasSize(250).contains("62001");
  }

  @Test
  void countsAnExceptionAndAnErrorAsFailures() throws Exception {
    cluster.participant(
        "a",
        builder -> builder
            .command(
                "throw",
                c -> task(() -> {
                  throw new java.io.IOException("disk " + c.attempt());
                }))
            .command(
                "error",
                c -> task(() -> {
                  throw new StackOverflowError("deep");
                })));

    WorkflowStatus thrown = submit(
            "t", JobSpec.builder("j").command("throw").numberOfTasks(1).maxAttemptsPerTask(3))
        .await(BOUND);
    WorkflowStatus error = submit(
            "e", JobSpec.builder("j").command("error").numberOfTasks(1).maxAttemptsPerTask(1))
        .await(BOUND);

    assertThat(thrown.state()).isEqualTo(WorkflowState.FAILED);
    assertThat(thrown.job("j").failedAttempts()).isEqualTo(3);
    assertThat(thrown.info()).contains("java.io.IOException: disk 3");
    assertThat(error.info()).contains("java.lang.StackOverflowError: deep");
  }

  @Test
  void namesTheCommandsThatAParticipantKnows() throws Exception {
    cluster.participant("a", TaskClusterTest::noop);

    WorkflowStatus end = submit(
            "w", JobSpec.builder("j").command("nope").numberOfTasks(1).maxAttemptsPerTask(1))
        .await(BOUND);

    assertThat(end.info()).contains("command nope is not registered on a; registered are [noop]");
  }

  @Test
  void cancelsAnAttemptThatTakesTooLong() throws Exception {
    AtomicInteger cancelled = new AtomicInteger();
    cluster.participant(
        "a",
        builder -> builder.command("slow", c -> new Task() {
          private final CountDownLatch stop = new CountDownLatch(1);

          @Override
          public TaskResult run() throws Exception {
            if (c.attempt() > 1) {
              return TaskResult.completed();
            }
            stop.await();
            return TaskResult.canceled();
          }

          @Override
          public void cancel() {
            cancelled.incrementAndGet();
            stop.countDown();
          }
        }));

    WorkflowStatus end = submit(
            "w",
            JobSpec.builder("j")
                .command("slow")
                .numberOfTasks(1)
                .timeoutPerTask(Duration.ofMillis(100)))
        .await(BOUND);

    assertThat(end.state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(end.job("j").failedAttempts()).isEqualTo(1);
    assertThat(cancelled).hasValue(1);
  }

  @Test
  void reportsAnAttemptThatIgnoresCancelAndGoesOnElsewhere() throws Exception {
    CountDownLatch forEver = new CountDownLatch(1);
    cluster.participant(
        "a",
        builder -> builder
            .slots(2)
            .cancelGrace(Duration.ofMillis(50))
            .command(
                "stuck",
                c -> task(() -> {
                  while (c.attempt() == 1 && forEver.getCount() > 0) {
                    try {
                      forEver.await();
                    } catch (InterruptedException e) {
                      // It does not listen.
                    }
                  }
                  return TaskResult.completed();
                })));

    WorkflowStatus end = submit(
            "w",
            JobSpec.builder("j")
                .command("stuck")
                .numberOfTasks(1)
                .concurrentTasksPerInstance(2)
                .timeoutPerTask(Duration.ofMillis(50)))
        .await(BOUND);
    forEver.countDown();

    assertThat(end.state()).isEqualTo(WorkflowState.COMPLETED);
  }

  @Test
  void runsTheTasksOfALostParticipantElsewhereUnderTheNextAttempt() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    Set<Long> tokens = ConcurrentHashMap.newKeySet();
    cluster.participant(
        "a",
        builder -> builder.command(
            "work",
            c -> task(() -> {
              tokens.add(c.token());
              started.countDown();
              Thread.sleep(60_000);
              return TaskResult.completed("a");
            })));
    WorkflowHandle workflow = submit("w", JobSpec.builder("j").command("work").numberOfTasks(1));
    started.await();
    cluster.participant(
        "b",
        builder -> builder.command(
            "work",
            c -> task(() -> {
              assertThat(tokens.add(c.token())).isTrue();
              return TaskResult.completed("b" + c.attempt());
            })));

    TaskCluster.get(cluster.admin.setOperation(
        io.heddle.model.InstanceId.of("a"), io.heddle.model.InstanceOperation.DISABLE));
    cluster.expire("a");

    WorkflowStatus end = workflow.await(BOUND);
    assertThat(end.state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(end.job("j").lostAttempts()).isEqualTo(1);
    assertThat(end.job("j").failedAttempts()).isZero();
    assertThat(TaskCluster.get(workflow.results("j"))).containsExactly("b2");
  }

  @Test
  void goesOnUnderANewController() throws Exception {
    cluster.participant("a", TaskClusterTest::noop);
    cluster.participant("b", TaskClusterTest::noop);
    WorkflowHandle workflow =
        submit("w", noops("first", 3_000), noops("second", 3_000).parent("first"));

    cluster.replaceController();

    WorkflowStatus end = workflow.await(BOUND);
    assertThat(end.state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(end.job("first").completed()).isEqualTo(3_000);
    assertThat(end.job("second").completed()).isEqualTo(3_000);
  }

  @Test
  void cancelsAWorkflowAndItsRunningTasks() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    cluster.participant(
        "a",
        builder -> builder.command(
            "wait",
            c -> task(() -> {
              started.countDown();
              try {
                Thread.sleep(60_000);
              } catch (InterruptedException e) {
                interrupted.countDown();
                return TaskResult.canceled();
              }
              return TaskResult.completed();
            })));
    WorkflowHandle workflow = submit(
        "w",
        JobSpec.builder("j").command("wait").numberOfTasks(5),
        noops("k", 1).parent("j"));
    started.await();

    TaskCluster.get(workflow.cancel());

    assertThat(workflow.await(BOUND).state()).isEqualTo(WorkflowState.ABORTED);
    interrupted.await();
  }

  @Test
  void deletesAWorkflowAndTakesItsNameAgain() throws Exception {
    cluster.participant("a", TaskClusterTest::noop);
    WorkflowHandle first = submit("w", noops("j", 200));
    first.await(BOUND);
    assertThatThrownBy(() -> submit("w", noops("j", 1)))
        .hasRootCauseInstanceOf(TaskException.class);

    TaskCluster.get(first.delete());
    TaskCluster.await(() -> TaskCluster.get(cluster.driver.workflow("w")).isEmpty());
    WorkflowHandle second = submit("w", noops("j", 7));

    assertThat(second.await(BOUND).job("j").completed()).isEqualTo(7);
    assertThatThrownBy(() -> first.await(BOUND))
        .isInstanceOf(TaskException.class)
        .hasMessageContaining("was deleted");
  }

  @Test
  void refusesAResultThatIsTooLarge() throws Exception {
    cluster.participant(
        "a",
        builder ->
            builder.command("big", c -> task(() -> TaskResult.completed("x".repeat(5_000)))));

    WorkflowStatus end =
        submit("w", JobSpec.builder("j").command("big").numberOfTasks(1)).await(BOUND);

    assertThat(end.state()).isEqualTo(WorkflowState.FAILED);
    assertThat(end.info()).contains("its result has 5002 bytes; at most 1000 are allowed");
  }

  @Test
  void tellsHowFarAWorkflowIs() throws Exception {
    cluster.participant("a", TaskClusterTest::noop);
    List<WorkflowStatus> told = new java.util.concurrent.CopyOnWriteArrayList<>();
    WorkflowHandle workflow = submit("w", noops("a", 50), noops("b", 50).parent("a"));

    TaskCluster.get(workflow.completion(told::add));

    assertThat(told).isNotEmpty();
    assertThat(told.get(told.size() - 1).state()).isEqualTo(WorkflowState.COMPLETED);
  }
}
