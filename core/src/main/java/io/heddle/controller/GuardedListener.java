// SPDX-License-Identifier: Apache-2.0
package io.heddle.controller;

import io.heddle.model.Reason;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Plan;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes events on; what the other listener throws is logged and harms nobody. */
final class GuardedListener implements ControllerListener {
  private static final Logger log = LoggerFactory.getLogger(GuardedListener.class);

  private final ControllerListener listener;
  private final String cluster;

  GuardedListener(ControllerListener listener, String cluster) {
    this.listener = listener;
    this.cluster = cluster;
  }

  @Override
  public void elected(long epoch) {
    guarded(() -> listener.elected(epoch));
  }

  @Override
  public void resigned(long epoch) {
    guarded(() -> listener.resigned(epoch));
  }

  @Override
  public void planned(Plan plan) {
    guarded(() -> listener.planned(plan));
  }

  @Override
  public void performed(Decision decision) {
    guarded(() -> listener.performed(decision));
  }

  @Override
  public void refused(Decision decision, Reason reason) {
    guarded(() -> listener.refused(decision, reason));
  }

  private void guarded(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException e) {
      log.warn("The listener of a controller of {} failed", cluster, e);
    }
  }
}
