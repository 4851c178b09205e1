// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableSortedMap;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a participant publishes of one of its replicas, for clients to choose by. Immutable.
 *
 * @param values by name; at most {@link #MAX_COUNT}
 */
public record Attributes(ImmutableSortedMap<String, AttributeValue> values) {
  /** Most attributes of one replica. */
  public static final int MAX_COUNT = 16;

  /** Most characters of an attribute's name. */
  public static final int MAX_NAME = 32;

  /** No attributes. */
  public static final Attributes NONE = new Attributes(ImmutableSortedMap.of());

  /** Checks names and count. */
  public Attributes {
    if (values.size() > MAX_COUNT) {
      throw new IllegalArgumentException(
          "a replica has at most " + MAX_COUNT + " attributes, not " + values.size());
    }
    values.keySet().forEach(Attributes::checkName);
  }

  /**
   * Checks the name of an attribute.
   *
   * @return {@code name}
   * @throws IllegalArgumentException if it is no name, or too long
   */
  public static String checkName(String name) {
    Names.check("attribute", name);
    if (name.length() > MAX_NAME) {
      throw new IllegalArgumentException("the name of an attribute has at most " + MAX_NAME
          + " characters, not " + name.length() + ": " + name);
    }
    return name;
  }

  /** The number of a name, if there is one. */
  public OptionalLong number(String name) {
    @Nullable AttributeValue value = values.get(name);
    return value instanceof AttributeValue.Figure number
        ? OptionalLong.of(number.value())
        : OptionalLong.empty();
  }

  /** The text of a name, if there is one. */
  public Optional<String> text(String name) {
    @Nullable AttributeValue value = values.get(name);
    return value instanceof AttributeValue.Text text ? Optional.of(text.value()) : Optional.empty();
  }
}
