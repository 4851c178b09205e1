// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the pages show and name is there. */
class DocumentationTest {
  private static final Path ROOT = root();
  private static final Pattern MARKER = Pattern.compile("<!-- snippet: (\\S+)#(\\S+) -->");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern TEST_NAME =
      Pattern.compile("`([A-Z]\\w*(?:Test|IT|Contract))(?:\\.(\\w+))?`");

  private static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("bom/pom.xml"))) {
      Path parent = directory.getParent();
      if (parent == null) {
        throw new IllegalStateException("the tests do not run inside the repository");
      }
      directory = parent;
    }
    return directory;
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> top = Files.list(ROOT);
        Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
      return Stream.concat(top, docs)
          .filter(page -> page.toString().endsWith(".md"))
          .sorted()
          .collect(Collectors.toList());
    }
  }

  /**
   * The lines of a region, between {@code tag::name[]} and {@code end::name[]}, without the
   * indentation that they share, and without the marks of other regions.
   */
  private static List<String> region(Path source, String name) throws IOException {
    List<String> lines = Files.readAllLines(source);
    List<String> bare = lines.stream().map(String::strip).collect(Collectors.toList());
    int begin = bare.indexOf("// tag::" + name + "[]");
    int end = bare.indexOf("// end::" + name + "[]");
    assertThat(begin).as("begin of region %s in %s", name, source).isNotNegative();
    assertThat(end).as("end of region %s in %s", name, source).isGreaterThan(begin);
    return lines.subList(begin + 1, end).stream()
        .filter(line -> !line.strip().matches("// (tag|end)::\\w+\\[]"))
        .collect(Collectors.joining("\n"))
        .stripIndent()
        .lines()
        .collect(Collectors.toList());
  }

  @Test
  void eachJavaBlockIsARegionOfACompiledSource() throws IOException {
    int blocks = 0;
    for (Path page : pages()) {
      List<String> lines = Files.readAllLines(page);
      String lastText = "";
      for (int i = 0; i < lines.size(); i++) {
        String line = lines.get(i).strip();
        if (line.startsWith("```java")) {
          String where = ROOT.relativize(page) + ":" + (i + 1);
          Matcher marker = MARKER.matcher(lastText);
          assertThat(marker.matches()).as("marker above the block at %s", where).isTrue();
          int end = i + 1;
          while (!lines.get(end).strip().equals("```")) {
            end++;
          }

          assertThat(lines.subList(i + 1, end))
              .as("the block at %s", where)
              .isEqualTo(region(ROOT.resolve(marker.group(1)), marker.group(2)));

          blocks++;
          i = end;
        }
        if (!line.isEmpty()) {
          lastText = line;
        }
      }
    }
    assertThat(blocks).as("blocks found").isPositive();
  }

  @Test
  void eachRelativeLinkLeadsSomewhere() throws IOException {
    List<String> broken = new ArrayList<>();
    int links = 0;
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        String target = link.group(1);
        if (!target.contains(":") && !target.startsWith("#")) {
          links++;
          Path file = page.resolveSibling(target.replaceFirst("#.*", "")).normalize();
          if (!Files.exists(file)) {
            broken.add(ROOT.relativize(page) + " -> " + target);
          }
        }
      }
    }

    assertThat(broken).isEmpty();
    assertThat(links).as("links found").isPositive();
  }

  @Test
  void eachTestThatTheProtocolNamesExists() throws IOException {
    TreeMap<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      List<Path> tests = files
          .filter(file -> file.toString().contains("src" + ROOT.getFileSystem().getSeparator()))
          .filter(file -> file.toString().matches(".*(Test|IT|Contract)\\.java"))
          .collect(Collectors.toList());
      for (Path test : tests) {
        String name = test.getFileName().toString().replace(".java", "");
        sources.merge(name, Files.readString(test), String::concat);
      }
    }
    List<String> missing = new ArrayList<>();

    Matcher named = TEST_NAME.matcher(Files.readString(ROOT.resolve("docs/protocol.md")));
    int names = 0;
    while (named.find()) {
      names++;
      String source = sources.getOrDefault(named.group(1), "");
      String method = named.group(2);
      if (source.isEmpty() || (method != null && !source.contains("void " + method + "("))) {
        missing.add(named.group());
      }
    }

    assertThat(missing).isEmpty();
    assertThat(names).as("tests named").isPositive();
  }

  @Test
  void eachRuleOfTheProtocolHasItsSection() throws IOException {
    String protocol = Files.readString(ROOT.resolve("docs/protocol.md"));

    for (int rule = 1; rule <= 18; rule++) {
      assertThat(protocol).containsPattern("(?m)^### R" + rule + " ");
    }
  }
}
