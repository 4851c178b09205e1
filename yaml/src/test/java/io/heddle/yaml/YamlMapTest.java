// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlMapTest {
  private static YamlMap read(String text) {
    return YamlDocument.read("app.yaml", text);
  }

  private static void assertRefused(ThrowingCallable reading, String message) {
    assertThatExceptionOfType(YamlError.class).isThrownBy(reading).withMessage(message);
  }

  @Test
  void takesPlainScalarsAsTextsWithoutGuessing() {
    YamlMap map = read("a: NO\nb: 1.10\nc: 0x1F\nd: 2020-01-01\ne: on\nf: =\n");

    assertThat(map.strings())
        .containsEntry("a", "NO")
        .containsEntry("b", "1.10")
        .containsEntry("c", "0x1F")
        .containsEntry("d", "2020-01-01")
        .containsEntry("e", "on")
        .containsEntry("f", "=");
  }

  @Test
  void readsEachTypeThatAFieldAsksFor() {
    YamlMap map = read("""
        name: DB
        count: 3
        ratio: 0.25
        quick: true
        wait: 30s
        tags: [a, NO]
        config: {k1: v1, k2: 2}
        jobs:
          - name: first
          - name: second
        """);

    assertThat(map.string("name")).isEqualTo("DB");
    assertThat(map.integer("count", 1, 10)).isEqualTo(3);
    assertThat(map.value("ratio").decimal(0, 1)).isEqualTo(0.25);
    assertThat(map.optionalBool("quick")).contains(true);
    assertThat(map.duration("wait", ChronoUnit.MILLIS)).isEqualTo(Duration.ofSeconds(30));
    assertThat(map.strings("tags")).containsExactly("a", "NO");
    assertThat(map.stringMap("config").entrySet())
        .extracting(Object::toString)
        .containsExactly("k1=v1", "k2=2");
    assertThat(map.maps("jobs"))
        .extracting(job -> job.string("name"))
        .containsExactly("first", "second");
    map.done();
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, 500",
    "30s, 30000",
    "5m, 300000",
    "2h, 7200000",
    "7d, 604800000",
    "0, 0",
    "12, 12000"
  })
  void readsDurationsWithAndWithoutUnit(String text, long millis) {
    assertThat(read("t: " + text).duration("t", ChronoUnit.SECONDS).toMillis()).isEqualTo(millis);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1s",
        "1.5h",
        "5 m",
        "1h30m",
        "05s",
        "'5s'",
        "36501d",
        "99999999999999999999s",
        "s"
      })
  void refusesOtherDurations(String text) {
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> read("t: " + text).duration("t", ChronoUnit.SECONDS))
        .withMessageContaining("must be a duration such as 500ms, 30s, 5m, 2h or 7d, or a number of"
            + " seconds, at most 36500d");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0x10",
        "1_000",
        "010",
        "1e3",
        "1.0",
        "'3'",
        "+3",
        "12:30",
        "0",
        "11",
        "three",
        "99999999999999999999"
      })
  void refusesWhatIsNoWholeNumberInDecimalWithinTheBounds(String text) {
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> read("n: " + text).integer("n", 1, 10))
        .withMessageStartingWith("app.yaml:1:4: n = '")
        .withMessageEndingWith("must be a whole number from 1 to 10, in decimal, without quotes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "NO", "on", "True", "FALSE", "1", "'true'", "y"})
  void refusesWhatIsNeitherTrueNorFalse(String text) {
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> read("b: " + text).optionalBool("b"))
        .withMessageEndingWith("must be true or false, without quotes");
  }

  @Test
  void namesFileLineColumnFieldAndValueOfAWrongValue() {
    YamlMap map = read("services:\n  - name: DB\n    memory: lots\n");

    assertRefused(
        () -> map.maps("services").get(0).integer("memory", 1, 64),
        "app.yaml:3:13: services[0].memory = 'lots':"
            + " must be a whole number from 1 to 64, in decimal, without quotes");
  }

  @Test
  void saysWhatStandsThereInsteadOfAScalar() {
    assertRefused(() -> read("a: [1]").string("a"), "app.yaml:1:4: a: must be a text, not a list");
    assertRefused(() -> read("a: {b: 1}").list("a"), "app.yaml:1:4: a: must be a list, not a map");
    assertRefused(
        () -> read("a: b").optionalMap("a"),
        "app.yaml:1:4: a = 'b': must be a map of keys and values, not a text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "~", "null"})
  void takesAKeyWithoutValueAsMissing(String nothing) {
    YamlMap map = read("a: " + nothing);

    assertThat(map.optionalString("a")).isEmpty();
    assertThat(map.optionalInteger("a", 0, 1)).isEmpty();
    assertThat(map.list("a")).isEmpty();
    assertThat(map.stringMap("a")).isEmpty();
    assertThat(map.has("a")).isFalse();
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> map.string("a"))
        .withMessageEndingWith("has no value; must be a text (in quotes, if this text is meant)");
    map.done();
  }

  @Test
  void takesQuotedNothingsAsTexts() {
    YamlMap map = read("a: ''\nb: 'null'\nc: '~'\n");

    assertThat(map.strings().values()).containsExactly("", "null", "~");
  }

  @Test
  void namesARequiredKeyThatIsMissingAndTheOneThatWasMeant() {
    assertRefused(
        () -> read("job:\n  nmae: x\n").optionalMap("job").orElseThrow().string("name"),
        "app.yaml:2:3: job.name: is required, but missing; did you mean 'nmae'?");
  }

  @Test
  void reportsAllUnknownKeysOfAllMapsAtOnce() {
    YamlMap map = read("""
        name: x
        jbos: []
        jobs:
          - {command: a, comand: b}
          - {command: a}
          - {command: a, COMMAND: c, zzz: d}
        """);
    map.string("name");
    map.maps("jobs").forEach(job -> job.string("command"));

    YamlError error = catchThrowableOfType(YamlError.class, map::done);

    assertThat(error.problems())
        .extracting(YamlProblem::toString)
        .containsExactly(
            "app.yaml:2:1: jbos: is not a key here; did you mean 'jobs'?; allowed: name, jobs",
            "app.yaml:4:18: jobs[0].comand: is not a key here; did you mean 'command'?;"
                + " allowed: command",
            "app.yaml:6:18: jobs[2].COMMAND: is not a key here; did you mean 'command'?;"
                + " allowed: command",
            "app.yaml:6:30: jobs[2].zzz: is not a key here; allowed: command");
  }

  @Test
  void showsTwentyProblemsAndCountsTheRest() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50; i++) {
      text.append("key").append(i).append(": x\n");
    }

    YamlError error =
        catchThrowableOfType(YamlError.class, () -> read(text.toString()).done());

    assertThat(error.problems()).hasSize(50);
    assertThat(error.getMessage().lines()).hasSize(21).endsWith("and 30 more");
  }

  @Test
  void readsEnumsByTheirExactName() {
    assertThat(read("unit: SECONDS").value("unit").oneOf(TimeUnit.class))
        .isEqualTo(TimeUnit.SECONDS);
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> read("unit: second").value("unit").oneOf(TimeUnit.class))
        .withMessageContaining("must be one of NANOSECONDS, MICROSECONDS")
        .withMessageEndingWith("did you mean 'SECONDS'?");
  }

  @Test
  void turnsWhatAParserRefusesIntoAnErrorWithItsPlace() {
    int seven = read("n: 7").parsed("n", Integer::valueOf);
    assertThat(seven).isEqualTo(7);
    assertRefused(
        () -> read("n: seven").parsed("n", Integer::valueOf),
        "app.yaml:1:4: n = 'seven': For input string: \"seven\"");
  }

  @Test
  void placesAProblemAtAKey() {
    YamlMap map = read("a: 1\n\nb: 2\n");

    assertThat(map.keyProblem("b", "is no service").toString())
        .isEqualTo("app.yaml:3:1: b: is no service");
  }

  @Test
  void readsBlockAndFoldedTexts() {
    YamlMap map = read("a: |\n  one\n  two\nb: >-\n  one\n  two\n");

    assertThat(map.string("a")).isEqualTo("one\ntwo\n");
    assertThat(map.string("b")).isEqualTo("one two");
  }
}
