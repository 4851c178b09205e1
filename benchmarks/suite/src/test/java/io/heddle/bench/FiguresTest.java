// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void tellsTheSpreadOfEachMetric() {
    Figures figures = new Figures();
    for (double value : new double[] {4, 1, 9, 2}) {
      figures.add("throughput", "tasks/s", value);
    }
    figures.add("completed", "tasks", 5);

    assertThat(figures.rows("work", "heddle"))
        .containsExactly(
            new Row("work", "heddle", "throughput", "tasks/s", 1, 3, 9, 4),
            new Row("work", "heddle", "completed", "tasks", 5, 5, 5, 1));
  }

  @Test
  void aRateIsBetterWhenItIsGreaterAndATimeWhenItIsSmaller() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row("w", "heddle", "throughput", "tasks/s", 0, 200, 0, 1));
    rows.add(new Row("w", "helix", "throughput", "tasks/s", 0, 2, 0, 1));
    rows.add(new Row("w", "heddle", "p50", "ms", 0, 2, 0, 1));
    rows.add(new Row("w", "helix", "p50", "ms", 0, 150, 0, 1));

    String table = Table.of(rows);

    assertThat(table.lines().filter(line -> line.contains("throughput")))
        .singleElement()
        .asString()
        .endsWith("100 x");
    assertThat(table.lines().filter(line -> line.contains("p50")))
        .singleElement()
        .asString()
        .endsWith("75.0 x");
  }

  @Test
  void aSystemThatWasNotMeasuredHasNoFigure() {
    String table = Table.of(List.of(new Row("w", "helix", "p50", "ms", 1, 2, 3, 5)));

    assertThat(table).contains("2.00 (1.00 to 3.00)").doesNotContain(" x");
  }
}
