// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableMap;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values by typed key. Immutable, if the values are. */
public final class Sections {
  /** Nothing. */
  public static final Sections EMPTY = new Sections(ImmutableMap.of());

  private final ImmutableMap<SectionKey<?>, Object> values;

  private Sections(ImmutableMap<SectionKey<?>, Object> values) {
    this.values = values;
  }

  /**
   * The value of a key.
   *
   * @throws NoSuchElementException if there is none
   */
  public <T> T get(SectionKey<T> key) {
    return find(key).orElseThrow(() -> new NoSuchElementException("no section " + key));
  }

  /** The value of a key, if there is one. */
  public <T> Optional<T> find(SectionKey<T> key) {
    @Nullable Object value = values.get(key);
    return value == null ? Optional.empty() : Optional.of(key.cast(value));
  }

  /** With one more value, or another one. */
  public <T> Sections with(SectionKey<T> key, T value) {
    return new Sections(ImmutableMap.<SectionKey<?>, Object>builder()
        .putAll(values)
        .put(key, value)
        .buildKeepingLast());
  }
}
