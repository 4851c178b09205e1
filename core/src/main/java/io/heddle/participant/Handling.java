// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.model.StateModel;

/**
 * How replicas of one state model are handled.
 *
 * @param model the state model
 * @param resettable whether the handler is {@link Resettable}
 * @param dropsFromError whether the handler wants to be called when a replica in ERROR is dropped
 */
record Handling(StateModel model, boolean resettable, boolean dropsFromError) {
  /**
   * Where a replica goes that must not be in the top state. The model's base state, unless that is
   * the top state itself.
   */
  String fallback() {
    String base = model.baseState();
    return model.isTop(base) ? model.initialState() : base;
  }
}
