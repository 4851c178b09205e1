// SPDX-License-Identifier: Apache-2.0
package io.heddle.provisioner.control;

import io.heddle.model.AssignmentBucket;
import io.heddle.model.InstanceId;
import io.heddle.model.InstanceOperation;
import io.heddle.model.Participant;
import io.heddle.model.ResourceKey;
import io.heddle.model.ResourceSpec;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.InstanceView;
import io.heddle.pipeline.UnfinishedWork;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is left on an instance that is emptied: replicas, as far as anybody else can take them, and
 * work that was given to it. Immutable.
 *
 * @param draft what is known in this pass
 */
record Emptying(Draft draft) {
  /** How many pieces of work, such as tasks, an instance has not finished. */
  int work(InstanceId instance) {
    return UnfinishedWork.of(draft).on(instance);
  }

  /** How many replicas of an instance others can take. */
  int replicas(InstanceId instance) {
    int replicas = 0;
    @Nullable InstanceView view = draft.snapshot().instances().get(instance);
    if (view != null) {
      for (AssignmentBucket bucket : view.assignments().values()) {
        for (Map.Entry<ResourceKey, AssignmentBucket.Group> group :
            bucket.groups().entrySet()) {
          if (canBeTaken(group.getKey(), instance)) {
            replicas += group.getValue().targets().size();
          }
        }
      }
    }
    return replicas;
  }

  /** Whether somebody else is there, or on the way, who may have a resource's replicas. */
  private boolean canBeTaken(ResourceKey resource, InstanceId from) {
    @Nullable ResourceSpec spec = draft.cluster().resources().get(resource.resource());
    return spec == null
        || draft.cluster().participants().values().stream()
            .anyMatch(other -> !other.id().equals(from)
                && other.spec().operation() == InstanceOperation.ENABLE
                && spec.instanceTag()
                    .filter(tag -> !other.spec().tags().contains(tag))
                    .isEmpty()
                && (other.isLive()
                    || other.container().filter(Emptying::mayCome).isPresent()));
  }

  private static boolean mayCome(Participant.Container container) {
    return switch (container.state()) {
      case ACQUIRING, ACQUIRED, CONNECTING, CONNECTED, DISCONNECTED -> true;
      case HALTING, HALTED, FINALIZING, FINALIZED, FAILED -> false;
    };
  }
}
