// SPDX-License-Identifier: Apache-2.0
package io.heddle.launcher;

/**
 * A service that serves partitions: it says with which state models it takes part. The participant
 * launcher makes one instance of the class, by its public constructor without parameters.
 *
 * <p>Called on the launcher's thread, one call at a time.
 */
public interface ParticipantService {
  /**
   * Prepares, and adds state models and whatever else to
   * {@link ParticipantServiceContext#participant}. The participant is started when this returns.
   *
   * @throws Exception ends the container, with the cause in its log
   */
  void start(ParticipantServiceContext context) throws Exception;

  /** Called when the participant has handed over and ended its session. */
  default void stop() throws Exception {}
}
