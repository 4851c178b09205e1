// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;

/**
 * One replica that can be reached.
 *
 * @param live the incarnation that holds it
 * @param state its state
 * @param token the fencing token under which it holds the top state, to be presented to it, or
 *     {@link io.heddle.model.Token#NONE} in all other states
 */
public record Route(LiveInstance live, String state, long token) {
  /** The instance. */
  public InstanceId instance() {
    return live.id();
  }

  /** The host that it runs on, as it names it itself. */
  public String host() {
    return live.host();
  }

  /** Its process id. */
  public long process() {
    return live.process();
  }
}
