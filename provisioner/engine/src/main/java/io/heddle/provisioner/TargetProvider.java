// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

import io.heddle.model.Cluster;
import io.heddle.model.Participant;
import io.heddle.model.ResourceId;
import java.util.Collection;

/**
 * Says which containers a service should have more, or no longer.
 *
 * <p>Stateless: a function of its arguments, on any thread, without clock, randomness or I/O. It is
 * asked again on every pass and answers from what it sees then; an answer that could not be
 * followed is given again, an answer that was followed shows in the participants' container states.
 *
 * <p>It says what is wanted, not when: draining before a stop, the pace of requests, and waiting
 * after failures are the pipeline's.
 */
@FunctionalInterface
public interface TargetProvider {
  /**
   * What to change.
   *
   * @param cluster the cluster as it is
   * @param service the service asked about
   * @param participants at least the participants that have, or had, a container of this service;
   *     others are to be ignored
   * @return the wanted changes
   */
  TargetProviderResponse evaluateExistingContainers(
      Cluster cluster, ResourceId service, Collection<Participant> participants);
}
