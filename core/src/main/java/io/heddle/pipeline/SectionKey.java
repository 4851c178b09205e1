// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

/**
 * Names what an extension adds to the snapshot, the draft or the plan, with its type. Compared by
 * identity: an extension makes one and keeps it.
 *
 * @param <T> the type
 */
public final class SectionKey<T> {
  private final String name;
  private final Class<T> type;

  private SectionKey(String name, Class<T> type) {
    this.name = name;
    this.type = type;
  }

  /**
   * A new key.
   *
   * @param name for messages
   * @param type the class of the values
   */
  public static <T> SectionKey<T> of(String name, Class<T> type) {
    return new SectionKey<>(name, type);
  }

  T cast(Object value) {
    return type.cast(value);
  }

  @Override
  public String toString() {
    return name;
  }
}
