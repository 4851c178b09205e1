// SPDX-License-Identifier: Apache-2.0
package io.heddle.properties;

import java.util.Optional;

/** Told of properties. */
@FunctionalInterface
public interface PropertyListener<T> {
  /**
   * A property differs from what was told last. Several changes may be told as one. Runs on the
   * store's loop: must not block. What it throws is logged.
   *
   * @param path which
   * @param now what it is; empty if it does not exist (any more)
   */
  void changed(PropertyPath path, Optional<Property<T>> now);
}
