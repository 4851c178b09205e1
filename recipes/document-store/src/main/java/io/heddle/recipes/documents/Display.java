// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import io.heddle.spectator.Route;
import io.heddle.spectator.RoutingTable;
import io.heddle.task.JobStatus;
import io.heddle.task.WorkflowStatus;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Shows how the demo goes: on a terminal a picture that is drawn anew, elsewhere a line an event.
 * Thread-safe.
 */
final class Display {
  private static final int LAST_EVENTS = 12;
  private static final int BAR = 30;

  private final PrintStream out;
  private final Mode mode;
  private final long begun = System.nanoTime();
  private final ArrayDeque<String> events = new ArrayDeque<>();
  private Supplier<@Nullable RoutingTable> routing = () -> null;
  private Optional<WorkflowStatus> workflow = Optional.empty();

  /** How it is shown. */
  enum Mode {
    /** A picture, drawn anew with the terminal's control sequences. */
    PICTURE,
    /** A line an event. */
    LINES
  }

  Display(PrintStream out, Mode mode) {
    this.out = out;
    this.mode = mode;
  }

  synchronized void follow(Supplier<@Nullable RoutingTable> table) {
    routing = table;
  }

  synchronized void workflow(WorkflowStatus status) {
    if (mode == Mode.LINES && !workflow.equals(Optional.of(status))) {
      status.jobs().forEach((job, progress) -> out.println(stamp() + "  " + bar(job, progress)));
    }
    workflow = Optional.of(status);
  }

  /** Something happened. */
  synchronized void event(String what) {
    String line = stamp() + "  " + what;
    events.addLast(line);
    if (events.size() > LAST_EVENTS) {
      events.removeFirst();
    }
    if (mode == Mode.LINES) {
      out.println(line);
      out.flush();
    } else {
      draw();
    }
  }

  /** Prints as it is, below the picture. */
  synchronized void print(String line) {
    out.println(line);
    out.flush();
  }

  private String stamp() {
    return String.format(
        Locale.ROOT, "%6.2f s", Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1_000.0);
  }

  /** Draws the picture, if there is one. */
  synchronized void draw() {
    if (mode != Mode.PICTURE) {
      return;
    }
    List<String> lines = new ArrayList<>();
    lines.add("Heddle demo: a document store" + "   " + stamp());
    lines.add("");
    @Nullable RoutingTable table = routing.get();
    if (table != null) {
      lines.addAll(picture(table));
    }
    workflow.ifPresent(
        status -> status.jobs().forEach((job, progress) -> lines.add(bar(job, progress))));
    lines.add("");
    lines.addAll(events);
    StringBuilder screen = new StringBuilder("\u001b[H");
    lines.forEach(line -> screen.append(line).append("\u001b[K\n"));
    out.print(screen.append("\u001b[J"));
    out.flush();
  }

  /** Who serves what. */
  static List<String> picture(RoutingTable table) {
    List<String> lines = new ArrayList<>();
    lines.add("containers: "
        + List.of("DB", "ETL").stream()
            .flatMap(service -> table.getInstances(service, 0).stream())
            .map(route -> route.instance().name())
            .sorted()
            .collect(Collectors.joining(" ")));
    for (int p = 0; p < table.partitions(RoutingViews.RESOURCE); p++) {
      lines.add("documents/" + p + "  MASTER " + names(table, p, "MASTER") + "  SLAVE "
          + names(table, p, "SLAVE"));
    }
    return lines;
  }

  private static String names(RoutingTable table, int partition, String state) {
    return table.getInstances(RoutingViews.RESOURCE, partition, state).stream()
        .map(Route::instance)
        .map(instance -> instance.name())
        .sorted()
        .collect(Collectors.joining(" "));
  }

  /** A job's progress, as a bar. */
  static String bar(String job, JobStatus progress) {
    int full = progress.total() == 0 ? 0 : BAR * progress.completed() / progress.total();
    return String.format(
        Locale.ROOT,
        "%-8s [%s%s] %d of %d, %s%s",
        job,
        "#".repeat(full),
        ".".repeat(BAR - full),
        progress.completed(),
        progress.total(),
        progress.state(),
        progress.lostAttempts() == 0 ? "" : ", " + progress.lostAttempts() + " interrupted");
  }

  /** The verdict, line by line. */
  static List<String> verdict(Map<String, String> failures, List<String> held) {
    List<String> lines = new ArrayList<>();
    held.forEach(line -> lines.add("  ok    " + line));
    failures.forEach((what, why) -> lines.add("  FAIL  " + what + ": " + why));
    return lines;
  }
}
