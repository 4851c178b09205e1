// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How often each word occurs in some documents. Confined to its user. */
final class WordIndex {
  private static final Pattern WORD = Pattern.compile("\\p{L}{2,64}");

  private final TreeMap<String, Long> counts = new TreeMap<>();

  /** Counts a document's words: runs of 2 to 64 letters, in lower case. */
  void add(byte[] content) {
    Matcher words = WORD.matcher(new String(content, StandardCharsets.UTF_8));
    while (words.find()) {
      counts.merge(words.group().toLowerCase(Locale.ROOT), 1L, Long::sum);
    }
  }

  /** Adds another index to this one. */
  void add(WordIndex other) {
    other.counts.forEach((word, count) -> counts.merge(word, count, Long::sum));
  }

  ImmutableSortedMap<String, Long> counts() {
    return ImmutableSortedMap.copyOfSorted(counts);
  }

  /** Its most frequent words, each with its count, such as {@code the 17}. */
  ImmutableList<String> mostFrequent(int limit) {
    return counts.entrySet().stream()
        .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
        .limit(limit)
        .map(entry -> entry.getKey() + " " + entry.getValue())
        .collect(ImmutableList.toImmutableList());
  }

  /** Writes it, whole or not at all: a word, a tab and a number a line, sorted. */
  void write(Path file) throws IOException {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, Long> entry : counts.entrySet()) {
      text.append(entry.getKey()).append('\t').append(entry.getValue()).append('\n');
    }
    Path temporary = Files.createTempFile(file.toAbsolutePath().getParent(), "index", ".tmp");
    Files.writeString(temporary, text);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Reads what {@link #write} wrote. */
  static WordIndex read(Path file) throws IOException {
    WordIndex index = new WordIndex();
    for (String line : Files.readAllLines(file)) {
      int tab = line.indexOf('\t');
      if (tab < 1) {
        throw new IOException(file + ": '" + line + "' is not a word, a tab and a number");
      }
      index.counts.put(line.substring(0, tab), Long.parseLong(line.substring(tab + 1)));
    }
    return index;
  }
}
