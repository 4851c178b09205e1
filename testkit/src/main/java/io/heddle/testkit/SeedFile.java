// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit;

import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Reads seeds that are kept: one a line, comments from {@code #} on. */
final class SeedFile {
  private SeedFile() {}

  static ImmutableList<Long> read(Class<?> test, String resource) {
    try (InputStream in = test.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "there is no resource %s beside %s".formatted(resource, test.getName()));
      }
      return parse(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("can't read " + resource, e);
    }
  }

  static ImmutableList<Long> parse(String resource, String text) {
    ImmutableList.Builder<Long> seeds = ImmutableList.builder();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      int comment = line.indexOf('#');
      String seed = (comment < 0 ? line : line.substring(0, comment)).strip();
      if (!seed.isEmpty()) {
        seeds.add(number(resource, i + 1, seed));
      }
    }
    return seeds.build();
  }

  private static long number(String resource, int line, String seed) {
    try {
      return Long.parseLong(seed);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "%s, line %d: a seed is a whole number, not '%s'".formatted(resource, line, seed), e);
    }
  }
}
