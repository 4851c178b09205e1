// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.heddle.schema.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo as its users run it, in a process of its own. */
class DemoIT {
  @TempDir
  Path directory;

  private Path temporary() throws Exception {
    return Files.createDirectories(directory.resolve("tmp"));
  }

  private List<String> leftDirectories() throws Exception {
    try (Stream<Path> left = Files.list(temporary())) {
      return left.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith("heddle-demo-"))
          .toList();
    }
  }

  private Process demo(Path output, String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of(
        ProcessHandle.current().info().command().orElseThrow(),
        "-Djava.io.tmpdir=" + temporary(),
        "-cp",
        System.getProperty("java.class.path"),
        Demo.class.getName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  @Test
  void everythingHoldsAndTheFiguresSaySo() throws Exception {
    Path input = Files.createDirectory(directory.resolve("input"));
    for (int i = 0; i < 20; i++) {
      Files.writeString(input.resolve("text-" + i + ".txt"), "Words of text number " + i);
    }
    Files.write(input.resolve("binary"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    Path output = directory.resolve("output");
    Path summary = directory.resolve("summary.json");

    Process demo = demo(output, "--input", input.toString(), "--summary", summary.toString());
    boolean ended = demo.waitFor(120, TimeUnit.SECONDS);
    demo.destroyForcibly();

    String said = Files.readString(output);
    assertThat(ended).as(said).isTrue();
    assertThat(demo.exitValue()).as(said).isZero();
    assertThat(said).contains("everything held").contains("1 files are not text");
    Json figures =
        Json.parse("summary", Files.readString(summary).getBytes(StandardCharsets.UTF_8));
    assertThat(figures.get("lostWrites").asLong()).isZero();
    assertThat(figures.get("failoverMillis").asLong()).isLessThanOrEqualTo(2_000);
    assertThat(figures.get("workflowState").asString()).isEqualTo("COMPLETED");
    assertThat(figures.get("tasksRetried").asLong()).isPositive();
    assertThat(figures.get("movedReplicas").asLong()).isPositive();
    assertThat(figures.get("documents").asLong()).isEqualTo(20);
    assertThat(figures.get("acknowledgedWrites").asLong()).isGreaterThan(20);
    assertThat(figures.fields()).contains("wallMillis", "zkWrites");
    assertThat(figures.get("reads").asLong()).isPositive();
    assertThat(said).contains("the most frequent of").contains("of them while partitions moved");
    assertThat(directory.resolve("summary.json.report.txt")).content().contains("words\t");
    assertThat(leftDirectories()).isEmpty();
  }

  @Test
  void aCtrlCLeavesNoProcessBehind() throws Exception {
    Path input = Files.createDirectory(directory.resolve("input"));
    Files.writeString(input.resolve("text"), "Words");
    Path output = directory.resolve("output");
    Process demo = demo(output, "--input", input.toString(), "--keep");
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (!Files.readString(output).contains("are loaded")) {
      assertThat(System.nanoTime()).as(Files.readString(output)).isLessThan(end);
      assertThat(demo.waitFor(5, TimeUnit.MILLISECONDS)).isFalse();
    }
    List<ProcessHandle> children = demo.descendants().toList();
    assertThat(children).isNotEmpty();

    // What Ctrl-C sends, as far as a process can send it to another.
    demo.destroy();

    assertThat(demo.waitFor(60, TimeUnit.SECONDS)).isTrue();
    for (ProcessHandle child : children) {
      var unused = child.onExit().get(20, TimeUnit.SECONDS);
      assertThat(child.isAlive()).isFalse();
    }
    // Nothing was judged: what there is may be what one wants to see.
    assertThat(leftDirectories())
        .singleElement()
        .satisfies(name -> assertThat(Files.readString(output))
            .contains("are left in " + temporary().resolve(name)));
  }

  @Test
  void saysWhatIsWrongWithACall() throws Exception {
    Path output = directory.resolve("output");

    Process demo = demo(output, "--containers", "two");

    assertThat(demo.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(demo.exitValue()).isEqualTo(2);
    assertThat(Files.readString(output)).contains("--containers must be 3 to 16, not 'two'");
  }
}
