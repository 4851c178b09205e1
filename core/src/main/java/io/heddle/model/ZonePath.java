// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.base.Joiner;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;

/**
 * Where an instance stands, from the widest fault domain to the narrowest, such as
 * {@code eu-1/rack-7}.
 *
 * @param parts names of the domains, the widest first; empty when nothing is known
 */
public record ZonePath(ImmutableList<String> parts) implements Comparable<ZonePath> {
  /** Unknown whereabouts: the instance is a fault domain of its own. */
  public static final ZonePath NONE = new ZonePath(ImmutableList.of());

  /** Checks the names. */
  public ZonePath {
    parts.forEach(part -> Names.check("zone", part));
  }

  /**
   * Reads {@code a/b/c}; the empty text is {@link #NONE}.
   *
   * @throws IllegalArgumentException if a part is not allowed as a name
   */
  public static ZonePath parse(String text) {
    return text.isEmpty()
        ? NONE
        : new ZonePath(ImmutableList.copyOf(Splitter.on('/').split(text)));
  }

  @Override
  public int compareTo(ZonePath other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return Joiner.on('/').join(parts);
  }
}
