// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import com.google.common.base.Ascii;
import java.util.Collection;
import java.util.Optional;

/** Guesses which name was meant. */
final class Nearest {
  private static final int MAX_LENGTH = 64;

  private Nearest() {}

  /**
   * The first of the candidates that are nearest to a name, if one is near: case, and one slip for
   * each three letters, don't matter.
   */
  static Optional<String> to(String name, Collection<String> candidates) {
    Optional<String> nearest = Optional.empty();
    int best = Math.max(1, name.length() / 3) + 1;
    if (name.length() > MAX_LENGTH) {
      return nearest;
    }
    for (String candidate : candidates) {
      if (candidate.length() > MAX_LENGTH) {
        continue;
      }
      int distance = distance(plain(name), plain(candidate));
      if (distance < best) {
        best = distance;
        nearest = Optional.of(candidate);
      }
    }
    return nearest;
  }

  private static String plain(String name) {
    return Ascii.toLowerCase(name).replace("_", "").replace("-", "");
  }

  /** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
  private static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replaced = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        d[i][j] = Math.min(replaced, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && a.charAt(i - 1) == b.charAt(j - 2)
            && a.charAt(i - 2) == b.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[a.length()][b.length()];
  }
}
