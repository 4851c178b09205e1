// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlDocumentTest {
  private static void assertRefused(String text, String message) {
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> YamlDocument.read("f.yaml", text))
        .withMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "a: !!str b, 4",
        "a: !!javax.script.ScriptEngineManager [x], 4",
        "a: !local b, 4",
        "a: ! b, 4",
        "!!map {a: b}, 1",
        "!!int a: b, 1"
      })
  void refusesTags(String text, int column) {
    assertRefused(
        text,
        "f.yaml:1:" + column
            + ": tags ('!') are not allowed; the field says of which type the value is");
  }

  @Test
  void refusesAnchorsAliasesAndMergeKeys() {
    assertRefused("a: &x 1", "f.yaml:1:4: anchors ('&') are not allowed; repeat the value");
    assertRefused("a: *x", "f.yaml:1:4: aliases ('*') are not allowed; repeat the value");
    assertRefused(
        "b: 1\n<<: {c: 1}\n", "f.yaml:2:1: <<: merge keys are not allowed; repeat the values");
    assertThat(YamlDocument.read("f.yaml", "'<<': 1").keys()).containsExactly("<<");
  }

  @Test
  void refusesDirectivesAndASecondDocument() {
    assertRefused(
        "%YAML 1.1\n---\na: 1\n", "f.yaml:1:1: directives ('%') are not allowed; leave them out");
    assertRefused(
        "%TAG ! tag:x,2000:\n---\na: 1\n",
        "f.yaml:1:1: directives ('%') are not allowed; leave them out");
    assertRefused(
        "---\na: 1\n---\nb: 1\n",
        "f.yaml:3:1: a second document is not allowed; one file holds one");
  }

  @Test
  void reportsAllBadKeysAtOnce() {
    assertRefused("a: 1\nb:\n  c: 1\n  'c': 2\n? [x]\n: 1\na: 2\n?\n: 3\n", """
        f.yaml:4:3: b.c: the key comes twice; it stands in line 3
        f.yaml:5:3: a key must be a text, not a list or a map
        f.yaml:7:1: a: the key comes twice; it stands in line 1
        f.yaml:8:2: a key must not be empty""");
  }

  @ParameterizedTest
  @CsvSource({"'',1", "'# nothing\n',1", "'---\n',2"})
  void refusesAnEmptyDocument(String text, int line) {
    if (line == 1) {
      assertRefused(text, "f.yaml:1:1: is empty; must be a map of keys and values");
    } else {
      assertThat(YamlDocument.read("f.yaml", text).keys()).isEmpty();
    }
  }

  @Test
  void refusesARootThatIsNoMap() {
    assertRefused("[a, b]", "f.yaml:1:1: must be a map of keys and values, not a list");
    assertRefused("hello", "f.yaml:1:1: 'hello': must be a map of keys and values, not a text");
  }

  @Test
  void namesThePlaceOfASyntaxError() {
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> YamlDocument.read("f.yaml", "a: 1\nb: [1, 2\nc: 3\n"))
        .withMessageStartingWith("f.yaml:3:2: is not YAML: while parsing a flow sequence");
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> YamlDocument.read("f.yaml", "a:\n\tb: 1\n"))
        .withMessageStartingWith("f.yaml:2:1: is not YAML: ")
        .withMessageContaining("TAB");
  }

  @ParameterizedTest
  @CsvSource({"0085,NEL", "2028,LS", "2029,PS", "FEFF,BOM", "0000,NUL", "001B,ESC", "D800,lone"})
  void refusesCharactersThatOneCannotSee(String hex, String name) {
    String character = String.valueOf((char) Integer.parseInt(hex, 16));

    assertRefused(
        "a: 1\r\nb: x" + character + name + "\n",
        "f.yaml:2:5: character U+" + hex
            + " is not allowed; only what prints, tab, LF and CR LF are");
  }

  @Test
  void skipsAByteOrderMarkAtTheBeginning(@TempDir Path dir) throws IOException {
    Path file = Files.writeString(dir.resolve("a.yaml"), "\uFEFFname: ä\n");

    assertThat(YamlDocument.read(file).string("name")).isEqualTo("ä");
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> YamlDocument.read("f.yaml", "\uFEFFa: !x 1"))
        .withMessageStartingWith("f.yaml:1:4: ");
  }

  @Test
  void refusesAFileThatIsNotUtf8(@TempDir Path dir) throws IOException {
    Path file = Files.write(dir.resolve("a.yaml"), "name: ä".getBytes(StandardCharsets.ISO_8859_1));

    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> YamlDocument.read(file))
        .withMessage(file + ":1:1: is not a text in UTF-8");
  }

  @Test
  void boundsSizeInCodePoints(@TempDir Path dir) throws IOException {
    String fits = "a: " + "\uD83D\uDE00".repeat(YamlDocument.MAX_CODE_POINTS - 3);
    String tooLong = fits + "x";
    String message = "f.yaml:1:1: is too long; at most 1048576 characters are allowed";

    assertThat(YamlDocument.read("f.yaml", new StringReader(fits)).string("a"))
        .hasSize(2 * (YamlDocument.MAX_CODE_POINTS - 3));
    assertRefused(tooLong, message);
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> YamlDocument.read("f.yaml", new StringReader(tooLong)))
        .withMessage(message);
    Path file = Files.writeString(dir.resolve("a.yaml"), tooLong);
    assertThatExceptionOfType(YamlError.class)
        .isThrownBy(() -> YamlDocument.read(file))
        .withMessageEndingWith("is too long; at most 1048576 characters are allowed");
  }

  @Test
  void boundsDepth() {
    String fits = "a: " + "[".repeat(29) + "]".repeat(29);
    String tooDeep = "a: " + "[".repeat(30) + "]".repeat(30);

    assertThat(YamlDocument.read("f.yaml", fits).list("a")).hasSize(1);
    assertRefused(tooDeep, "f.yaml:1:33: is nested too deep; at most 30 levels are allowed");
  }
}
