// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the demo was asked for.
 *
 * @param input the folder whose text files are loaded
 * @param containers how many DB containers to begin with, 3 to 16
 * @param keep whether to stay up after the verdict until Ctrl-C
 * @param summary where the figures go, if anywhere
 */
record DemoOptions(Path input, int containers, boolean keep, Optional<Path> summary) {
  static final String USAGE =
      "Usage: demo [--input DIR] [--containers N] [--keep] [--summary FILE]";

  /**
   * Reads a command line.
   *
   * @throws IllegalArgumentException if it is wrong; says how
   */
  /**
   * Where the report of the workflow's result goes, which outlives the demo: beside the summary, or
   * among the temporary files, where the next demo writes over it.
   */
  Path report() {
    return summary
        .map(file -> file.resolveSibling(file.getFileName() + ".report.txt"))
        .orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir"), "heddle-demo-report.txt"));
  }

  static DemoOptions parse(String[] args) {
    Path input = Path.of("docs");
    int containers = 3;
    boolean keep = false;
    Optional<Path> summary = Optional.empty();
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--keep" -> keep = true;
        case "--input" -> input = Path.of(value(args, ++i));
        case "--summary" -> summary = Optional.of(Path.of(value(args, ++i)));
        case "--containers" -> containers = containers(value(args, ++i));
        default ->
          throw new IllegalArgumentException("there is no option '" + args[i] + "'\n" + USAGE);
      }
    }
    if (!Files.isDirectory(input)) {
      throw new IllegalArgumentException(
          "--input " + input + " is not a folder; give one with text files");
    }
    return new DemoOptions(input, containers, keep, summary);
  }

  private static String value(String[] args, int index) {
    if (index >= args.length) {
      throw new IllegalArgumentException(args[index - 1] + " needs a value\n" + USAGE);
    }
    return args[index];
  }

  private static int containers(String text) {
    int count = text.matches("[0-9]{1,3}") ? Integer.parseInt(text) : 0;
    if (count < 3 || count > 16) {
      throw new IllegalArgumentException("--containers must be 3 to 16, not '" + text + "'");
    }
    return count;
  }
}
