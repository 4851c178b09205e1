// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.google.common.collect.ImmutableList;
import io.heddle.bench.peer.Conversation;
import io.heddle.embedded.EmbeddedZooKeeper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A process in which one system does one work, and the talk with it. It ends with the talk; should
 * this process die before, it ends by itself, as its standard input does.
 *
 * <p>Confined to one thread, but for {@link #kill}.
 */
final class PeerProcess implements AutoCloseable {
  private static final String GONE = "@gone";
  private static final int TAIL = 15;
  private static final int END_SECONDS = 20;

  private final String who;
  private final Process process;
  private final Path log;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Consumer<String> progress;
  private boolean done;

  private PeerProcess(String who, Process process, Path log, Consumer<String> progress) {
    this.who = who;
    this.process = process;
    this.log = log;
    this.progress = progress;
  }

  /**
   * Starts one.
   *
   * @param classPath where the system and its side of the measurements are
   * @param log takes what it prints
   * @param jvmOptions what its JVM is told besides
   * @param progress told how far it is
   */
  static PeerProcess start(
      Contestant contestant,
      String classPath,
      Step step,
      String connectString,
      Path log,
      List<String> jvmOptions,
      Consumer<String> progress)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of(
        "-Xms512m",
        "-Xmx4g",
        "-XX:+UseG1GC",
        "-Xlog:disable",
        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
        "-Dlog4j2.level=ERROR",
        "-cp",
        classPath,
        contestant.mainClass(),
        step.work(),
        connectString));
    step.sizesFor(contestant).forEach((name, size) -> command.add(name + "=" + size));
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    PeerProcess peer = new PeerProcess(contestant.label(), process, log, progress);
    Thread reader = new Thread(peer::read, "bench-" + contestant.label());
    reader.setDaemon(true);
    reader.start();
    return peer;
  }

  private void read() {
    try (BufferedReader in = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      progress.accept("what " + who + " says can't be read any more: " + e.getMessage());
    }
    lines.add(GONE);
  }

  /**
   * Listens until it is done.
   *
   * @param figures takes what it tells
   * @throws BenchException if it fails, dies, or takes longer than the bound
   */
  void listen(EmbeddedZooKeeper server, Duration bound, Figures figures)
      throws BenchException, InterruptedException, IOException {
    long end = System.nanoTime() + bound.toNanos();
    Counting counting = new Counting(server);
    while (true) {
      String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw new BenchException(
            "%s took longer than %s s%n%s".formatted(who, bound.toSeconds(), tail()));
      }
      String[] words = line.split(" ", 4);
      switch (words[0]) {
        case "@quiet" -> {
          counting.awaitQuiet();
          answer();
        }
        case "@begin" -> {
          counting.begin();
          answer();
        }
        case "@pause" -> {
          counting.pause();
          answer();
        }
        case "@counted" -> counting.tell(words[1], Long.parseLong(words[2]), figures);
        case "@value" -> figures.add(words[3], words[1], Double.parseDouble(words[2]));
        case "@progress" -> progress.accept(line.substring(words[0].length() + 1));
        case "@run" -> {}
        case "@done" -> {
          done = true;
          return;
        }
        case "@failed", GONE ->
          throw new BenchException(
              "%s failed: %s%n%s".formatted(who, line.substring(words[0].length()), tail()));
        default -> progress.accept(line);
      }
    }
  }

  private void answer() throws IOException {
    OutputStream in = process.getOutputStream();
    in.write((Conversation.GO_ON + "\n").getBytes(StandardCharsets.UTF_8));
    in.flush();
  }

  private String tail() {
    try {
      List<String> all = Files.readAllLines(log, StandardCharsets.UTF_8);
      List<String> last =
          ImmutableList.copyOf(all.subList(Math.max(0, all.size() - TAIL), all.size()));
      return "Its log ends so (whole: " + log + "):" + System.lineSeparator()
          + String.join(System.lineSeparator(), last);
    } catch (IOException | UncheckedIOException e) {
      return "its log " + log + " can't be read: " + e.getMessage();
    }
  }

  /** Ends it and its children at once. Thread-safe. */
  void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  /** Lets it end by itself if it is done, and ends it otherwise. */
  @Override
  public void close() {
    try {
      if (!done || !process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        kill();
      }
      if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
        progress.accept("process " + process.pid() + " of " + who + " does not end");
      }
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    }
  }
}
