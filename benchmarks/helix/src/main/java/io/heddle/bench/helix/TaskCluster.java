// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import io.heddle.bench.peer.Request;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.apache.helix.HelixManager;
import org.apache.helix.InstanceType;
import org.apache.helix.task.JobConfig;
import org.apache.helix.task.JobContext;
import org.apache.helix.task.Task;
import org.apache.helix.task.TaskDriver;
import org.apache.helix.task.TaskFactory;
import org.apache.helix.task.TaskPartitionState;
import org.apache.helix.task.TaskResult;
import org.apache.helix.task.TaskStateModelFactory;
import org.apache.helix.task.TaskUtil;
import org.apache.helix.task.Workflow;
import org.apache.helix.zookeeper.datamodel.ZNRecord;
import org.apache.helix.zookeeper.datamodel.serializer.ZNRecordSerializer;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.ZooKeeper;
import org.jspecify.annotations.Nullable;

/**
 * A cluster whose participants do nothing, as tasks. The end of a workflow is awaited by a watch on
 * its context: Helix's own driver polls, which is slower. Never closed, see {@link BenchCluster}.
 *
 * <p>Confined to the thread that does the work.
 */
final class TaskCluster {
  private static final Duration DELETION = Duration.ofMinutes(2);

  private final BenchCluster cluster;
  private final TaskDriver driver;
  private final ZooKeeper zooKeeper;

  /** Told of each change of the context that is awaited, by ZooKeeper's thread. */
  private final SynchronousQueue<Boolean> changes = new SynchronousQueue<>();

  TaskCluster(Request request, String name) throws Exception {
    this.cluster = new BenchCluster(request.connectString(), name);
    var unused = cluster.connect("controller", InstanceType.CONTROLLER);
    TaskFactory noop = context -> new Noop();
    cluster.participants(
        request.size("participants"),
        manager -> manager
            .getStateMachineEngine()
            .registerStateModelFactory(
                "Task", new TaskStateModelFactory(manager, Map.of("noop", noop))));
    HelixManager admin = cluster.connect("driver", InstanceType.ADMINISTRATOR);
    this.driver = new TaskDriver(admin);
    this.zooKeeper = new ZooKeeper(request.connectString(), 30_000, event -> {});
  }

  private static final class Noop implements Task {
    @Override
    public TaskResult run() {
      return new TaskResult(TaskResult.Status.COMPLETED, "");
    }

    @Override
    public void cancel() {
      // It has returned.
    }
  }

  void submit(String workflow, int tasks, int concurrent) {
    JobConfig.Builder job = new JobConfig.Builder()
        .setCommand("noop")
        .setNumberOfTasks(tasks)
        .setNumConcurrentTasksPerInstance(concurrent);
    driver.start(new Workflow.Builder(workflow).addJob("noops", job).build());
  }

  /**
   * Waits for the end of a workflow.
   *
   * @return whether it has completed within the limit
   */
  boolean await(String workflow, Duration limit) throws KeeperException, InterruptedException {
    String path = "/" + cluster.name + "/PROPERTYSTORE/TaskRebalancer/" + workflow + "/Context";
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      @Nullable String state = state(path);
      if ("COMPLETED".equals(state)) {
        return true;
      }
      if ("FAILED".equals(state) || "ABORTED".equals(state) || "TIMED_OUT".equals(state)) {
        throw new IllegalStateException("workflow " + workflow + " has ended " + state);
      }
      if (changes.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS) == null) {
        return false;
      }
    }
  }

  private @Nullable String state(String path) throws KeeperException, InterruptedException {
    if (zooKeeper.exists(path, event -> changed()) == null) {
      return null;
    }
    // The watch stays set until the next change; this reads without another.
    byte[] data = zooKeeper.getData(path, false, null);
    Object read = new ZNRecordSerializer().deserialize(data);
    return read instanceof ZNRecord context ? context.getSimpleField("STATE") : null;
  }

  private void changed() {
    try {
      boolean unused = changes.offer(true, 60, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many tasks of a workflow have completed by now. */
  int completed(String workflow) {
    @Nullable JobContext context = driver.getJobContext(TaskUtil.getNamespacedJobName(workflow, "noops"));
    if (context == null) {
      return 0;
    }
    return (int) context.getPartitionSet().stream()
        .filter(task -> context.getPartitionState(task) == TaskPartitionState.COMPLETED)
        .count();
  }

  /** Forgets a workflow, so that its history costs nothing later. */
  void delete(String workflow) throws InterruptedException {
    driver.deleteAndWaitForCompletion(workflow, DELETION.toMillis());
  }
}
