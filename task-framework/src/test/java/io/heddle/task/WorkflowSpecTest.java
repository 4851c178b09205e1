// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableSet;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkflowSpecTest {
  private static JobSpec.Builder job(String name, String... parents) {
    JobSpec.Builder job = JobSpec.builder(name).command("noop").numberOfTasks(1);
    for (String parent : parents) {
      job.parent(parent);
    }
    return job;
  }

  @Test
  void putsParentsBeforeTheirChildren() {
    WorkflowSpec spec = WorkflowSpec.builder("w")
        .job(job("c", "a", "b"))
        .job(job("b", "a"))
        .job(job("a"))
        .build();

    assertThat(spec.jobs()).extracting(JobSpec::name).containsExactly("a", "b", "c");
  }

  @Test
  void namesTheJobsThatWaitForEachOther() {
    WorkflowSpec.Builder workflow = WorkflowSpec.builder("w")
        .job(job("start"))
        .job(job("a", "c"))
        .job(job("b", "a", "start"))
        .job(job("c", "b"));

    assertThatThrownBy(workflow::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("workflow w: jobs wait for each other: a -> c -> b -> a");
  }

  @Test
  void namesAnUnknownParent() {
    assertThatThrownBy(() -> WorkflowSpec.builder("w").job(job("a", "nobody")).build())
        .hasMessageContaining("job a has the unknown parent nobody; jobs are [a]");
  }

  @Test
  void refusesTwoJobsOfOneName() {
    assertThatThrownBy(
            () -> WorkflowSpec.builder("w").job(job("a")).job(job("a")).build())
        .hasMessageContaining("two jobs named a");
  }

  @Test
  void refusesAJobWithoutCommand() {
    assertThatThrownBy(() -> JobSpec.builder("a")
            .task(TaskSpec.of("own", Map.of()))
            .task(TaskSpec.of(Map.of()))
            .build())
        .hasMessageContaining("job a has no command");
  }

  @Test
  void refusesAJobWithNothingToDoOrTwoWaysToSayIt() {
    assertThatThrownBy(() -> JobSpec.builder("a").command("c").build())
        .hasMessageContaining("nothing to do");
    assertThatThrownBy(() -> job("a").target(JobTarget.of("docs")).build())
        .hasMessageContaining("only one of");
  }

  @Test
  void refusesFiguresOutOfBounds() {
    assertThatThrownBy(() -> job("a").maxAttemptsPerTask(0).build())
        .hasMessageContaining("maxAttemptsPerTask must be 1 to 1000, not 0");
    assertThatThrownBy(() -> job("a").concurrentTasksPerInstance(0).build())
        .hasMessageContaining("concurrentTasksPerInstance must be 1 to 1000, not 0");
    assertThatThrownBy(() -> job("a").timeoutPerTask(Duration.ZERO).build())
        .hasMessageContaining("timeoutPerTask");
    assertThatThrownBy(() -> job("a").failureThreshold(-1).build())
        .hasMessageContaining("failureThreshold must be 0 to 1000000, not -1");
  }

  @Test
  void laysATasksConfigurationOverItsJobs() {
    JobSpec job = JobSpec.builder("a")
        .command("copy")
        .config("from", "x")
        .config("to", "y")
        .task(TaskSpec.of(Map.of("to", "z")))
        .task(TaskSpec.of("move", Map.of()))
        .build();

    assertThat(job.config(0))
        .containsExactlyEntriesOf(new java.util.TreeMap<>(Map.of("from", "x", "to", "z")));
    assertThat(job.command(0)).isEqualTo("copy");
    assertThat(job.command(1)).isEqualTo("move");
  }

  @Test
  void numbersTheTasksOfATargetedJobByItsPartitions() {
    JobTarget some = JobTarget.of("docs", "SLAVE").only(ImmutableSet.of(7, 3));

    assertThat(some.tasks(100)).isEqualTo(2);
    assertThat(some.partition(0)).isEqualTo(3);
    assertThat(some.partition(1)).isEqualTo(7);
    assertThat(JobTarget.of("docs").tasks(6)).isEqualTo(6);
  }
}
