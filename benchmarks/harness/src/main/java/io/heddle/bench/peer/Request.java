// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.peer;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a process is asked to do.
 *
 * @param connectString where ZooKeeper is
 * @param sizes how much of what
 * @param conversation whom to tell the figures
 */
public record Request(String connectString, Map<String, Integer> sizes, Conversation conversation) {
  /**
   * One size.
   *
   * @throws IllegalArgumentException if it was not given
   */
  public int size(String name) {
    @Nullable Integer size = sizes.get(name);
    if (size == null) {
      throw new IllegalArgumentException("size '" + name + "' is not given; there are " + sizes);
    }
    return size;
  }
}
