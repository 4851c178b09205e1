// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that runs one instance, to be killed. Confined to one thread. */
public final class VictimProcess implements AutoCloseable {
  private final Process process;

  private VictimProcess(Process process) {
    this.process = process;
  }

  /** Starts one on this process's class path; what it prints goes where this process's does. */
  static VictimProcess start(List<String> mainAndArguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-Dlog4j2.level=ERROR",
        "-cp",
        System.getProperty("java.class.path")));
    command.addAll(mainAndArguments);
    Process process = new ProcessBuilder(command)
        .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
    return new VictimProcess(process);
  }

  /** In the victim: ends this process when the one that started it is gone. Does not return. */
  public static void runUntilKilled() throws IOException {
    while (System.in.read() >= 0) {
      // Nothing is ever said.
    }
    Runtime.getRuntime().halt(0);
  }

  /** Kills it as {@code kill -9} does. */
  void kill() {
    process.destroyForcibly();
  }

  @Override
  public void close() {
    kill();
    try {
      boolean unused = process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
