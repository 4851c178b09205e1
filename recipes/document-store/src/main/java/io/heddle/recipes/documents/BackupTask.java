// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.task.Task;
import io.heddle.task.TaskCallbackContext;
import io.heddle.task.TaskResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;

/**
 * Backs a partition up from the replica beside it. Settings: {@code directory}, where backups go,
 * and {@code overSeconds}, over how long a backup is spread, so that it leaves the disk to the
 * store; 1 to 86,400.
 */
final class BackupTask implements Task {
  private final TaskCallbackContext context;
  private final IntFunction<Optional<Replica>> replicas;
  private final CountDownLatch cancelled = new CountDownLatch(1);

  BackupTask(TaskCallbackContext context, IntFunction<Optional<Replica>> replicas) {
    this.context = context;
    this.replicas = replicas;
  }

  @Override
  public TaskResult run() throws IOException, InterruptedException {
    int partition = context
        .partition()
        .orElseThrow(() -> new IOException("a backup follows a partition; this task has none"))
        .number();
    Optional<List<Document>> documents = Optional.empty();
    Optional<Replica> replica = replicas.apply(partition);
    if (replica.isPresent()) {
      documents = replica.get().documents();
    }
    if (documents.isEmpty()) {
      return TaskResult.failed("partition " + partition + " is not open here");
    }
    return write(partition, documents.get());
  }

  private TaskResult write(int partition, List<Document> documents)
      throws IOException, InterruptedException {
    Path directory = Path.of(Settings.text(context, "directory"));
    long nanosEach =
        Duration.ofSeconds(Settings.number(context, "overSeconds", 86_400)).toNanos()
            / Math.max(1, documents.size());
    String attempt = context.instance() + "-" + context.attempt();
    try (BackupFile backup = new BackupFile(directory, partition, attempt, documents.size())) {
      for (Document document : documents) {
        backup.add(document);
        if (cancelled.await(nanosEach, TimeUnit.NANOSECONDS)) {
          return TaskResult.canceled();
        }
      }
      backup.finish();
    }
    return TaskResult.completed(documents.size() + " documents");
  }

  @Override
  public void cancel() {
    cancelled.countDown();
  }
}
