// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.heddle.yaml.YamlError;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkflowYamlTest {
  private static final String FULL = """
      name: nightly
      jobs:
        - name: Backup
          command: backup
          jobCommandConfigMap: {directory: /backup, answer: NO}
          targetResource: documents
          targetPartitionStates: [SLAVE, MASTER]
          targetPartitions: [0, 2]
          timeoutPerPartition: 30s
          numConcurrentTasksPerInstance: 2
        - name: Etl
          jobConfigMap: {old: name}
          parents: [Backup]
          tasks:
            - command: extract
              taskConfigMap: {part: 1}
            - command: load
          instanceGroupTag: ETL
          maxAttemptsPerTask: 3
          taskRetryDelay: 500
          failureThreshold: 1
          ignoreDependentJobFailure: true
      """;

  @Test
  void readsEveryKey() {
    WorkflowSpec spec = WorkflowYaml.read("nightly.yaml", FULL);

    JobSpec backup = spec.job("Backup");
    JobSpec etl = spec.job("Etl");
    assertThat(spec.name()).isEqualTo("nightly");
    assertThat(backup.command()).contains("backup");
    assertThat(backup.config()).containsEntry("answer", "NO").containsEntry("directory", "/backup");
    assertThat(backup.target().orElseThrow().states()).containsExactly("MASTER", "SLAVE");
    assertThat(backup.target().orElseThrow().partitions()).containsExactly(0, 2);
    assertThat(backup.timeoutPerTask()).isEqualTo(Duration.ofSeconds(30));
    assertThat(backup.concurrentTasksPerInstance()).isEqualTo(2);
    assertThat(etl.config()).containsEntry("old", "name");
    assertThat(etl.parents()).containsExactly("Backup");
    assertThat(etl.tasks())
        .extracting(t -> t.command().orElseThrow())
        .containsExactly("extract", "load");
    assertThat(etl.config(0)).containsEntry("part", "1");
    assertThat(etl.instanceTag()).contains("ETL");
    assertThat(etl.maxAttemptsPerTask()).isEqualTo(3);
    assertThat(etl.taskRetryDelay()).isEqualTo(Duration.ofMillis(500));
    assertThat(etl.failureThreshold()).isEqualTo(1);
    assertThat(etl.onParentFailure()).isEqualTo(JobSpec.ParentFailure.IGNORE);
  }

  @Test
  void appliesTheDefaults() {
    JobSpec job = WorkflowYaml.read(
            "w.yaml", "name: w\njobs:\n  - name: a\n    command: c\n    numberOfTasks: 3\n")
        .job("a");

    assertThat(job.numberOfTasks()).isEqualTo(3);
    assertThat(job.maxAttemptsPerTask()).isEqualTo(10);
    assertThat(job.timeoutPerTask()).isEqualTo(Duration.ofHours(1));
    assertThat(job.concurrentTasksPerInstance()).isEqualTo(1);
    assertThat(job.onParentFailure()).isEqualTo(JobSpec.ParentFailure.FAIL);
  }

  @Test
  void namesThePlaceOfAnUnknownKey() {
    assertProblem(
        "name: w\njobs:\n  - name: a\n    comand: c\n    command: c\n    numberOfTasks: 1\n",
        "w.yaml:4:5: jobs[0].comand",
        "did you mean");
  }

  @Test
  void namesThePlaceOfAnUnknownParent() {
    assertProblem(
        "name: w\njobs:\n  - name: a\n    command: c\n    numberOfTasks: 1\n    parents: [b]\n",
        "w.yaml:6:15: jobs[0].parents[0] = 'b'",
        "one of a");
  }

  @Test
  void namesThePlaceOfAWrongType() {
    assertProblem(
        "name: w\njobs:\n  - name: a\n    command: c\n    numberOfTasks: many\n",
        "w.yaml:5:20: jobs[0].numberOfTasks = 'many'",
        "a whole number from 1 to 1000000");
  }

  @Test
  void namesThePlaceOfJobsThatWaitForEachOther() {
    assertProblem("""
        name: w
        jobs:
          - {name: a, command: c, numberOfTasks: 1, parents: [b]}
          - {name: b, command: c, numberOfTasks: 1, parents: [a]}
        """, "w.yaml:3:3: jobs", "jobs wait for each other: a -> b -> a");
  }

  @Test
  void namesThePlaceOfAJobWithoutWork() {
    assertProblem(
        "name: w\njobs:\n  - name: a\n    command: c\n", "w.yaml:3:5: jobs[0]", "nothing to do");
  }

  @Test
  void refusesTheOldAndTheNewNameTogether() {
    assertProblem("""
        name: w
        jobs:
          - name: a
            command: c
            numberOfTasks: 1
            jobConfigMap: {x: y}
            jobCommandConfigMap: {x: y}
        """, "w.yaml:6:19: jobs[0].jobConfigMap", "old name of jobCommandConfigMap");
  }

  @Test
  void refusesTargetStatesWithoutATarget() {
    assertProblem(
        """
        name: w
        jobs:
          - name: a
            command: c
            numberOfTasks: 1
            targetPartitionStates: [SLAVE]
        """, "w.yaml:6:29: jobs[0].targetPartitionStates[0] = 'SLAVE'", "needs a targetResource");
  }

  private static void assertProblem(String text, String place, String allowed) {
    assertThatThrownBy(() -> WorkflowYaml.read("w.yaml", text))
        .isInstanceOf(YamlError.class)
        .hasMessageContaining(place)
        .hasMessageContaining(allowed);
  }
}
