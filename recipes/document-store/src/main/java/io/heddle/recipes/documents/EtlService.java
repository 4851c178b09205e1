// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.launcher.ParticipantService;
import io.heddle.launcher.ParticipantServiceContext;
import io.heddle.task.Task;
import io.heddle.task.TaskCallbackContext;
import io.heddle.task.TaskParticipant;
import io.heddle.task.TaskResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The batch service: builds word indexes from backups, with command {@code Etl}. Settings of the
 * command: {@code directory}, where backups are and indexes go; {@code partitions} and
 * {@code shards}, so that task {@code t} takes the partitions that leave {@code t} when divided by
 * {@code shards}.
 */
public final class EtlService implements ParticipantService {
  /** For the launcher. */
  public EtlService() {}

  @Override
  public void start(ParticipantServiceContext context) {
    String seconds = context.service().config().getOrDefault("session-timeout-seconds", "10");
    context
        .participant()
        .sessionTimeout(Duration.ofSeconds(Integer.parseInt(seconds)))
        .extension(
            TaskParticipant.builder().command("Etl", EtlTask::new).slots(2).build());
  }

  static Path index(Path directory, int shard) {
    return directory.resolve("index-" + shard + ".tsv");
  }

  private static final class EtlTask implements Task {
    private final TaskCallbackContext context;
    private volatile boolean cancelled;

    EtlTask(TaskCallbackContext context) {
      this.context = context;
    }

    @Override
    public TaskResult run() throws IOException {
      Path directory = Path.of(Settings.text(context, "directory"));
      int shards = Settings.number(context, "shards", 1_000);
      int partitions = Settings.number(context, "partitions", 1_000_000);
      WordIndex index = new WordIndex();
      int documents = 0;
      for (int p = context.task(); p < partitions; p += shards) {
        for (Document document : BackupFile.read(directory, p)) {
          if (cancelled) {
            return TaskResult.canceled();
          }
          index.add(document.content());
          documents++;
        }
      }
      index.write(index(directory, context.task()));
      return TaskResult.completed(documents + " documents, " + index.counts().size() + " words");
    }

    @Override
    public void cancel() {
      cancelled = true;
    }
  }
}
