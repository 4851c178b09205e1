// SPDX-License-Identifier: Apache-2.0
package io.heddle.bench.helix;

import org.apache.helix.NotificationContext;
import org.apache.helix.model.Message;
import org.apache.helix.participant.statemachine.StateModel;
import org.apache.helix.participant.statemachine.StateModelFactory;
import org.apache.helix.participant.statemachine.StateModelInfo;
import org.apache.helix.participant.statemachine.Transition;

/**
 * A replica whose transitions do nothing but being counted. Public: Helix calls it by reflection.
 */
@StateModelInfo(
    initialState = "OFFLINE",
    states = {"MASTER", "SLAVE", "OFFLINE", "DROPPED"})
public final class NoopReplica extends StateModel {
  private final TransitionCounts counts;

  NoopReplica(TransitionCounts counts) {
    this.counts = counts;
  }

  /** Makes replicas that count in one place. */
  static StateModelFactory<NoopReplica> factory(TransitionCounts counts) {
    return new StateModelFactory<>() {
      @Override
      public NoopReplica createNewStateModel(String resource, String partition) {
        return new NoopReplica(counts);
      }
    };
  }

  /** A transition. */
  @Transition(from = "OFFLINE", to = "SLAVE")
  public void toSlave(Message message, NotificationContext context) {
    counts.transition();
  }

  /** A transition. */
  @Transition(from = "SLAVE", to = "MASTER")
  public void toMaster(Message message, NotificationContext context) {
    counts.transition();
    counts.promotion();
  }

  /** A transition. */
  @Transition(from = "MASTER", to = "SLAVE")
  public void demote(Message message, NotificationContext context) {
    counts.transition();
  }

  /** A transition. */
  @Transition(from = "SLAVE", to = "OFFLINE")
  public void toOffline(Message message, NotificationContext context) {
    counts.transition();
  }

  /** A transition. */
  @Transition(from = "OFFLINE", to = "DROPPED")
  public void drop(Message message, NotificationContext context) {
    counts.transition();
  }
}
