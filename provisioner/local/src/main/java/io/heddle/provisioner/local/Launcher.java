// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.local;

import com.google.common.collect.ImmutableList;
import io.heddle.model.ContainerSpec;
import io.heddle.model.LiveInstance.ContainerStart;
import io.heddle.provisioner.Lifeline;
import io.heddle.runtime.Loop;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts processes. In order: the intent is recorded, exclusively; the waiter is started, which
 * starts the process and tells its pid; both are recorded; only then is the container started. A
 * controller that dies in between leaves a record without processes, and what it may have started
 * is found by its variables. Thread-safe; blocks while a process is made.
 */
final class Launcher {
  private static final Logger log = LoggerFactory.getLogger(Launcher.class);

  private static final String NO_GROUP = "-";

  private final LocalConfig config;
  private final ProcessTable table;
  private final Loop timer;

  Launcher(LocalConfig config, ProcessTable table, Loop timer) {
    this.config = config;
    this.table = table;
    this.timer = timer;
  }

  /**
   * Starts the process of an allocated container.
   *
   * @return the container, whose launch record has no main process if none could be made; empty if
   *     another controller was first
   * @throws IOException if nothing could be recorded
   */
  Optional<LocalContainer> launch(ContainerDirectory directory, ContainerSpec spec)
      throws IOException {
    ContainerStart start = new ContainerStart(spec.id(), UUID.randomUUID().toString());
    ImmutableList<String> command = LaunchCommand.jvm(config, spec);
    Map<String, String> variables = LaunchCommand.environment(config, spec, start);
    LaunchRecord intent = new LaunchRecord(
        start.startId(),
        table.bootId(),
        table.namespace(),
        table.identify(ProcessHandle.current().pid()),
        timer.wallMillis(),
        command,
        ProcessId.NONE,
        ProcessId.NONE);
    Path wrapper = directory.writeWrapper();
    if (!directory.claim(intent)) {
      return Optional.empty();
    }
    Process waiter;
    try {
      waiter = builder(directory, wrapper, command, variables).start();
    } catch (IOException | IllegalArgumentException e) {
      log.warn("Container {} can't be started", spec.id(), e);
      directory.writeNotStarted("can't be started: " + e.getMessage());
      return Optional.of(new LocalContainer(directory, intent, null));
    }
    ProcessId waiterId = table.identify(waiter.pid());
    ProcessId main = mainProcess(waiter).map(table::identify).orElse(ProcessId.NONE);
    LaunchRecord launch = intent.withProcesses(waiterId, main);
    try {
      directory.writeLaunch(launch);
    } catch (IOException e) {
      // Without a record nobody would find it again: its end is seen to, as of any lost waiter.
      log.warn("Container {} can't be recorded; it is ended again", spec.id(), e);
      waiter.destroyForcibly();
      return Optional.of(new LocalContainer(directory, intent, waiter));
    }
    return Optional.of(new LocalContainer(directory, launch, waiter));
  }

  private ProcessBuilder builder(
      ContainerDirectory directory,
      Path wrapper,
      ImmutableList<String> command,
      Map<String, String> variables) {
    String setsid = config.setsid().map(Path::toString).orElse(NO_GROUP);
    ImmutableList.Builder<String> words = ImmutableList.builder();
    config.setsid().ifPresent(path -> words.add(path.toString()));
    words.add("/bin/sh", wrapper.toString(), directory.path().toString(), setsid);
    words.add(config.lifeline() == Lifeline.STDIN ? "stdin" : "none");
    words.add(Long.toString(config.stopGrace().toMillis() / 100));
    words.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(words.build());
    builder.directory(directory.path().toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("HEDDLE_"));
    builder.environment().putAll(variables);
    builder.environment().put(Survivors.DIRECTORY, directory.path().toString());
    builder.redirectInput(
        config.lifeline() == Lifeline.STDIN
            ? ProcessBuilder.Redirect.PIPE
            : ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
    builder.redirectError(ProcessBuilder.Redirect.appendTo(
        directory.path().resolve(ContainerDirectory.STDERR).toFile()));
    return builder;
  }

  /** The pid that the waiter tells; empty if it ends without, or takes too long and is ended. */
  private Optional<Long> mainProcess(Process waiter) {
    Loop.Timer deadline = timer.schedule(LocalConfig.START_TIMEOUT, waiter::destroyForcibly);
    try (BufferedReader reader = new BufferedReader(
        new InputStreamReader(waiter.getInputStream(), StandardCharsets.US_ASCII))) {
      @Nullable String line = reader.readLine();
      return line != null && line.matches("[0-9]{1,10}")
          ? Optional.of(Long.parseLong(line))
          : Optional.empty();
    } catch (IOException e) {
      log.warn("Waiter {} did not tell its process", waiter.pid(), e);
      return Optional.empty();
    } finally {
      timer.execute(deadline::cancel);
    }
  }
}
