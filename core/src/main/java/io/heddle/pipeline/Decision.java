// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;

/**
 * Changes that belong together: all are made in one transaction, or none is.
 *
 * @param entity what it concerns, such as {@code documents/3}
 * @param why the reason, for people
 * @param changes at least one
 */
public record Decision(String entity, String why, ImmutableList<Change> changes) {
  /** Checks that there is a change. */
  public Decision {
    if (changes.isEmpty()) {
      throw new IllegalArgumentException("a decision on " + entity + " changes nothing");
    }
  }

  /** A decision of one change. */
  public static Decision of(String entity, String why, Change change) {
    return new Decision(entity, why, ImmutableList.of(change));
  }
}
