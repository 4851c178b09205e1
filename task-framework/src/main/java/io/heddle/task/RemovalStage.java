// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.model.Reason;
import io.heddle.pipeline.Change;
import io.heddle.pipeline.Decision;
import io.heddle.pipeline.Draft;
import io.heddle.pipeline.InstanceView;
import io.heddle.pipeline.Snapshot;
import io.heddle.pipeline.Stage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Clears what is left of instances that were removed (rule R16). Pure.
 *
 * <p>Goal: no acknowledged completion is lost. Method: as long as a work bucket is there,
 * {@link SettleStage} still records what ended of it; when it has, the bucket goes, and what is
 * left in the outcomes of that instance is recorded, superseded, or of nobody. So an instance is
 * cleared that is not configured, of which nothing lives, and that has no work, buckets before
 * their parents. Each decision proves again that the instance is gone.
 */
final class RemovalStage implements Stage {
  /** Most znodes that one decision removes. */
  static final int REMOVED_AT_ONCE = 200;

  @Override
  public Draft apply(Draft draft) {
    Snapshot snapshot = draft.snapshot();
    TaskSection section = snapshot.sections().get(TaskSection.KEY);
    // One whose spec cannot be read is configured all the same.
    ImmutableSet<String> unreadable =
        snapshot.unreadable().stream().map(Reason::entity).collect(ImmutableSet.toImmutableSet());
    List<Decision> decisions = new ArrayList<>();
    section.leftovers().forEach((instance, paths) -> {
      boolean settled =
          section.work().getOrDefault(instance, ImmutableSortedMap.of()).isEmpty();
      if (settled
          && isGone(snapshot, instance)
          && !unreadable.contains(section.paths().instance(instance))) {
        decisions.add(new Decision(
            instance + "/tasks",
            "its instance was removed",
            ImmutableList.of(
                new Change.ProveGone(instance),
                new Change.OfExtension(
                    TaskSection.KEY, new TaskChange.Clear(instance, some(paths))))));
      }
    });
    return draft.plus(decisions);
  }

  private static boolean isGone(Snapshot snapshot, InstanceId instance) {
    Optional<InstanceView> view = Optional.ofNullable(snapshot.instances().get(instance));
    return view.flatMap(InstanceView::spec).isEmpty()
        && view.flatMap(InstanceView::live).isEmpty()
        && view.flatMap(InstanceView::unclear).isEmpty();
  }

  /** Children before their parents. */
  private static ImmutableList<String> some(ImmutableSortedSet<String> paths) {
    return paths.stream()
        .sorted(Comparator.comparingLong(
                (String path) -> -path.chars().filter(c -> c == '/').count())
            .thenComparing(Comparator.naturalOrder()))
        .limit(REMOVED_AT_ONCE)
        .collect(ImmutableList.toImmutableList());
  }
}
