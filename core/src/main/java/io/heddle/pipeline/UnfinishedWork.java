// SPDX-License-Identifier: Apache-2.0
package io.heddle.pipeline;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much work instances were given and have not finished: a fact that stages tell which give out
 * work, for those which decide whether a container can be stopped. Neither needs to know the other.
 * Immutable.
 *
 * @param pieces how many pieces of work, such as tasks, by instance; above zero
 */
public record UnfinishedWork(ImmutableSortedMap<InstanceId, Integer> pieces) {
  /** Where it is in a draft's facts. */
  public static final SectionKey<UnfinishedWork> KEY =
      SectionKey.of("unfinished work", UnfinishedWork.class);

  /** Nobody has any. */
  public static final UnfinishedWork NONE = new UnfinishedWork(ImmutableSortedMap.of());

  /** Checks that there is no piece less than one. */
  public UnfinishedWork {
    pieces.forEach((instance, count) -> {
      if (count < 1) {
        throw new IllegalArgumentException(instance + " has " + count + " pieces of work");
      }
    });
  }

  /** What stages have told so far. */
  public static UnfinishedWork of(Draft draft) {
    return draft.facts().find(KEY).orElse(NONE);
  }

  /** How many pieces an instance has. */
  public int on(InstanceId instance) {
    return pieces.getOrDefault(instance, 0);
  }

  /** With what another stage has given out. */
  public UnfinishedWork plus(Map<InstanceId, Integer> more) {
    TreeMap<InstanceId, Integer> all = new TreeMap<>(pieces);
    more.forEach((instance, count) -> all.merge(instance, count, Integer::sum));
    return new UnfinishedWork(ImmutableSortedMap.copyOfSorted(all));
  }
}
