// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.model.InstanceId;
import io.heddle.task.TaskWorld.Attempt;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Laws of settling and scheduling, under random outcomes, deaths, restarts, late reports, lost
 * plans and changes of leader: no reported result is lost or counted twice, tokens and attempts of
 * a task only go up, no task is given to two living incarnations, no job starts before its parents
 * have ended, and everything ends.
 */
class TaskLawTest {
  static Iterable<Long> seeds() {
    int count = Integer.getInteger("heddle.task.seeds", 150);
    List<Long> seeds = new ArrayList<>();
    for (long seed = 1; seed <= count; seed++) {
      seeds.add(seed);
    }
    return seeds;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void losesNoResultAndKeepsOrder(long seed) {
    new Run(seed).run();
  }

  private static final class Run {
    private final Random random;
    private final TaskWorld world = new TaskWorld();
    private final WorkflowSpec spec;
    private final WorkflowKey key;
    private final Map<Long, Attempt> seen = new HashMap<>();
    private final Map<String, Long> lastToken = new HashMap<>();
    private final Map<String, Integer> lastAttempt = new HashMap<>();
    /** Completions that are in ZooKeeper while their attempt is the current one. */
    private final Set<String> completed = new HashSet<>();

    /** Attempts that were given back unstarted. */
    private final Set<Long> released = new HashSet<>();

    private final TreeMap<InstanceId, Long> incarnations = new TreeMap<>();

    Run(long seed) {
      random = new Random(seed);
      for (int i = 0; i < 2 + random.nextInt(3); i++) {
        incarnations.put(world.instance("i" + i), 1L);
      }
      spec = workflow();
      key = world.submit(spec);
    }

    private WorkflowSpec workflow() {
      WorkflowSpec.Builder builder = WorkflowSpec.builder("w");
      int jobs = 1 + random.nextInt(4);
      for (int j = 0; j < jobs; j++) {
        JobSpec.Builder job = JobSpec.builder("j" + j)
            .command("c")
            .numberOfTasks(1 + random.nextInt(random.nextInt(4) == 0 ? 300 : 12))
            .concurrentTasksPerInstance(1 + random.nextInt(8))
            .maxAttemptsPerTask(1 + random.nextInt(4))
            .failureThreshold(random.nextInt(3) == 0 ? 0 : 1_000)
            .taskRetryDelay(Duration.ofSeconds(random.nextInt(2)));
        for (int p = 0; p < j; p++) {
          if (random.nextInt(2) == 0) {
            job.parent("j" + p);
          }
        }
        builder.job(job);
      }
      return builder.build();
    }

    void run() {
      for (int step = 0; step < 60; step++) {
        disturb();
        pass();
      }
      // Faults stop: everything that waits ends.
      for (int step = 0; !world.state(key).isFinal(); step++) {
        assertThat(step).as("steps until the end").isLessThan(4_000);
        incarnations.keySet().forEach(this::revive);
        reportSome(1.0, 0.0);
        world.sleep(Duration.ofMillis(500));
        pass();
      }
      world.settle();
      checkEnd();
    }

    private void disturb() {
      switch (random.nextInt(8)) {
        case 0 -> {
          InstanceId instance = anInstance();
          world.die(instance);
        }
        case 1 -> revive(anInstance());
        case 2 -> world.newLeader();
        case 3 -> incarnations.keySet().forEach(world::forgetAcknowledged);
        case 4 -> world.sleep(Duration.ofMillis(random.nextInt(2_000)));
        default -> reportSome(0.4, 0.3);
      }
    }

    private InstanceId anInstance() {
      return new ArrayList<>(incarnations.keySet()).get(random.nextInt(incarnations.size()));
    }

    private void revive(InstanceId instance) {
      if (!world.live.containsKey(instance)) {
        long next = incarnations.merge(instance, 1L, Long::sum);
        world.restart(instance, next);
      }
    }

    private void reportSome(double share, double failures) {
      for (InstanceId instance : List.copyOf(world.live.keySet())) {
        for (Attempt attempt : world.given(instance)) {
          boolean known = world.outcomes(instance).values().stream()
              .flatMap(o -> o.groups().values().stream())
              .flatMap(List::stream)
              .anyMatch(o -> o.token() == attempt.token());
          if (!known && random.nextDouble() < share) {
            report(attempt, failures);
          }
        }
      }
    }

    private void report(Attempt attempt, double failures) {
      if (random.nextDouble() < failures) {
        AttemptEnd[] ends = {
          AttemptEnd.FAILED, AttemptEnd.TIMED_OUT, AttemptEnd.LOST, AttemptEnd.RELEASED
        };
        AttemptEnd end = ends[random.nextInt(ends.length)];
        world.report(attempt, end, "no");
        if (end == AttemptEnd.RELEASED) {
          released.add(attempt.token());
        }
      } else {
        world.report(attempt, AttemptEnd.COMPLETED, random.nextBoolean() ? "" : name(attempt));
        completed.add(name(attempt));
      }
    }

    private static String name(Attempt attempt) {
      return attempt.job().job() + "/" + attempt.task();
    }

    private void pass() {
      io.heddle.pipeline.Plan plan = world.plan();
      if (random.nextInt(10) == 0) {
        // The plan is lost with its leader.
        world.newLeader();
        return;
      }
      world.pass();
      assertThat(plan.decisions()).isNotNull();
      checkGiven();
    }

    private void checkGiven() {
      Set<String> tasks = new HashSet<>();
      for (InstanceId instance : world.live.keySet()) {
        for (Attempt attempt : world.given(instance)) {
          assertThat(tasks.add(name(attempt))).as("%s is given once", attempt).isTrue();
          checkParents(attempt);
          if (seen.putIfAbsent(attempt.token(), attempt) == null) {
            Long token = lastToken.put(name(attempt), attempt.token());
            Integer number = lastAttempt.put(name(attempt), attempt.number());
            assertThat(attempt.token())
                .as("token of %s", attempt)
                .isGreaterThan(token == null ? 0 : token);
            int before = number == null ? 0 : number;
            boolean neverStarted = token != null && released.contains(token);
            assertThat(attempt.number())
                .as("attempt of %s", attempt)
                .isEqualTo(neverStarted ? before : before + 1);
            assertThat(completed).as("completed tasks").doesNotContain(name(attempt));
          } else {
            assertThat(seen.get(attempt.token())).isEqualTo(attempt);
          }
        }
      }
    }

    private void checkParents(Attempt attempt) {
      for (String parent : spec.job(attempt.job().job()).parents()) {
        assertThat(world.progress(key).job(parent).state())
            .as("parent %s of %s", parent, attempt)
            .isEqualTo(JobState.COMPLETED);
      }
    }

    private void checkEnd() {
      for (JobSpec job : spec.jobs()) {
        JobProgress progress = world.progress(key).job(job.name());
        int done = 0;
        for (int task = 0; task < progress.total(); task++) {
          TaskRow row = world.row(key.job(job.name()), task);
          done += row.state() == TaskState.COMPLETED ? 1 : 0;
          if (completed.contains(job.name() + "/" + task)) {
            assertThat(row.state()).as("%s/%s", job.name(), task).isEqualTo(TaskState.COMPLETED);
          }
        }
        assertThat(progress.counts().completed()).isEqualTo(done);
        if (progress.state() == JobState.COMPLETED) {
          assertThat(done + progress.counts().failed()).isEqualTo(progress.total());
        }
      }
      assertThat(world.live.keySet()).allSatisfy(i -> assertThat(world.given(i)).isEmpty());
    }
  }
}
