// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever comes in: a map or a {@link YamlError} comes out, soon. */
class YamlAttackTest {
  /** Far more than any of these need; a quadratic or exponential reader takes minutes. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private static final int SIZE = YamlDocument.MAX_CODE_POINTS - 16;

  static Stream<Arguments> attacks() {
    return Stream.of(
        Arguments.of("billion laughs", billionLaughs(), "anchors ('&') are not allowed"),
        Arguments.of("self reference", "a: &a [*a]", "anchors ('&') are not allowed"),
        Arguments.of("flow nesting", "a: " + "[".repeat(SIZE), "is nested too deep"),
        Arguments.of("map nesting", "{a: ".repeat(SIZE / 4), "is nested too deep"),
        Arguments.of("block nesting", "- ".repeat(SIZE / 2), "is nested too deep"),
        Arguments.of("explicit keys", "? ".repeat(SIZE / 2), "is nested too deep"),
        Arguments.of(
            "script engine",
            "a: !!javax.script.ScriptEngineManager [!!java.net.URLClassLoader"
                + " [[!!java.net.URL [\"http://127.0.0.1/\"]]]]",
            "tags ('!') are not allowed"),
        Arguments.of("merge key", "a: {<<: {b: 1}, c: 2}", "merge keys are not allowed"),
        Arguments.of("unclosed quote", "a: \"" + "x".repeat(SIZE), "is not YAML"),
        Arguments.of("unclosed key", "x".repeat(SIZE) + ": 1", "is not YAML"),
        Arguments.of("many quotes", "a: '" + "''".repeat(SIZE / 2) + "'x", "is not YAML"),
        Arguments.of("tabs", "a:\n\t\tb: 1", "is not YAML"),
        Arguments.of("a long tag", "a: !" + "x".repeat(SIZE), "tags ('!') are not allowed"),
        Arguments.of("a long anchor", "a: &" + "x".repeat(SIZE), "anchors ('&')"),
        Arguments.of(
            "a long key over many",
            "? " + "k".repeat(SIZE / 2) + "\n: [" + "{a: 1, a: 1},".repeat(SIZE / 30) + "]",
            "the key comes twice"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("attacks")
  void refusesAnAttackSoon(String name, String text, String message) {
    String answer = assertTimeoutPreemptively(SOON, () -> outcome(text), name);

    assertThat(answer).contains(message).hasSizeLessThan(20_000);
  }

  static Stream<Arguments> heavyLoads() {
    return Stream.of(
        Arguments.of("digits", "a: " + "1".repeat(SIZE)),
        Arguments.of("quoted", "a: '" + "x".repeat(SIZE) + "'"),
        Arguments.of("escapes", "a: \"" + "\\x41".repeat(SIZE / 4) + "\""),
        Arguments.of("lines", "a: |\n" + " x\n".repeat(SIZE / 3)),
        Arguments.of("blank lines", "a: 1\n" + "\n".repeat(SIZE)),
        Arguments.of("comments", "a: 1\n" + "#\n".repeat(SIZE / 2)),
        Arguments.of("a plain text with colons", "a: " + "b:".repeat(SIZE / 2) + "b"),
        Arguments.of("many items", "a: [" + "1,".repeat(SIZE / 2) + "]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("heavyLoads")
  void readsWhatIsLargeButPlainSoon(String name, String text) {
    String answer = assertTimeoutPreemptively(SOON, () -> outcome(text), name);

    assertThat(answer).isEqualTo("[a]");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void answersOrRefusesWhateverItIsGiven(long seed) {
    Random random = new Random(seed);
    String[] parts = {
      "a",
      "b",
      ": ",
      "- ",
      "\n",
      "  ",
      "[",
      "]",
      "{",
      "}",
      ",",
      "? ",
      "'",
      "\"",
      "|",
      ">",
      "#",
      "&x ",
      "*x",
      "!!str ",
      "!t",
      "%YAML 1.1",
      "---",
      "...",
      "<<",
      "~",
      "null",
      "\t",
      "\r",
      "\\",
      "\u0085",
      "\uFEFF",
      "\u2028",
      "\uD83D\uDE00",
      "\uD800",
      "1",
      "0x",
      "@",
      "`",
      "\u0000"
    };

    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(parts[random.nextInt(parts.length)]);
      }

      assertThat(outcome(text.toString())).isNotEmpty();
    }
  }

  /** Reads all there is; any exception but a YamlError fails the test. */
  private static String outcome(String text) {
    try {
      YamlMap map = YamlDocument.read("f.yaml", text);
      map.entries();
      map.done();
      return map.keys().toString();
    } catch (YamlError e) {
      return e.getMessage();
    }
  }

  private static String billionLaughs() {
    StringBuilder text = new StringBuilder("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (int i = 1; i < 10; i++) {
      String alias = "*a" + (i - 1);
      text.append("a" + i + ": &a" + i + " [" + (alias + ", ").repeat(8) + alias + "]\n");
    }
    return text.toString();
  }
}
