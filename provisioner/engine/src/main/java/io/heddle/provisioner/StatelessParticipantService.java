// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner;

/**
 * A service that needs no partitions: each of its containers does the same. The participant
 * launcher makes one instance of the class, by its public constructor without parameters.
 *
 * <p>Called on a thread of the participant, one call at a time: {@link #init} once, then
 * {@link #onOnline} and {@link #onOffline} in turn. An exception puts the service's replica in this
 * container into ERROR, with the cause; from {@link #init} it ends the container.
 */
public interface StatelessParticipantService {
  /** Prepares, before the participant takes anything on. */
  void init(ServiceContext context) throws Exception;

  /** Begins to serve. Returns when it does. */
  void onOnline() throws Exception;

  /** Ceases to serve. Returns when nothing runs any more. */
  void onOffline() throws Exception;
}
