// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.StateModel;
import io.heddle.pipeline.Replicas.Replica;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who of a partition's replicas must go, and who may: make before break. Confined to the pass. */
final class Leavers {
  private final TransitionPass pass;
  private final ResourceView resource;
  private final StateModel model;
  private final Map<InstanceId, String> goal;
  private final Map<InstanceId, Replica> held;

  Leavers(
      TransitionPass pass,
      ResourceView resource,
      StateModel model,
      Map<InstanceId, String> goal,
      Map<InstanceId, Replica> held) {
    this.pass = pass;
    this.resource = resource;
    this.model = model;
    this.goal = goal;
    this.held = held;
  }

  /** Whether a replica serves in a state: in the state that is meant for most, or a better one. */
  boolean serves(String state) {
    return model.priority(state) <= model.priority(model.baseState());
  }

  /** Where a replica goes that is in no goal: a disabled instance keeps it, without serving it. */
  String stateOfTheUnwanted(InstanceId instance) {
    return operation(instance) == InstanceOperation.DISABLE
            && held.containsKey(instance)
            && !resource.spec().deleting()
        ? model.initialState()
        : StateModel.DROPPED;
  }

  /** Whether a replica goes at once, whatever that costs. */
  boolean mustLeaveNow(InstanceId instance) {
    return resource.spec().deleting()
        || !resource.spec().enabled()
        || operation(instance) == InstanceOperation.DISABLE;
  }

  private @Nullable InstanceOperation operation(InstanceId instance) {
    return Optional.ofNullable(pass.draft().cluster().participants().get(instance))
        .map(participant -> participant.spec().operation())
        .orElse(null);
  }

  private boolean isLeaving(InstanceId instance) {
    return Optional.ofNullable(pass.snapshot().instances().get(instance))
        .flatMap(InstanceView::live)
        .filter(live -> live.leaving())
        .isPresent();
  }

  /**
   * Whether all that should serve rest in a serving state, and they are enough. A process that goes
   * away for sure waits for no more replicas than there can be.
   */
  boolean isReplaced(InstanceId instance) {
    boolean enough = goal.size() >= resource.spec().replicas()
        || operation(instance) != InstanceOperation.EVACUATE
        || isLeaving(instance);
    return enough
        && goal.entrySet().stream().filter(wanted -> serves(wanted.getValue())).allMatch(wanted -> {
          @Nullable Replica replica = held.get(wanted.getKey());
          return replica != null
              && replica.atRest()
              && replica.reported().filter(r -> serves(r.state())).isPresent();
        });
  }
}
