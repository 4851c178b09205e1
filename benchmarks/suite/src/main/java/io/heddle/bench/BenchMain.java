// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.google.common.collect.ImmutableList;
import io.heddle.embedded.EmbeddedZooKeeper;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * {@code bin/heddle bench}: measures, prints a table, and writes the rows. Ends with 0 if
 * everything was measured, 1 if something could not be, 2 if the command line is wrong.
 */
public final class BenchMain {
  /** The variable that says where Helix and its side of the measurements are: a class path. */
  static final String HELIX_CLASS_PATH = "HEDDLE_BENCH_HELIX";

  private final Options options;
  private final EmbeddedZooKeeper server;
  private final Path logs;
  private final PrintStream out;
  private final AtomicReference<@Nullable PeerProcess> running = new AtomicReference<>();

  private BenchMain(Options options, EmbeddedZooKeeper server, Path logs, PrintStream out) {
    this.options = options;
    this.server = server;
    this.logs = logs;
    this.out = out;
  }

  /** See the class. */
  public static void main(String[] args) throws Exception {
    // Clients that are killed are no news here.
    System.setProperty("org.slf4j.simpleLogger.log.org.apache.zookeeper.server", "error");
    Options options;
    try {
      options = Options.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("bench: " + e.getMessage());
      System.exit(2);
      return;
    }
    int status;
    try (EmbeddedZooKeeper server = EmbeddedZooKeeper.builder().start()) {
      Path logs = Files.createTempDirectory("heddle-bench-");
      status = new BenchMain(options, server, logs, System.out).run();
    } catch (IOException | RuntimeException e) {
      // The main program's one fault handler: with threads of others left, nothing else ends it.
      e.printStackTrace();
      status = 1;
    }
    System.exit(status);
  }

  private int run() throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::killRunning, "bench-kill"));
    int status = 0;
    Figures load = new Figures();
    ImmutableList.Builder<Row> all = ImmutableList.builder();
    for (Step step : options.verb().steps(options)) {
      out.printf("%s%n", step.title());
      for (Contestant contestant : options.contestants()) {
        if (step.isFor(contestant)) {
          try {
            all.addAll(measure(step, contestant));
          } catch (BenchException e) {
            // What else can be measured is worth having.
            System.err.println("bench: " + step.title() + ": " + e.getMessage());
            status = 1;
          }
          load.add(
              "load average",
              "processes",
              ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        }
      }
    }
    String machine = "the machine: %d cores, %s, JDK %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.arch"),
            System.getProperty("java.version"));
    ImmutableList<Row> rows = all.addAll(load.rows(machine, "all")).build();
    out.println();
    out.print(Table.of(rows));
    if (options.json().isPresent()) {
      RowsJson.write(options.json().get(), rows);
      out.println("The rows are in " + options.json().get());
    }
    return status;
  }

  private ImmutableList<Row> measure(Step step, Contestant contestant)
      throws BenchException, IOException, InterruptedException {
    Path log = logs.resolve(step.work() + "-" + contestant.label() + ".log");
    Figures figures = new Figures();
    try (PeerProcess process = PeerProcess.start(
        contestant,
        classPath(contestant),
        step,
        server.connectString(),
        log,
        profiling(step, contestant),
        text -> progress(contestant, text))) {
      running.set(process);
      process.listen(server, step.bound(), figures);
    } finally {
      running.set(null);
    }
    // Its sessions would expire later, and count as the work of whoever is measured then.
    server.sessions().forEach(server::expireSession);
    return figures.rows(step.title(), contestant.label());
  }

  private List<String> profiling(Step step, Contestant contestant) {
    return options
        .jfr()
        .map(folder -> List.of("-XX:StartFlightRecording=settings=profile,filename="
            + folder.resolve(step.work() + "-" + contestant.label() + ".jfr")))
        .orElse(List.of());
  }

  private void progress(Contestant contestant, String text) {
    out.printf(Locale.ROOT, "  %s: %s%n", contestant.label(), text);
  }

  private static String classPath(Contestant contestant) throws BenchException {
    if (contestant == Contestant.HEDDLE) {
      return System.getProperty("java.class.path");
    }
    @Nullable String path = System.getenv(HELIX_CLASS_PATH);
    if (path == null) {
      throw new BenchException(
          HELIX_CLASS_PATH + " is not set; bin/heddle bench sets it; or measure --only heddle");
    }
    return path;
  }

  /** Ctrl-C ends what is measured too. */
  private void killRunning() {
    @Nullable PeerProcess process = running.get();
    if (process != null) {
      process.kill();
    }
  }
}
