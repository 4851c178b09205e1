// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedMap;
import io.heddle.model.InstanceId;
import io.heddle.schema.CachedNode;
import io.heddle.schema.Codec;
import io.heddle.schema.UnreadableException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The buckets of one kind of all instances, decoded. What cannot be read counts as not there.
 * Confined to its loop.
 *
 * @param <B> the kind
 */
final class InstanceBuckets<B> {
  private static final Logger log = LoggerFactory.getLogger(InstanceBuckets.class);

  private final Codec<B> codec;
  private final TreeMap<InstanceId, ImmutableSortedMap<String, B>> buckets = new TreeMap<>();
  private @Nullable ImmutableSortedMap<InstanceId, ImmutableSortedMap<String, B>> now;

  InstanceBuckets(Codec<B> codec) {
    this.codec = codec;
  }

  void changed(InstanceId instance, String name, CachedNode node) {
    try {
      B bucket = node.decode(codec);
      TreeMap<String, B> all =
          new TreeMap<>(buckets.getOrDefault(instance, ImmutableSortedMap.of()));
      all.put(name, bucket);
      put(instance, all);
    } catch (UnreadableException e) {
      log.error("{}; it counts as not there", e.getMessage());
      removed(instance, name);
    }
  }

  void removed(InstanceId instance, String name) {
    TreeMap<String, B> all = new TreeMap<>(buckets.getOrDefault(instance, ImmutableSortedMap.of()));
    all.remove(name);
    put(instance, all);
  }

  private void put(InstanceId instance, SortedMap<String, B> all) {
    now = null;
    if (all.isEmpty()) {
      buckets.remove(instance);
    } else {
      buckets.put(instance, ImmutableSortedMap.copyOf(all));
    }
  }

  ImmutableSortedMap<InstanceId, ImmutableSortedMap<String, B>> all() {
    if (now == null) {
      now = ImmutableSortedMap.copyOfSorted(buckets);
    }
    return now;
  }
}
