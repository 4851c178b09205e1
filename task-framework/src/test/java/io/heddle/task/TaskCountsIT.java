// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.admin.ClusterAdmin;
import io.heddle.controller.HeddleController;
import io.heddle.embedded.EmbeddedZooKeeper;
import io.heddle.embedded.OperationCounts;
import io.heddle.model.InstanceSpec;
import io.heddle.participant.HeddleParticipant;
import io.heddle.runtime.ThreadLoop;
import io.heddle.store.zookeeper.ZooKeeperStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What tasks cost at a real server: operations are counted there, times are not. */
@Timeout(120)
class TaskCountsIT {
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final EmbeddedZooKeeper zooKeeper =
      EmbeddedZooKeeper.builder().fsync(false).start();
  private final ZooKeeperStore store = new ZooKeeperStore(zooKeeper.connectString());
  private final ClusterAdmin admin =
      ClusterAdmin.builder(store, ThreadLoop::new, "c").build();
  private final TaskDriver driver = TaskDriver.builder(store, "c").build();
  private final HeddleController controller =
      HeddleController.builder(store, "c").extension(TaskExtension.create()).build();
  private final List<HeddleParticipant> participants = new ArrayList<>();

  TaskCountsIT() {
    TaskCluster.get(admin.createCluster());
    TaskCluster.get(controller.start());
  }

  @AfterEach
  void close() {
    driver.close();
    participants.forEach(HeddleParticipant::close);
    controller.close();
    admin.close();
    store.close();
    zooKeeper.close();
  }

  private void participants(int count) {
    while (participants.size() < count) {
      String name = "p" + participants.size();
      TaskCluster.get(admin.addInstance(InstanceSpec.of(name)));
      HeddleParticipant participant = HeddleParticipant.builder(store, "c", name)
          .extension(
              TaskParticipant.builder().command("noop", context -> new Noop()).build())
          .build();
      TaskCluster.get(participant.start());
      participants.add(participant);
    }
  }

  private static final class Noop implements Task {
    @Override
    public TaskResult run() {
      return TaskResult.completed();
    }

    @Override
    public void cancel() {
      // It has returned.
    }
  }

  private OperationCounts run(String name, int tasks) throws Exception {
    OperationCounts before = zooKeeper.operations();
    JobSpec.Builder job = JobSpec.builder("noops").command("noop").numberOfTasks(tasks);
    WorkflowHandle workflow =
        TaskCluster.get(driver.submit(WorkflowSpec.builder(name).job(job).build()));
    WorkflowStatus end = workflow.await(BOUND);
    OperationCounts spent = zooKeeper.operations().since(before);
    assertThat(end.state()).isEqualTo(WorkflowState.COMPLETED);
    assertThat(end.job("noops").completed()).isEqualTo(tasks);
    return spent;
  }

  @Test
  void aLoneTaskCostsTheSameOnThirtyInstancesAsOnTwo() throws Exception {
    participants(2);
    OperationCounts onTwo = run("first", 1);

    participants(30);
    OperationCounts onThirty = run("second", 1);

    assertThat(onTwo.writes()).isLessThanOrEqualTo(8);
    assertThat(onThirty.writes()).isLessThanOrEqualTo(8);
    assertThat(onThirty.reads()).isLessThanOrEqualTo(onTwo.reads() + 5);
  }

  @Test
  void tenThousandTasksCostFewWritesEach() throws Exception {
    participants(10);

    OperationCounts spent = run("bulk", 10_000);

    assertThat(spent.writes()).isLessThan(2_000);
  }
}
