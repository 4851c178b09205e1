// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;

/** Who decides where replicas go and what state they take. */
public sealed interface RebalanceMode {
  /** Heddle decides both. */
  record FullAuto() implements RebalanceMode {}

  /**
   * Preference lists say where; Heddle says which state: the first live instance of a list gets the
   * top state.
   *
   * @param preferenceLists per partition number the instances, the most preferred first
   */
  record SemiAuto(ImmutableSortedMap<Integer, ImmutableList<InstanceId>> preferenceLists)
      implements RebalanceMode {}

  /**
   * An explicit map says both.
   *
   * @param states per partition number the state wanted on each instance
   */
  record Customized(ImmutableSortedMap<Integer, ImmutableSortedMap<InstanceId, String>> states)
      implements RebalanceMode {}

  /**
   * A rebalancer that the user registered with the controller says both.
   *
   * @param rebalancer the name under which it is registered
   */
  record UserDefined(String rebalancer) implements RebalanceMode {
    /** Checks the name. */
    public UserDefined {
      Names.check("rebalancer", rebalancer);
    }
  }
}
