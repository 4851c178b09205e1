// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import io.heddle.model.Names;
import java.util.function.Function;

/**
 * How values of a type are written down as text. The type's name is kept with each value, and a
 * value of another type is not read. Immutable; its functions must be thread-safe.
 *
 * @param <T> the values
 */
public final class PropertyType<T> {
  /** Texts. */
  public static final PropertyType<String> TEXT =
      of("text", Function.identity(), Function.identity());

  /** Whole numbers. */
  public static final PropertyType<Long> NUMBER = of("number", Object::toString, Long::valueOf);

  /** Yes or no. */
  public static final PropertyType<Boolean> FLAG =
      of("flag", Object::toString, PropertyType::readFlag);

  private final String name;
  private final Function<T, String> write;
  private final Function<String, T> read;

  private PropertyType(String name, Function<T, String> write, Function<String, T> read) {
    this.name = Names.check("property type", name);
    this.write = write;
    this.read = read;
  }

  /**
   * A type of one's own.
   *
   * @param name such as {@code duration}; never the name of a class to load
   * @param write the text of a value
   * @param read the value of a text; throws {@link IllegalArgumentException} if it is none
   */
  public static <T> PropertyType<T> of(
      String name, Function<T, String> write, Function<String, T> read) {
    return new PropertyType<>(name, write, read);
  }

  private static Boolean readFlag(String text) {
    if (!text.equals("true") && !text.equals("false")) {
      throw new IllegalArgumentException("a flag is true or false, not " + Names.printable(text));
    }
    return Boolean.valueOf(text);
  }

  /** What is kept with each value. */
  public String name() {
    return name;
  }

  String write(T value) {
    return write.apply(value);
  }

  T read(String text) {
    return read.apply(text);
  }

  @Override
  public String toString() {
    return name;
  }
}
