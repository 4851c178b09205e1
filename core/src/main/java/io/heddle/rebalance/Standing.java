// SPDX-License-Identifier: Apache-2.0
package io.heddle.rebalance;

import io.heddle.model.ReplicaState;
import io.heddle.model.StateModel;

/** How far a replica has come by its own report, the least useful first. */
enum Standing {
  /** In ERROR. */
  FAILED,
  /** Nothing is reported. */
  ABSENT,
  /** Reported below the base state, or on its way there. */
  BEHIND,
  /** In the base state or above: it may take over at once. */
  READY,
  /** In the top state. */
  TOP;

  /** Whether the replica may take over at once. */
  boolean isReady() {
    return compareTo(READY) >= 0;
  }

  /**
   * What a report says. A replica whose transition leads downwards counts as what it will be.
   *
   * @param report the report
   * @param model the state model
   * @param rest the state of replicas that are not chosen for another
   */
  static Standing of(ReplicaState report, StateModel model, String rest) {
    Standing now = of(report.state(), model, rest);
    if (report.inFlight().isEmpty()) {
      return now;
    }
    Standing soon = of(report.inFlight().get().to(), model, rest);
    return soon.compareTo(now) < 0 ? soon : now;
  }

  private static Standing of(String state, StateModel model, String rest) {
    if (state.equals(StateModel.ERROR)) {
      return FAILED;
    }
    if (model.isTop(state)) {
      return TOP;
    }
    return model.priority(state) <= model.priority(rest) ? READY : BEHIND;
  }
}
