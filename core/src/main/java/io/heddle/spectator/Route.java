// SPDX-License-Identifier: Apache-2.0
package io.heddle.spectator;

import io.heddle.model.Attributes;
import io.heddle.model.InstanceId;
import io.heddle.model.LiveInstance;
import io.heddle.model.ZonePath;

/**
 * One replica that can be reached. Immutable.
 *
 * @param member who holds it
 * @param state its state
 * @param token the fencing token under which it holds the top state, to be presented to it, or
 *     {@link io.heddle.model.Token#NONE} in all other states
 * @param attributes what the instance publishes of this replica
 */
public record Route(Member member, String state, long token, Attributes attributes) {
  /** A replica of which nothing is published. */
  public Route(Member member, String state, long token) {
    this(member, state, token, Attributes.NONE);
  }

  /** The instance. */
  public InstanceId instance() {
    return member.instance();
  }

  /** The incarnation that holds it. */
  public LiveInstance live() {
    return member.live();
  }

  /** The host that it runs on, as it names it itself. */
  public String host() {
    return live().host();
  }

  /** Its process id. */
  public long process() {
    return live().process();
  }

  /** Whether the instance belongs to a group. */
  public boolean hasTag(String tag) {
    return member.tags().contains(tag);
  }

  /** Where the instance stands. */
  public ZonePath zone() {
    return member.zone();
  }
}
