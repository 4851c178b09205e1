// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

/**
 * A value as it was at one moment. Immutable if the value is.
 *
 * @param path where
 * @param value the value
 * @param revision which change made it so: no two of a cluster are equal, and later ones are higher
 */
public record Property<T>(PropertyPath path, T value, long revision) {
  /** The revision of what does not exist. */
  public static final long ABSENT = 0;
}
