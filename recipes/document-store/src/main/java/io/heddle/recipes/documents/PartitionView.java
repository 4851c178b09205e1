// SPDX-License-Identifier: Apache-2.0
package io.heddle.recipes.documents;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import java.util.Optional;

/**
 * What the routing says of a partition. Immutable.
 *
 * @param stale whether things may have changed meanwhile
 * @param master the MASTER, if there is one
 * @param slaves the incarnations that hold a SLAVE
 * @param present all incarnations of the store's nodes that can be seen
 */
record PartitionView(
    boolean stale,
    Optional<Master> master,
    ImmutableList<Member> slaves,
    ImmutableSet<Member> present) {
  /**
   * A MASTER.
   *
   * @param member who it is
   * @param token its fencing token
   * @param port where it listens
   */
  record Master(Member member, long token, int port) {}

  /** Where views come from. Thread-safe. */
  interface Source {
    PartitionView view(int partition);
  }
}
