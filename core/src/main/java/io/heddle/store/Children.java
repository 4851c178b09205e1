// SPDX-License-Identifier: Apache-2.0
package io.heddle.store;

import com.google.common.collect.ImmutableList;

/** The answer to a listing. */
public sealed interface Children {
  /**
   * It is there.
   *
   * @param names its children, sorted
   */
  record Found(ImmutableList<String> names) implements Children {}

  /** It is not there. */
  record Absent() implements Children {}

  /** It could not be read: the connection is gone, or the session is over. */
  record Unavailable() implements Children {}

  /** One may not read it. */
  record Denied() implements Children {}
}
