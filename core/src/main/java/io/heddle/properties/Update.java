// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import java.util.Optional;

/** What became of a conditional change. */
public sealed interface Update<T> {
  /**
   * It was done.
   *
   * @param property the property now; empty if it was deleted
   */
  record Done<T>(Optional<Property<T>> property) implements Update<T> {}

  /**
   * It was not done: the property is not what was expected.
   *
   * @param now what it is; empty if it does not exist
   */
  record Conflict<T>(Optional<Property<T>> now) implements Update<T> {}
}
