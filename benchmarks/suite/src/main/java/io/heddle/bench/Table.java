// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows as people read them: the systems side by side, with how many times better Heddle is. */
final class Table {
  private static final String LINE = "  %-35s %-13s %28s %28s %10s%n";

  private Table() {}

  /** The table of some works, in the order of the rows. */
  static String of(List<Row> rows) {
    Map<String, List<Row>> works = new LinkedHashMap<>();
    rows.forEach(
        row -> works.computeIfAbsent(row.work(), w -> new ArrayList<>()).add(row));
    StringBuilder text = new StringBuilder();
    works.forEach((work, its) -> {
      text.append(work).append(System.lineSeparator());
      text.append(String.format(
          Locale.ROOT, LINE, "median (min to max)", "", "heddle", "helix", "better by"));
      lines(text, its);
    });
    return text.toString();
  }

  private static void lines(StringBuilder text, List<Row> rows) {
    Map<String, Map<String, Row>> metrics = new LinkedHashMap<>();
    rows.forEach(row -> metrics
        .computeIfAbsent(row.metric() + "\t" + row.unit(), m -> new LinkedHashMap<>())
        .put(row.system(), row));
    metrics.values().forEach(systems -> {
      @Nullable Row ours = systems.get(Contestant.HEDDLE.label());
      @Nullable Row theirs = systems.get(Contestant.HELIX.label());
      Row any = systems.values().iterator().next();
      boolean neutral = ours == null && theirs == null;
      text.append(String.format(
          Locale.ROOT,
          LINE,
          any.metric(),
          any.unit(),
          cell(neutral ? any : ours),
          cell(theirs),
          ratio(ours, theirs)));
    });
  }

  private static String cell(@Nullable Row row) {
    if (row == null) {
      return "-";
    }
    return row.runs() == 1
        ? figure(row.median())
        : "%s (%s to %s)".formatted(figure(row.median()), figure(row.min()), figure(row.max()));
  }

  private static String ratio(@Nullable Row ours, @Nullable Row theirs) {
    if (ours == null || theirs == null || !ours.isComparable()) {
      return "";
    }
    double upper = ours.moreIsBetter() ? ours.median() : theirs.median();
    double lower = ours.moreIsBetter() ? theirs.median() : ours.median();
    return lower <= 0 || upper <= 0 ? "" : figure(upper / lower) + " x";
  }

  /** Three digits, or all before the point. */
  static String figure(double value) {
    double size = Math.abs(value);
    if (size >= 100 || size == 0) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    if (size >= 10) {
      return String.format(Locale.ROOT, "%.1f", value);
    }
    return String.format(Locale.ROOT, size >= 1 ? "%.2f" : "%.3f", value);
  }
}
