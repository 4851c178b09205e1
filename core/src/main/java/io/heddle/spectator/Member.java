// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ZonePath;

/**
 * A live instance, as routing sees it. Immutable.
 *
 * @param live what its process says of itself
 * @param tags the groups that it belongs to; empty if its spec is not known
 * @param zone where it stands; {@link ZonePath#NONE} if that is not known
 */
public record Member(LiveInstance live, ImmutableSortedSet<String> tags, ZonePath zone) {
  /** The instance. */
  public InstanceId instance() {
    return live.id();
  }
}
