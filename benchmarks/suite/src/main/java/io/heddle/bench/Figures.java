// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects the figures of one system's runs of one work. Confined to one thread. */
final class Figures {
  private final Map<Metric, List<Double>> values = new LinkedHashMap<>();

  private record Metric(String name, String unit) {}

  /** Adds one run's figure. */
  void add(String metric, String unit, double value) {
    values.computeIfAbsent(new Metric(metric, unit), m -> new ArrayList<>()).add(value);
  }

  /** One row for each metric, in the order in which they came first. */
  ImmutableList<Row> rows(String work, String system) {
    ImmutableList.Builder<Row> rows = ImmutableList.builder();
    values.forEach((metric, figures) -> {
      List<Double> sorted = figures.stream().sorted().toList();
      int n = sorted.size();
      double median = (sorted.get((n - 1) / 2) + sorted.get(n / 2)) / 2;
      rows.add(new Row(
          work, system, metric.name(), metric.unit(), sorted.get(0), median, sorted.get(n - 1), n));
    });
    return rows.build();
  }
}
