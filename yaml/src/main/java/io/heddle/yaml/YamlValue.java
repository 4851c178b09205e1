// SPDX-License-Identifier: Apache-2.0
package io.heddle.yaml;

import com.google.common.collect.ImmutableList;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One value of a document, which becomes what it is asked for. Each method throws a
 * {@link YamlError} where the value is something else. Confined to the thread that reads.
 */
public final class YamlValue {
  /** The greatest duration: a hundred years. */
  private static final Duration MAX_DURATION = Duration.ofDays(36_500);

  private static final Pattern INTEGER = Pattern.compile("-?(0|[1-9][0-9]{0,17})");
  private static final Pattern DECIMAL = Pattern.compile("-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,15})?");
  private static final Pattern DURATION = Pattern.compile("(0|[1-9][0-9]{0,14})(ms|s|m|h|d)?");

  private final String file;
  private final Node node;
  private final String path;
  private @Nullable YamlMap map;
  private @Nullable ImmutableList<YamlValue> list;

  YamlValue(String file, Node node, String path) {
    this.file = file;
    this.node = node;
    this.path = path;
  }

  /** The field, such as {@code jobs[2].name}. */
  public String path() {
    return path;
  }

  /** The line in which the value begins, from 1. */
  public int line() {
    return node.getStartMark().getLine() + 1;
  }

  /** The column in which the value begins, from 1. */
  public int column() {
    return node.getStartMark().getColumn() + 1;
  }

  /**
   * Whether nothing stands here: no text, {@code ~} or {@code null}, without quotes. That is no
   * text, number or truth value, but it may be a list or a map: an empty one.
   */
  public boolean isNull() {
    return node.getNodeId() == NodeId.scalar
        && ((ScalarNode) node).isPlain()
        && switch (((ScalarNode) node).getValue()) {
          case "", "~", "null" -> true;
          default -> false;
        };
  }

  /** Whether a map stands here. */
  public boolean isMap() {
    return node.getNodeId() == NodeId.mapping;
  }

  /** The text, letter by letter: {@code NO}, {@code 1.10} and {@code 0x1F} stay what they are. */
  public String string() {
    return scalar("a text").getValue();
  }

  /** A whole number in decimal, from {@code min} to {@code max}. */
  public int integer(int min, int max) {
    return (int) longInteger(min, max);
  }

  /** A whole number in decimal, from {@code min} to {@code max}. */
  public long longInteger(long min, long max) {
    String allowed = "a whole number from " + min + " to " + max + ", in decimal, without quotes";
    String text = plain(allowed);
    if (!INTEGER.matcher(text).matches()) {
      throw error("must be " + allowed);
    }
    long number = Long.parseLong(text);
    if (number < min || number > max) {
      throw error("must be " + allowed);
    }
    return number;
  }

  /** A number such as {@code 2} or {@code 0.25}, from {@code min} to {@code max}. */
  public double decimal(double min, double max) {
    String allowed = "a number from " + min + " to " + max + ", in decimal, without quotes";
    String text = plain(allowed);
    if (!DECIMAL.matcher(text).matches()) {
      throw error("must be " + allowed);
    }
    double number = Double.parseDouble(text);
    if (number < min || number > max) {
      throw error("must be " + allowed);
    }
    return number;
  }

