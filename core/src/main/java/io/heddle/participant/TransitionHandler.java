// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

/**
 * One replica's code, as one method for all transitions: the alternative to methods named
 * {@code onBecomeXFromY}.
 */
@FunctionalInterface
public interface TransitionHandler {
  /**
   * Carries out one transition; the replica is in the new state when it returns.
   *
   * @throws Exception puts the replica in ERROR, with the message as its cause
   */
  void transition(TransitionContext context) throws Exception;
}
