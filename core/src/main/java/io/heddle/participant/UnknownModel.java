// SPDX-License-Identifier: Apache-2.0
package io.heddle.participant;

import io.heddle.model.Bound;
import io.heddle.model.StateModel;

/** Stands in for a state model that nobody registered: its replicas are in ERROR at once. */
final class UnknownModel {
  static final Handling HANDLING = new Handling(
      StateModel.builder("Unknown")
          .state("UNKNOWN", new Bound.Unlimited())
          .initialState("UNKNOWN")
          .transition("UNKNOWN", StateModel.DROPPED)
          .build(),
      false,
      false);

  private UnknownModel() {}
}
