// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import io.heddle.model.Reason;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Plan;

/**
 * Told what a controller does. All methods are called on the controller's loop and must return at
 * once; what they throw is logged and harms nobody.
 */
public interface ControllerListener {
  /** It took office. */
  default void elected(long epoch) {}

  /** It is no longer in office. */
  default void resigned(long epoch) {}

  /** It planned; most plans decide nothing. */
  default void planned(Plan plan) {}

  /** A decision was carried out. */
  default void performed(Decision decision) {}

  /**
   * A decision is not written in this pass: it fits no transaction ({@code TOO_LARGE}; the next
   * plan has the reason, too), or it waits for others.
   */
  default void refused(Decision decision, Reason reason) {}
}
