// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench;

import com.google.common.collect.ImmutableSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for.
 *
 * @param verb which bench
 * @param json where the rows go, if anywhere but the table
 * @param runs how many measured runs, 1 to 100; empty: as many as the bench thinks fit
 * @param size how much work
 * @param contestants who is measured
 * @param jfr the folder for flight recordings, if they are wanted
 */
record Options(
    Benches verb,
    Optional<Path> json,
    Optional<Integer> runs,
    Size size,
    ImmutableSet<Contestant> contestants,
    Optional<Path> jfr) {
  /** How much work. */
  enum Size {
    /** As the figures of the documentation. */
    FULL,
    /** Small: to see that everything works. */
    QUICK
  }

  static final String USAGE = """
      Usage: bin/heddle bench %s
                 [--json FILE] [--runs N] [--quick] [--only heddle|helix] [--jfr DIR]

        --json FILE   also write the rows to a file
        --runs N      measured runs of each work, 1 to 100
        --quick       small sizes, one run: to see that it works, not for figures
        --only SYSTEM measure one of the two
        --jfr DIR     leave flight recordings in a folder; figures suffer a little
      """.formatted(Benches.verbs());

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it is wrong; says how
   */
  static Options parse(String[] args) {
    if (args.length == 0) {
      throw new IllegalArgumentException("which bench?\n" + USAGE);
    }
    Benches verb = Benches.of(args[0])
        .orElseThrow(
            () -> new IllegalArgumentException("there is no bench '" + args[0] + "'\n" + USAGE));
    Optional<Path> json = Optional.empty();
    Optional<Integer> runs = Optional.empty();
    Optional<Path> jfr = Optional.empty();
    Size size = Size.FULL;
    ImmutableSet<Contestant> contestants = ImmutableSet.copyOf(Contestant.values());
    for (int i = 1; i < args.length; i++) {
      switch (args[i]) {
        case "--json" -> json = Optional.of(writable(value(args, ++i)));
        case "--runs" -> runs = Optional.of(runs(value(args, ++i)));
        case "--quick" -> size = Size.QUICK;
        case "--jfr" -> jfr = Optional.of(folder(value(args, ++i)));
        case "--only" -> contestants = ImmutableSet.of(contestant(value(args, ++i)));
        default ->
          throw new IllegalArgumentException("there is no option '" + args[i] + "'\n" + USAGE);
      }
    }
    return new Options(verb, json, runs, size, contestants, jfr);
  }

  private static String value(String[] args, int index) {
    if (index >= args.length) {
      throw new IllegalArgumentException(args[index - 1] + " needs a value\n" + USAGE);
    }
    return args[index];
  }

  private static int runs(String text) {
    int count = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    if (count < 1 || count > 100) {
      throw new IllegalArgumentException("--runs must be 1 to 100, not '" + text + "'");
    }
    return count;
  }

  /** Checked before anything is measured: a bench takes long. */
  private static Path writable(String text) {
    Path file = Path.of(text).toAbsolutePath();
    @Nullable Path folder = file.getParent();
    if (folder == null || !Files.isDirectory(folder) || Files.isDirectory(file)) {
      throw new IllegalArgumentException(
          "--json must name a file in a folder that exists, not '" + text + "'");
    }
    return file;
  }

  private static Path folder(String text) {
    Path folder = Path.of(text).toAbsolutePath();
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("--jfr must name a folder, not '" + text + "'");
    }
    return folder;
  }

  private static Contestant contestant(String text) {
    return Arrays.stream(Contestant.values())
        .filter(c -> c.label().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("--only must be one of "
            + Arrays.stream(Contestant.values())
                .map(Contestant::label)
                .collect(Collectors.joining(", "))
            + ", not '" + text + "'"));
  }
}
