// SPDX-License-Identifier: Apache-2.0
package io.heddle.task;

import com.google.common.collect.ImmutableSortedMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What one instance is to run of some jobs: the durable record of who was given what. Only the
 * incarnation that it names acts on it. Written by the controller.
 *
 * @param epoch the epoch of the controller that wrote it
 * @param incarnation the incarnation that it is for
 * @param q its sequence number: (epoch, counter) in one, never restarts
 * @param a the highest outcome sequence of the bucket of equal name that was processed
 * @param groups the tasks by job; no empty group
 */
record WorkBucket(
    long epoch, long incarnation, long q, long a, ImmutableSortedMap<JobKey, WorkGroup> groups) {
  /** About how many bytes a bucket may have before it is given no more. */
  static final int MAX_BYTES = 64 * 1024;

  static final int BYTES_PER_RANGE = 40;
  private static final int BYTES_PER_GROUP = 64;

  WorkGroup group(JobKey job) {
    return groups.getOrDefault(job, WorkGroup.EMPTY);
  }

  /** About how many bytes it takes. */
  int bytes() {
    int bytes = BYTES_PER_GROUP;
    for (Map.Entry<JobKey, WorkGroup> group : groups.entrySet()) {
      bytes += BYTES_PER_GROUP
          + group.getKey().entity().length()
          + BYTES_PER_RANGE * group.getValue().ranges().size();
    }
    return bytes;
  }

  /** With another group. */
  WorkBucket with(JobKey job, WorkGroup group, long newEpoch, long newQ) {
    TreeMap<JobKey, WorkGroup> all = new TreeMap<>(groups);
    if (group.isEmpty()) {
      all.remove(job);
    } else {
      all.put(job, group);
    }
    return new WorkBucket(newEpoch, incarnation, newQ, a, ImmutableSortedMap.copyOfSorted(all));
  }

  /** Without settled tasks; empty if one of them is not there. */
  Optional<WorkBucket> minus(Map<JobKey, List<Settled>> settled) {
    WorkBucket rest = this;
    for (Map.Entry<JobKey, List<Settled>> entry : settled.entrySet()) {
      Optional<WorkGroup> group = rest.group(entry.getKey()).minus(entry.getValue());
      if (group.isEmpty()) {
        return Optional.empty();
      }
      rest = rest.with(entry.getKey(), group.get(), epoch, q);
    }
    return Optional.of(rest);
  }
}
