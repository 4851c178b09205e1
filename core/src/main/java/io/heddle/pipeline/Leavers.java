// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.StateModel;
import io.heddle.pipeline.Replicas.Replica;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
   * Whether all that should serve rest in a serving state, and they are enough. Where an instance
   * is evacuated, who is gone is not waited for, and is not enough either.
   */
  boolean isReplaced(InstanceId instance) {
    boolean evacuated = operation(instance) == InstanceOperation.EVACUATE;
    List<InstanceId> others =
        goal.keySet().stream().filter(other -> !evacuated || isLive(other)).toList();
    return (!evacuated || others.size() >= enough(instance))
        && others.stream()
            .filter(other -> serves(Objects.requireNonNull(goal.get(other))))
            .allMatch(this::isServing);
  }

  private boolean isServing(InstanceId instance) {
    @Nullable Replica replica = held.get(instance);
    return replica != null
        && replica.atRest()
        && replica.reported().filter(r -> serves(r.state())).isPresent();
  }

  /**
   * How many others an evacuated instance waits for: as many as the resource should have, since an
   * operator can bring another one up. For one, if its container will be stopped whatever becomes
   * of it; for none, if its process is stopping already.
   */
  private int enough(InstanceId instance) {
    if (isLeaving(instance)) {
      return 0;
    }
    return isGoing(instance) ? 1 : resource.spec().replicas();
  }

  private boolean isLive(InstanceId instance) {
    return Optional.ofNullable(pass.snapshot().instances().get(instance))
        .flatMap(InstanceView::live)
        .isPresent();
  }

  /** An evacuated instance that no operator wants evacuated: its container is being emptied. */
  private boolean isGoing(InstanceId instance) {
    return Optional.ofNullable(pass.snapshot().instances().get(instance))
        .flatMap(InstanceView::spec)
        .filter(spec -> spec.operation() != InstanceOperation.EVACUATE)
        .isPresent();
  }
}
