// SPDX-License-Identifier: Apache-2.0
package io.heddle.model;

import java.util.Optional;

/**
 * What an administrator says of transitions, for the cluster or for one resource; the resource's
 * come first.
 *
 * @param timeouts how long they may take
 * @param retries how often they are tried again, if anything is said of that here
 */
public record TransitionRules(TransitionTimeouts timeouts, Optional<TransitionRetries> retries) {
  /** Nothing is said: no limits, no retries. */
  public static final TransitionRules DEFAULT =
      new TransitionRules(TransitionTimeouts.NONE, Optional.empty());

  /** With other time-outs. */
  public TransitionRules with(TransitionTimeouts newTimeouts) {
    return new TransitionRules(newTimeouts, retries);
  }

  /** With other retries. */
  public TransitionRules with(TransitionRetries newRetries) {
    return new TransitionRules(timeouts, Optional.of(newRetries));
  }
}
