// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsTest {
  @TempDir
  Path directory;

  @Test
  void readsAWholeCommandLine() {
    Path file = directory.resolve("rows.json");

    Options options = Options.parse(new String[] {
      "tasks", "--json", file.toString(), "--runs", "7", "--quick", "--only", "heddle"
    });

    assertThat(options.verb()).isEqualTo(Benches.TASKS);
    assertThat(options.json()).contains(file);
    assertThat(options.runs()).contains(7);
    assertThat(options.size()).isEqualTo(Options.Size.QUICK);
    assertThat(options.contestants()).containsExactly(Contestant.HEDDLE);
  }

  @Test
  void measuresBothAtFullSizeUnlessToldOtherwise() {
    Options options = Options.parse(new String[] {"tasks"});

    assertThat(options.json()).isEmpty();
    assertThat(options.size()).isEqualTo(Options.Size.FULL);
    assertThat(options.contestants()).containsExactly(Contestant.values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "taskz | there is no bench 'taskz'",
        "tasks --runs | --runs needs a value",
        "tasks --runs many | --runs must be 1 to 100, not 'many'",
        "tasks --runs 0 | --runs must be 1 to 100, not '0'",
        "tasks --json /no/such/folder/x | --json must name a file in a folder that exists",
        "tasks --only kafka | --only must be one of heddle, helix, not 'kafka'",
        "tasks --jfr /no/such/folder | --jfr must name a folder",
        "tasks --fast | there is no option '--fast'",
      })
  void saysWhatIsWrong(String line, String complaint) {
    assertThatThrownBy(() -> Options.parse(line.split(" ")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(complaint);
  }

  @Test
  void asksWhichBench() {
    assertThatThrownBy(() -> Options.parse(new String[0])).hasMessageContaining("which bench?");
  }
}
