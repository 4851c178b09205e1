// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import io.heddle.controller.ControllerExtension;
import io.heddle.pipeline.SectionKey;
import io.heddle.pipeline.Stage;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;
import io.heddle.schema.TreeRoot.Following;

/**
 * Lets a controller run workflows: register it with
 * {@code HeddleController.builder(…).extension(TaskExtension.create())}. Immutable.
 */
public final class TaskExtension {
  private TaskExtension() {}

  /** The task framework's side of the controller. */
  public static ControllerExtension<?> create() {
    return new Plugged();
  }

  private static final class Plugged implements ControllerExtension<TaskSection> {
    @Override
    public SectionKey<TaskSection> key() {
      return TaskSection.KEY;
    }

    /** Outcomes are read after {@code live}, which is the controller's own first root (rule R9). */
    @Override
    public ImmutableList<TreeRoot> roots(ClusterPaths paths) {
      return ImmutableList.<TreeRoot>builder()
          .add(
              new TreeRoot(paths.in("outcomes"), 1, 2, Following.WATCHED),
              new TreeRoot(paths.in("work"), 1, 2, Following.OWNED),
              TreeRoot.watched(paths.in("workflows"), 2),
              new TreeRoot(paths.in("progress"), 1, 3, Following.OWNED))
          .addAll(Leftovers.roots(paths))
          .build();
    }

    @Override
    public ImmutableListMultimap<Stage.Phase, Stage> stages() {
      return ImmutableListMultimap.of(
          Stage.Phase.WORKFLOWS,
          new SettleStage(),
          Stage.Phase.WORKFLOWS,
          new ScheduleStage(),
          Stage.Phase.WORKFLOWS,
          new RemovalStage());
    }

    @Override
    public Reign<TaskSection> begin(Context context) {
      return new TaskReign(context.paths(), context.loop(), context.epoch());
    }
  }
}
