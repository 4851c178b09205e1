// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How {@link ApplicationMain} is called. Immutable.
 *
 * @param file the application
 * @param data where its data are kept
 * @param credentials the file with the credentials of the roles
 */
record ApplicationOptions(Path file, Optional<Path> data, Optional<Path> credentials) {
  static final String USAGE = "Usage: app FILE [--data DIRECTORY] [--credentials FILE]";

  /** The options, unless the call is wrong. */
  static Optional<ApplicationOptions> parse(List<String> args) {
    @Nullable Path file = null;
    @Nullable Path data = null;
    @Nullable Path credentials = null;
    Iterator<String> words = args.iterator();
    while (words.hasNext()) {
      String word = words.next();
      if (word.equals("--data") && data == null && words.hasNext()) {
        data = Path.of(words.next());
      } else if (word.equals("--credentials") && credentials == null && words.hasNext()) {
        credentials = Path.of(words.next());
      } else if (!word.startsWith("--") && file == null) {
        file = Path.of(word);
      } else {
        return Optional.empty();
      }
    }
    if (file == null) {
      return Optional.empty();
    }
    return Optional.of(
        new ApplicationOptions(file, Optional.ofNullable(data), Optional.ofNullable(credentials)));
  }
}
