// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import io.heddle.model.Cluster;
import io.heddle.model.ResourceAssignment;
import io.heddle.model.ResourceCurrentState;

/**
 * Decides where the replicas of one resource should be, and in which state.
 *
 * <p>A function: the same arguments must give the same answer, on any thread. What may move at once
 * and what must wait is not its business: it says where everything <em>should</em> be, and the
 * pipeline gets there by legal steps. It may leave replicas out that fit nowhere.
 */
@FunctionalInterface
public interface Rebalancer {
  /**
   * The wanted assignment.
   *
   * @param config the resource and its state model
   * @param previous what was wanted last time, as far as it is still known; never null
   * @param cluster all instances and resources
   * @param current what live participants report of the resource
   * @return states per partition and instance; only instances of the cluster, only states of the
   *     model, at most its bounds. An answer that breaks these is refused and reported, and the
   *     previous assignment stays
   */
  ResourceAssignment computeResourceMapping(
      RebalancerConfig config,
      ResourceAssignment previous,
      Cluster cluster,
      ResourceCurrentState current);
}