  /** {@code true} or {@code false}, in lower case; nothing else. */
  public boolean bool() {
    String allowed = "true or false, without quotes";
    String text = plain(allowed);
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw error("must be " + allowed);
    };
  }

  /**
   * A duration such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 2h} or {@code 7d}, at most a
   * hundred years.
   *
   * @param unit what a number without a unit counts: milliseconds, seconds, minutes, hours or days
   */
  public Duration duration(ChronoUnit unit) {
    String allowed = "a duration such as 500ms, 30s, 5m, 2h or 7d, or a number of "
        + unit.toString().toLowerCase(Locale.ROOT) + ", at most "
        + MAX_DURATION.toDays() + "d";
    Matcher matcher = DURATION.matcher(plain(allowed));
    if (!matcher.matches()) {
      throw error("must be " + allowed);
    }
    @Nullable String suffix = matcher.group(2);
    ChronoUnit counted = suffix == null
        ? unit
        : switch (suffix) {
          case "ms" -> ChronoUnit.MILLIS;
          case "s" -> ChronoUnit.SECONDS;
          case "m" -> ChronoUnit.MINUTES;
          case "h" -> ChronoUnit.HOURS;
          default -> ChronoUnit.DAYS;
        };
    long amount = Long.parseLong(matcher.group(1));
    if (amount > MAX_DURATION.dividedBy(counted.getDuration())) {
      throw error("must be " + allowed);
    }
    return Duration.of(amount, counted);
  }

  /** One of the constants of an enum, by its exact name. */
  public <E extends Enum<E>> E oneOf(Class<E> type) {
    E[] constants = type.getEnumConstants();
    List<String> names = Arrays.stream(constants).map(Enum::name).collect(Collectors.toList());
    String allowed = "one of " + String.join(", ", names);
    int index = names.indexOf(scalar(allowed).getValue());
    if (index < 0) {
      throw error("must be " + allowed + didYouMean(string(), names));
    }
    return constants[index];
  }

  /**
   * What {@code parser} makes of the text.
   *
   * @param parser throws IllegalArgumentException for what it does not accept; its message becomes
   *     the problem's
   */
  public <T> T parsed(Function<String, T> parser) {
    String text = string();
    try {
      return parser.apply(text);
    } catch (YamlError e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw error(String.valueOf(e.getMessage()));
    }
  }

  /** The keys and values; null is none. */
  public YamlMap map() {
    if (map == null) {
      if (node.getNodeId() != NodeId.mapping && !isNull()) {
        throw error("must be a map of keys and values, not " + kind());
      }
      map = new YamlMap(
          this, node.getNodeId() == NodeId.mapping ? ((MappingNode) node).getValue() : List.of());
    }
    return map;
  }

  /** The items; null is none. */
  public ImmutableList<YamlValue> list() {
    if (list == null) {
      if (node.getNodeId() != NodeId.sequence && !isNull()) {
        throw error("must be a list, not " + kind());
      }
      ImmutableList.Builder<YamlValue> items = ImmutableList.builder();
      if (node.getNodeId() == NodeId.sequence) {
        int index = 0;
        for (Node item : ((SequenceNode) node).getValue()) {
          items.add(new YamlValue(file, item, FieldPath.item(path, index)));
          index++;
        }
      }
      list = items.build();
    }
    return list;
  }

  /** An error at this value. */
  public YamlError error(String message) {
    return new YamlError(problem(message));
  }

  /** A problem at this value, to be thrown together with others. */
  public YamlProblem problem(String message) {
    Optional<String> shown = node.getNodeId() == NodeId.scalar
        ? Optional.of(((ScalarNode) node).getValue())
        : Optional.empty();
    return new YamlProblem(file, line(), column(), path, shown, message);
  }

  YamlValue child(Node value, String key) {
    return new YamlValue(file, value, FieldPath.key(path, key));
  }

  YamlProblem problemAt(Node at, String field, String message) {
    return new YamlProblem(
        file,
        at.getStartMark().getLine() + 1,
        at.getStartMark().getColumn() + 1,
        FieldPath.key(path, field),
        Optional.empty(),
        message);
  }

  YamlProblem missing(String key, String hint) {
    return problemAt(node, key, "is required, but missing" + hint);
  }

  static String didYouMean(String name, List<String> allowed) {
    return Nearest.to(name, allowed)
        .map(nearest -> "; did you mean '" + YamlProblem.printable(nearest) + "'?")
        .orElse("");
  }

  /** Adds the keys below this value that nobody asked for. */
  void addUnknown(List<YamlProblem> problems) {
    if (map != null) {
      map.addUnknown(problems);
    }
    if (list != null) {
      list.forEach(item -> item.addUnknown(problems));
    }
  }

  private String plain(String allowed) {
    ScalarNode scalar = scalar(allowed);
    if (!scalar.isPlain()) {
      throw error("must be " + allowed);
    }
    return scalar.getValue();
  }

  private ScalarNode scalar(String allowed) {
    if (node.getNodeId() != NodeId.scalar) {
      throw error("must be " + allowed + ", not " + kind());
    }
    if (isNull()) {
      throw error("has no value; must be " + allowed + " (in quotes, if this text is meant)");
    }
    return (ScalarNode) node;
  }

  private String kind() {
    return switch (node.getNodeId()) {
      case mapping -> "a map";
      case sequence -> "a list";
      case scalar, anchor -> "a text";
    };
  }
}
