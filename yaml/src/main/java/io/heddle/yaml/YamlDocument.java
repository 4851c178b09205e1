// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads one YAML document whose root is a map. Thread-safe: it has no state.
 *
 * <p>Refused, each with its place: what is not YAML; explicit tags, anchors, aliases, merge keys,
 * directives, a second document; keys that are not scalars, or come twice in a map; characters that
 * don't print and line ends other than LF and CR LF; more than {@link #MAX_CODE_POINTS} or
 * {@link #MAX_DEPTH}.
 */
public final class YamlDocument {
  /** The greatest size of a document, in code points. */
  public static final int MAX_CODE_POINTS = 1 << 20;

  /** How deep lists and maps may be nested; the root is at depth 1. */
  public static final int MAX_DEPTH = 30;

  private static final int MAX_BYTES_PER_CODE_POINT = 4;

  private YamlDocument() {}

  /**
   * Reads a text.
   *
   * @param file what messages call it
   * @param text the document
   * @return the root
   * @throws YamlError if the document can't be used
   */
  public static YamlMap read(String file, String text) {
    TextCheck.check(file, text);
    Node root;
    try {
      root = compose(file, TextCheck.withoutByteOrderMark(text));
    } catch (MarkedYAMLException e) {
      throw notYaml(file, e);
    } catch (YAMLException e) {
      throw new YamlError(
          new YamlProblem(file, 1, 1, "", Optional.empty(), "is not YAML: " + e.getMessage()));
    }
    List<YamlProblem> problems = new ArrayList<>();
    NodeCheck.check(file, root, "", problems);
    YamlError.throwIfAny(problems);
    return new YamlValue(file, root, "").map();
  }

  /**
   * Reads what a reader gives, at most {@link #MAX_CODE_POINTS}; leaves the reader open.
   *
   * @param file what messages call it
   * @param reader the document
   * @return the root
   * @throws IOException if the reader throws
   * @throws YamlError if the document can't be used
   */
  public static YamlMap read(String file, Reader reader) throws IOException {
    // One char more than any document within the bound has is enough to see that it is too long.
    int limit = 2 * MAX_CODE_POINTS + 1;
    StringBuilder text = new StringBuilder();
    char[] buffer = new char[8192];
    int count;
    while (text.length() < limit
        && (count = reader.read(buffer, 0, Math.min(buffer.length, limit - text.length()))) >= 0) {
      text.append(buffer, 0, count);
    }
    return read(file, text.toString());
  }

  /**
   * Reads a file in UTF-8. Messages call it by its name as given.
   *
   * @param file the document
   * @return the root
   * @throws IOException if the file can't be read
   * @throws YamlError if the document can't be used
   */
  public static YamlMap read(Path file) throws IOException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAX_BYTES_PER_CODE_POINT * MAX_CODE_POINTS + 1);
    }
    return read(file.toString(), decode(file, bytes));
  }

  private static String decode(Path file, byte[] bytes) {
    if (bytes.length > MAX_BYTES_PER_CODE_POINT * MAX_CODE_POINTS) {
      throw TextCheck.tooLong(file.toString());
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new YamlError(
          new YamlProblem(file.toString(), 1, 1, "", Optional.empty(), "is not a text in UTF-8"));
    }
  }

  private static Node compose(String file, String text) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(MAX_CODE_POINTS);
    options.setNestingDepthLimit(MAX_DEPTH);
    options.setMaxAliasesForCollections(0);
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    StrictParser parser = new StrictParser(file, new ParserImpl(new StreamReader(text), options));
    @Nullable Node root = new Composer(parser, new NoTypes(), options).getSingleNode();
    if (root == null) {
      throw new YamlError(new YamlProblem(
          file, 1, 1, "", Optional.empty(), "is empty; must be a map of keys and values"));
    }
    return root;
  }

  private static YamlError notYaml(String file, MarkedYAMLException e) {
    @Nullable Mark mark = e.getProblemMark() != null ? e.getProblemMark() : e.getContextMark();
    @Nullable String context = e.getContext();
    @Nullable String problem = e.getProblem();
    String what = (context == null ? "" : context + ", ") + (problem == null ? "" : problem);
    return new YamlError(new YamlProblem(
        file,
        mark == null ? 1 : mark.getLine() + 1,
        mark == null ? 1 : mark.getColumn() + 1,
        "",
        Optional.empty(),
        "is not YAML: " + YamlProblem.printable(what)));
  }

  /** Guesses no types: a field says what it wants. */
  private static final class NoTypes extends Resolver {
    @Override
    protected void addImplicitResolvers() {
      // None, so that no expression ever runs over a scalar.
    }
  }
}
