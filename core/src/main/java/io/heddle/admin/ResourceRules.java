// SPDX-License-Identifier: Apache-2.0
package io.heddle.admin;

import io.heddle.admin.AdminException.Kind;
import io.heddle.model.RebalanceMode;
import io.heddle.model.ResourceSpec;
import io.heddle.model.StateModel;
import java.util.Optional;
import java.util.Set;

/** What must hold of a resource's spec before it is stored. Pure. */
final class ResourceRules {
  private ResourceRules() {}

  /**
   * Checks a spec against its state model.
   *
   * @param model the model that it names, if there is one of that name
   */
  static void check(ResourceSpec spec, Optional<StateModel> model) {
    if (model.isEmpty()) {
      throw invalid(
          spec, "its state model " + spec.stateModel() + " does not exist; add the model first");
    }
    if (spec.mode() instanceof RebalanceMode.SemiAuto semi) {
      checkPartitions(spec, "preference list", semi.preferenceLists().keySet());
    } else if (spec.mode() instanceof RebalanceMode.Customized customized) {
      checkPartitions(spec, "map", customized.states().keySet());
      customized.states().values().stream()
          .flatMap(states -> states.values().stream())
          .filter(state -> !model.get().states().containsKey(state))
          .findFirst()
          .ifPresent(state -> {
            throw invalid(
                spec,
                "its map names the state " + state + ", which is not one of "
                    + model.get().states().keySet());
          });
    }
  }

  private static void checkPartitions(ResourceSpec spec, String what, Set<Integer> partitions) {
    for (int partition : partitions) {
      if (partition < 0 || partition >= spec.partitions()) {
        throw invalid(
            spec,
            "its " + what + " names partition " + partition + "; there are 0 to "
                + (spec.partitions() - 1));
      }
    }
  }

  /** Checks that a change leaves alone what may not change. */
  static void checkChange(ResourceSpec before, ResourceSpec after) {
    if (before.deleting()) {
      throw new AdminException(
          Kind.CONFLICT, ResourceCalls.entity(before.id()), "is being removed; add a new one");
    }
    if (!after.id().equals(before.id())) {
      throw invalid(before, "its name may not change, here to " + after.id());
    }
    if (after.partitions() != before.partitions()) {
      throw invalid(
          before,
          "the number of its partitions may not change, here from " + before.partitions() + " to "
              + after.partitions() + "; add another resource and move the data");
    }
    if (!after.stateModel().equals(before.stateModel())) {
      throw invalid(
          before,
          "its state model may not change, here from " + before.stateModel() + " to "
              + after.stateModel() + "; add another resource");
    }
    if (after.deleting()) {
      throw invalid(before, "it is marked as deleting; use removeResource");
    }
  }

  private static AdminException invalid(ResourceSpec spec, String message) {
    return new AdminException(Kind.INVALID, ResourceCalls.entity(spec.id()), message);
  }
}
