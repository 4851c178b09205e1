// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Keys and values of a document. Asking for a key declares it; {@link #done} then refuses all keys
 * that were not asked for, here and in all that was read below.
 *
 * <p>A getter throws a {@link YamlError} where the value is of another type; a getter whose name
 * does not begin with {@code optional} also where it is missing. Lists and maps may be missing:
 * they are empty then. A key without a value counts as missing.
 *
 * <p>Confined to the thread that reads.
 */
public final class YamlMap {
  private final YamlValue self;
  private final Map<String, YamlValue> values = new LinkedHashMap<>();
  private final Map<String, Node> keys = new LinkedHashMap<>();
  private final Set<String> asked = new LinkedHashSet<>();

  YamlMap(YamlValue self, List<NodeTuple> entries) {
    this.self = self;
    for (NodeTuple entry : entries) {
      ScalarNode key = (ScalarNode) entry.getKeyNode();
      keys.put(key.getValue(), key);
      values.put(key.getValue(), self.child(entry.getValueNode(), key.getValue()));
    }
  }

  /** The map as a value: for its place, and for errors about the whole of it. */
  public YamlValue self() {
    return self;
  }

  /** All keys, in the order of the file. Declares none. */
  public ImmutableSet<String> keys() {
    return ImmutableSet.copyOf(keys.keySet());
  }

  /** Whether a key is there, with a value. Declares it. */
  public boolean has(String key) {
    return optional(key).isPresent();
  }

  /** The value of a key, if it has one. */
  public Optional<YamlValue> optional(String key) {
    asked.add(key);
    return Optional.ofNullable(values.get(key)).filter(value -> !value.isNull());
  }

  /** The value of a key. */
  public YamlValue value(String key) {
    asked.add(key);
    @Nullable YamlValue value = values.get(key);
    if (value == null) {
      List<String> rest =
          keys.keySet().stream().filter(other -> !asked.contains(other)).toList();
      throw new YamlError(self.missing(key, YamlValue.didYouMean(key, rest)));
    }
    return value;
  }

  /** A text, letter by letter. */
  public String string(String key) {
    return value(key).string();
  }

  /** A text, letter by letter, if it is there. */
  public Optional<String> optionalString(String key) {
    return optional(key).map(YamlValue::string);
  }

  /** A whole number from {@code min} to {@code max}. */
  public int integer(String key, int min, int max) {
    return value(key).integer(min, max);
  }

  /** A whole number from {@code min} to {@code max}, if it is there. */
  public OptionalInt optionalInteger(String key, int min, int max) {
    return optional(key).stream().mapToInt(value -> value.integer(min, max)).findFirst();
  }

  /** {@code true} or {@code false}, if it is there. */
  public Optional<Boolean> optionalBool(String key) {
    return optional(key).map(YamlValue::bool);
  }

  /**
   * A duration.
   *
   * @param unit what a number without a unit counts
   */
  public Duration duration(String key, ChronoUnit unit) {
    return value(key).duration(unit);
  }

  /**
   * A duration, if it is there.
   *
   * @param unit what a number without a unit counts
   */
  public Optional<Duration> optionalDuration(String key, ChronoUnit unit) {
    return optional(key).map(value -> value.duration(unit));
  }

  /** What {@code parser} makes of the text; see {@link YamlValue#parsed}. */
  public <T> T parsed(String key, Function<String, T> parser) {
    return value(key).parsed(parser);
  }

  /** What {@code parser} makes of the text, if it is there; see {@link YamlValue#parsed}. */
  public <T> Optional<T> optionalParsed(String key, Function<String, T> parser) {
    return optional(key).map(value -> value.parsed(parser));
  }

  /** The items of a list; none if it is missing. */
  public ImmutableList<YamlValue> list(String key) {
    return optional(key).map(YamlValue::list).orElse(ImmutableList.of());
  }

  /** A list of texts; empty if it is missing. */
  public ImmutableList<String> strings(String key) {
    return list(key).stream().map(YamlValue::string).collect(ImmutableList.toImmutableList());
  }

  /** A list of maps; empty if it is missing. */
  public ImmutableList<YamlMap> maps(String key) {
    return list(key).stream().map(YamlValue::map).collect(ImmutableList.toImmutableList());
  }

  /** A map within, if it is there. */
  public Optional<YamlMap> optionalMap(String key) {
    return optional(key).map(YamlValue::map);
  }

  /** A map of texts, in the order of the file; empty if it is missing. */
  public ImmutableMap<String, String> stringMap(String key) {
    return optionalMap(key).map(YamlMap::strings).orElse(ImmutableMap.of());
  }

  /** This whole map as texts, in the order of the file. Declares all keys. */
  public ImmutableMap<String, String> strings() {
    ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
    entries().forEach((key, value) -> all.put(key, value.string()));
    return all.buildOrThrow();
  }

  /** This whole map, in the order of the file, for keys that the user chooses. Declares all. */
  public ImmutableMap<String, YamlValue> entries() {
    asked.addAll(keys.keySet());
    return ImmutableMap.copyOf(values);
  }

  /** A problem at a key, to be thrown together with others. */
  public YamlProblem keyProblem(String key, String message) {
    @Nullable Node at = keys.get(key);
    return at == null ? self.problem(key + ": " + message) : self.problemAt(at, key, message);
  }

  /**
   * Ends the reading: refuses all keys that were not asked for, in this map and in the maps that
   * were read below it. Call it on the root, after the last getter.
   *
   * @throws YamlError with all of them
   */
  public void done() {
    List<YamlProblem> problems = new ArrayList<>();
    addUnknown(problems);
    YamlError.throwIfAny(problems);
  }

  void addUnknown(List<YamlProblem> problems) {
    List<String> allowed = List.copyOf(asked);
    keys.forEach((key, at) -> {
      if (!asked.contains(key)) {
        problems.add(self.problemAt(
            at,
            key,
            "is not a key here" + YamlValue.didYouMean(key, allowed) + "; allowed: "
                + (allowed.isEmpty() ? "none" : String.join(", ", allowed))));
      }
    });
    values.values().forEach(value -> value.addUnknown(problems));
  }
}
