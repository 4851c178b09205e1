// SPDX-License-Identifier: Apache-2.0
package io.heddle.testkit.provider;

import io.heddle.testkit.Delays;
import java.time.Duration;

/**
 * How a simulated container provider answers, and what goes wrong with its containers. Immutable.
 *
 * @param network how long a call takes to where the containers run, and an answer back
 * @param bound after it a call that has no answer fails
 * @param refused how often a call fails at once and does nothing, from 0 to 1
 * @param unanswered how often a call is carried out, and its answer gets lost, from 0 to 1
 * @param hanging how often a call gets no answer and is carried out much later, or never, from 0 to
 *     1
 * @param late how much later
 * @param silent how often a call, or a list, never completes at all, whatever the bound, from 0 to
 *     1; it is carried out, or not
 * @param telling how long after a process's end its agent has seen it, and how long until each
 *     listener is told
 * @param toldTwice how often a listener is told again, from 0 to 1
 * @param dying how often a process that was just started ends by itself, from 0 to 1
 * @param youth how old it becomes
 */
public record ProviderFaults(
    Delays network,
    Duration bound,
    double refused,
    double unanswered,
    double hanging,
    Delays late,
    double silent,
    Delays telling,
    double toldTwice,
    double dying,
    Delays youth) {
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Delays PROMPT = Delays.between(Duration.ofMillis(1), Duration.ofMillis(20));

  /** Checks. */
  public ProviderFaults {
    if (bound.isZero() || bound.isNegative()) {
      throw new IllegalArgumentException("bound must be above zero, not " + bound);
    }
    check("refused", refused);
    check("unanswered", unanswered);
    check("hanging", hanging);
    check("silent", silent);
    check("toldTwice", toldTwice);
    check("dying", dying);
    if (refused + unanswered + hanging + silent > 1) {
      throw new IllegalArgumentException(
          "refused, unanswered, hanging and silent must be 1 at most, not "
              + (refused + unanswered + hanging + silent));
    }
  }

  private static void check(String name, double share) {
    if (!(share >= 0 && share <= 1)) {
      throw new IllegalArgumentException(name + " must be from 0 to 1, not " + share);
    }
  }

  /** Nothing goes wrong, and all is quick. */
  public static ProviderFaults none() {
    return new ProviderFaults(PROMPT, BOUND, 0, 0, 0, PROMPT, 0, PROMPT, 0, 0, PROMPT);
  }

  /** All goes wrong now and then. */
  public static ProviderFaults usual() {
    return new ProviderFaults(
        new Delays(Duration.ofMillis(1), Duration.ofMillis(100), 0.05, Duration.ofSeconds(2)),
        BOUND,
        0.05,
        0.05,
        0.05,
        Delays.between(Duration.ofSeconds(1), Duration.ofSeconds(20)),
        0.02,
        new Delays(Duration.ofMillis(1), Duration.ofMillis(50), 0.1, Duration.ofSeconds(3)),
        0.2,
        0.1,
        Delays.between(Duration.ofMillis(1), Duration.ofMillis(800)));
  }
}
