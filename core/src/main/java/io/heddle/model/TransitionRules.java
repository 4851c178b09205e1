// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.Optional;

/**
 * What an administrator says of transitions, for the cluster or for one resource; the resource's
 * come first.
 *
 * @param timeouts how long they may take
 * @param retries how often they are tried again, if anything is said of that here
 * @param throttles how many may go on at a time; the cluster's and the resource's both hold
 */
public record TransitionRules(
    TransitionTimeouts timeouts, Optional<TransitionRetries> retries, ThrottleSpec throttles) {
  /** Nothing is said: no limits, no retries. */
  public static final TransitionRules DEFAULT =
      new TransitionRules(TransitionTimeouts.NONE, Optional.empty(), ThrottleSpec.NONE);

  /** With other time-outs. */
  public TransitionRules with(TransitionTimeouts newTimeouts) {
    return new TransitionRules(newTimeouts, retries, throttles);
  }

  /** With other retries. */
  public TransitionRules with(TransitionRetries newRetries) {
    return new TransitionRules(timeouts, Optional.of(newRetries), throttles);
  }

  /** With other throttles. */
  public TransitionRules with(ThrottleSpec newThrottles) {
    return new TransitionRules(timeouts, retries, newThrottles);
  }
}
