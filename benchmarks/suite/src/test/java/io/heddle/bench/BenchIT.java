// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The benches as their users run them, at small sizes. Figures are not looked at. */
class BenchIT {
  private static final Path HELIX = Path.of("..", "helix", "target");

  @TempDir
  Path directory;

  private Process bench(Path output, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        BenchMain.class.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder
        .environment()
        .put(
            BenchMain.HELIX_CLASS_PATH,
            HELIX.resolve("classes").toAbsolutePath() + ":"
                + Files.readString(HELIX.resolve("helix.classpath")).strip());
    return builder.start();
  }

  @ParameterizedTest
  @EnumSource
  void measuresBothAndWritesEveryRow(Benches verb) throws Exception {
    Path output = directory.resolve("output");
    Path json = directory.resolve("rows.json");

    Process bench = bench(output, verb.verb(), "--quick", "--json", json.toString());
    boolean ended = bench.waitFor(180, TimeUnit.SECONDS);
    List<ProcessHandle> left = bench.descendants().toList();
    bench.destroyForcibly();

    String said = Files.readString(output);
    assertThat(ended).as(said).isTrue();
    assertThat(bench.exitValue()).as(said).isZero();
    assertThat(left).isEmpty();
    JsonNode rows = new ObjectMapper().readTree(json.toFile());
    assertThat(rows).allSatisfy(BenchIT::isWhole);
    Options quick = Options.parse(new String[] {verb.verb(), "--quick"});
    for (Step step : verb.steps(quick)) {
      List<String> ours = metrics(rows, step.title(), Contestant.HEDDLE);
      assertThat(ours).as(step.title()).isNotEmpty();
      if (step.isFor(Contestant.HELIX)) {
        assertThat(metrics(rows, step.title(), Contestant.HELIX))
            .as(step.title())
            .containsExactlyInAnyOrderElementsOf(ours);
      }
      assertThat(said).contains(step.title());
    }
  }

  private static List<String> metrics(JsonNode rows, String work, Contestant contestant) {
    List<String> metrics = new ArrayList<>();
    rows.forEach(row -> {
      if (row.get("work").asText().equals(work)
          && row.get("system").asText().equals(contestant.label())) {
        metrics.add(row.get("metric").asText());
      }
    });
    return metrics;
  }

  private static void isWhole(JsonNode row) {
    assertThat(ImmutableList.copyOf(row.fieldNames()))
        .containsExactly("work", "system", "metric", "unit", "min", "median", "max", "runs");
    double min = row.get("min").doubleValue();
    double median = row.get("median").doubleValue();
    double max = row.get("max").doubleValue();
    assertThat(min).as(row.toString()).isFinite().isNotNegative();
    assertThat(median).as(row.toString()).isBetween(min, max);
    assertThat(row.get("runs").intValue()).as(row.toString()).isPositive();
  }

  @Test
  void saysWhatIsWrongWithACall() throws Exception {
    Path output = directory.resolve("output");

    Process bench = bench(output, "tasks", "--runs", "many");

    assertThat(bench.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(bench.exitValue()).isEqualTo(2);
    assertThat(Files.readString(output)).contains("--runs must be 1 to 100, not 'many'");
  }

  @Test
  void aCtrlCLeavesNoProcessBehind() throws Exception {
    Path output = directory.resolve("output");
    Process bench = bench(output, "tasks", "--only", "heddle");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.readString(output).contains("warm-up")) {
      assertThat(System.nanoTime()).as(Files.readString(output)).isLessThan(end);
      assertThat(bench.waitFor(5, TimeUnit.MILLISECONDS)).isFalse();
    }
    List<ProcessHandle> children = bench.descendants().toList();
    assertThat(children).isNotEmpty();

    // What Ctrl-C sends, as far as a process can send it to another.
    bench.destroy();

    assertThat(bench.waitFor(60, TimeUnit.SECONDS)).isTrue();
    for (ProcessHandle child : children) {
      var unused = child.onExit().get(20, TimeUnit.SECONDS);
      assertThat(child.isAlive()).isFalse();
    }
  }
}
