// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.heddle.rebalance.Rebalancers;

/** The pass: from one snapshot to one plan. Immutable and pure. */
public final class Pipeline {
  private final ImmutableList<Stage> stages;

  /**
   * The stages of Heddle's own and of extensions.
   *
   * @param rebalancers the built-in and the user's rebalancers
   * @param extensions stages of extensions by phase, in order
   */
  public Pipeline(Rebalancers rebalancers, ImmutableListMultimap<Stage.Phase, Stage> extensions) {
    this.stages = ImmutableList.<Stage>builder()
        .add(new MembershipStage())
        .addAll(extensions.get(Stage.Phase.MEMBERSHIP))
        .addAll(extensions.get(Stage.Phase.WORKFLOWS))
        .add(new PlacementStage(rebalancers))
        .addAll(extensions.get(Stage.Phase.PLACEMENT))
        .add(new TransitionStage())
        .addAll(extensions.get(Stage.Phase.TRANSITIONS))
        .addAll(extensions.get(Stage.Phase.PROVISIONING))
        .build();
  }

  /** What to do. */
  public Plan plan(Snapshot snapshot) {
    Draft draft = Draft.start(snapshot);
    if (snapshot.spec().paused()) {
      return draft.plan();
    }
    for (Stage stage : stages) {
      draft = stage.apply(draft);
    }
    return draft.plan();
  }
}
