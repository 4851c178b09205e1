// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSortedMap;
import com.google.common.collect.ImmutableSortedSet;
import io.heddle.model.InstanceId;
import io.heddle.schema.ClusterPaths;
import io.heddle.schema.TreeRoot;
import io.heddle.schema.TreeRoot.Following;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The znodes that each instance has in the sections that are the controller's to clear (rule R16),
 * readable or not. Confined to its loop.
 */
final class Leftovers {
  /** What the administrator leaves, as only the controller knows whether it is still needed. */
  private static final ImmutableSortedSet<String> SECTIONS =
      ImmutableSortedSet.of("commands", "messages", "outcomes", "payloads", "work");

  private final ClusterPaths paths;
  private final TreeMap<InstanceId, TreeSet<String>> found = new TreeMap<>();
  private @Nullable ImmutableSortedMap<InstanceId, ImmutableSortedSet<String>> now;

  Leftovers(ClusterPaths paths) {
    this.paths = paths;
  }

  /** What is to be followed for it, besides what is followed anyway. */
  static ImmutableList<TreeRoot> roots(ClusterPaths paths) {
    return ImmutableList.of(
        new TreeRoot(paths.in("payloads"), 1, 2, Following.WATCHED),
        new TreeRoot(paths.in("commands"), 1, 2, Following.WATCHED),
        new TreeRoot(paths.in("messages"), 1, 2, Following.WATCHED));
  }

  void changed(List<String> parts) {
    if (concerns(parts)
        && found
            .computeIfAbsent(InstanceId.of(parts.get(1)), i -> new TreeSet<>())
            .add(path(parts))) {
      now = null;
    }
  }

  void removed(List<String> parts) {
    if (!concerns(parts)) {
      return;
    }
    InstanceId instance = InstanceId.of(parts.get(1));
    @Nullable TreeSet<String> all = found.get(instance);
    if (all != null && all.remove(path(parts))) {
      now = null;
      if (all.isEmpty()) {
        found.remove(instance);
      }
    }
  }

  private static boolean concerns(List<String> parts) {
    return parts.size() > 1 && SECTIONS.contains(parts.get(0));
  }

  private String path(List<String> parts) {
    return paths.in(parts.get(0), parts.subList(1, parts.size()).toArray(new String[0]));
  }

  ImmutableSortedMap<InstanceId, ImmutableSortedSet<String>> all() {
    if (now == null) {
      ImmutableSortedMap.Builder<InstanceId, ImmutableSortedSet<String>> all =
          ImmutableSortedMap.naturalOrder();
      found.forEach((instance, own) -> all.put(instance, ImmutableSortedSet.copyOfSorted(own)));
      now = all.buildOrThrow();
    }
    return now;
  }
}
