// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

/**
 * Answers one question of a pass. Pure: the same draft gives the same answer. A stage that throws
 * fails its pass, so it reports what it cannot handle as a {@link io.heddle.model.Reason} instead.
 */
@FunctionalInterface
public interface Stage {
  /** The draft with this stage's answer. */
  Draft apply(Draft draft);

  /** When a stage of an extension runs: after Heddle's own stage of the phase. */
  enum Phase {
    /** Who is there. */
    MEMBERSHIP,
    /** What work is due. */
    WORKFLOWS,
    /** Where everything should be. */
    PLACEMENT,
    /** What may move now. */
    TRANSITIONS,
    /** What containers are needed. */
    PROVISIONING
  }
}
