// SPDX-License-Identifier: Apache-2.0
package io.heddle.docs;

import com.google.common.collect.ImmutableList;
import io.heddle.admin.ClusterAdmin;
import io.heddle.model.Bound;
import io.heddle.model.FailedReplica;
import io.heddle.model.ResourceId;
import io.heddle.model.StateModel;
import io.heddle.model.StateModelProblem;
import io.heddle.model.Throttle;
import io.heddle.model.Throttle.Load;
import io.heddle.model.Throttle.Scope;
import io.heddle.model.ThrottleSpec;
import io.heddle.model.TransitionRetries;
import io.heddle.model.TransitionRules;
import io.heddle.model.TransitionTimeouts;
import io.heddle.participant.TransitionCancelledException;
import io.heddle.participant.TransitionContext;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** What docs/state-models.md shows. */
final class StateModelsExample {
  private StateModelsExample() {}

  static StateModel model() {
    // tag::model[]
    StateModel tiered = StateModel.builder("Tiered")
        .state("HOT", Bound.of(2))
        .state("WARM", new Bound.Replicas())
        .state("COLD", new Bound.Unlimited())
        .initialState("COLD")
        .transition("HOT", "WARM")
        .transition("WARM", "COLD")
        .transition("COLD", "WARM")
        .transition("WARM", "HOT")
        .transition("COLD", "DROPPED")
        .build();
    // end::model[]
    return tiered;
  }

  static ImmutableList<StateModelProblem> problems() {
    // tag::problems[]
    ImmutableList<StateModelProblem> problems = StateModel.builder("OneWay")
        .state("UP", new Bound.Replicas())
        .state("DOWN", new Bound.Unlimited())
        .initialState("DOWN")
        .transition("DOWN", "UP")
        .transition("DOWN", "DROPPED")
        .problems();
    // DEAD_END UP: a replica gets there by DOWN>UP, and no transition leaves it
    // end::problems[]
    return problems;
  }

  static CompletionStage<?> limit(ClusterAdmin admin) {
    // tag::rules[]
    TransitionRules rules = TransitionRules.DEFAULT
        .with(TransitionTimeouts.of(Duration.ofMinutes(10))
            .with("SLAVE", "MASTER", Duration.ofSeconds(30)))
        .with(new TransitionRetries(3, Duration.ofSeconds(1)))
        .with(ThrottleSpec.of(
                Throttle.of(Scope.CLUSTER, Load.LOAD_BALANCE, 20),
                Throttle.of(Scope.INSTANCE, Load.ANY, 4))
            .holdingBalanceAbove(10)
            .withTasksPerInstance(3));
    CompletionStage<?> done = admin.updateClusterSpec(spec -> spec.with(rules));
    // end::rules[]
    return done;
  }

  static CompletionStage<ImmutableList<FailedReplica>> reset(ClusterAdmin admin) {
    // tag::reset[]
    CompletionStage<ImmutableList<FailedReplica>> asked =
        admin.resetResource(ResourceId.of("documents"));
    // end::reset[]
    return asked;
  }

  // tag::cancel[]
  void onBecomeSlaveFromOffline(TransitionContext context) throws TransitionCancelledException {
    for (int file = 0; file < 1_000; file++) {
      if (context.isCancelled()) {
        throw new TransitionCancelledException("after " + file + " files; they are removed");
      }
      copy(file);
    }
  }
  // end::cancel[]

  private int copied;

  private void copy(int file) {
    copied += file;
  }

  int copied() {
    return copied;
  }
}
